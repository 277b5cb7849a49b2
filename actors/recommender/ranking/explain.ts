import { contentCauses } from '../retrieval/content.ts'
import { factorCauses } from '../retrieval/factors.ts'
import { RETRIEVERS, type Retriever } from '../retrieval/recall.ts'
import { togetherCauses } from '../retrieval/together.ts'
import { LIVES_DAYS, type Library, type Taken } from '../state/library.ts'
import type { Ranked } from './rank.ts'

/** Reasons below this share of a pick's score are not worth telling. */
const WORTH = 0.12
const WEEK = LIVES_DAYS.indexOf(10)

/** Why an item was picked: what one retriever contributed. */
export interface Reason {
  readonly retriever: Retriever
  /** Its share of the pick's score, 0 to 1. */
  readonly share: number
  /** Titles of the user's own items that caused it, most telling first; none for `popular`. */
  readonly because: readonly string[]
  /** The same in a sentence. */
  readonly text: string
}

/** The reasons of one pick, the weightiest first. */
export function reasonsOf(
  library: Library,
  history: readonly Taken[],
  { item, found, score }: Ranked,
  counts: Readonly<Record<Retriever, number>>,
): readonly Reason[] {
  const reasons = RETRIEVERS.flatMap((retriever, column) => {
    const share = score > 0 ? (counts[retriever] * (found[column] ?? 0)) / score : 0
    if (share <= 0) return []
    const because = causesOf(library, history, item, retriever).map((one) => titleOf(library, one))
    return [{ retriever, share, because, text: sentence(library, item, retriever, because) }]
  })
  reasons.sort((a, b) => b.share - a.share)
  return reasons.filter(({ share }, at) => at === 0 || share >= WORTH)
}

function causesOf(
  library: Library,
  history: readonly Taken[],
  item: number,
  retriever: Retriever,
): readonly number[] {
  switch (retriever) {
    case 'together':
      return togetherCauses(library, history, item)
    case 'factors':
      return factorCauses(library, history, item)
    case 'content':
      return contentCauses(library, history, item)
    case 'popular':
      return []
  }
}

function sentence(library: Library, item: number, retriever: Retriever, because: readonly string[]): string {
  const own = because.join(' and ')
  switch (retriever) {
    case 'popular': {
      const lately = Math.round(library.popularity[WEEK]?.at(item, library.now) ?? 0)
      return lately >= 2
        ? `many people take it these days (about ${lately})`
        : 'it has been taken by many people'
    }
    case 'together':
      return own === '' ? 'people with your history take it' : `people who took ${own} take it too`
    case 'factors':
      return own === '' ? 'it fits your taste' : `it appeals to the same people as ${own}`
    case 'content': {
      const genres = (library.items[item]?.genres ?? []).slice(0, 2).join(', ')
      const kind = genres === '' ? 'it is about the same' : `its kind (${genres}) is the same`
      return own === '' ? `${kind} as what you take` : `${kind} as that of ${own}`
    }
  }
}

function titleOf(library: Library, item: number): string {
  return library.items[item]?.title ?? ''
}
