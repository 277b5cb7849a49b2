import type { Item } from '../ratings/events.ts'
import { contentCauses } from '../retrieval/content.ts'
import { factorCauses } from '../retrieval/factors.ts'
import { RETRIEVERS, type Retriever } from '../retrieval/recall.ts'
import { togetherCauses } from '../retrieval/together.ts'
import { type Common, commonOf } from '../state/content.ts'
import { LIVES_DAYS, type Library, type Taken } from '../state/library.ts'
import type { Ranked } from './rank.ts'

/** Reasons below this share of a pick's score are not worth telling. */
const WORTH = 0.12
const TEN_DAYS = LIVES_DAYS.indexOf(10)
const ENDLESS = LIVES_DAYS.indexOf(Number.POSITIVE_INFINITY)
/** A mean weight above ½ + ½ e^−1.4 leaves at least half of the people within 1.4 lives of ten days. */
const MOSTLY_LATE = 0.63

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
    return share <= 0 ? [] : [{ retriever, share, ...told(library, history, item, retriever) }]
  })
  reasons.sort((a, b) => b.share - a.share)
  return reasons.filter(({ share }, at) => at === 0 || share >= WORTH)
}

function told(
  library: Library,
  history: readonly Taken[],
  item: number,
  retriever: Retriever,
): Pick<Reason, 'because' | 'text'> {
  const titled = (causes: readonly number[]) => causes.map((one) => titleOf(library, one))
  switch (retriever) {
    case 'popular':
      return { because: [], text: popularText(library, item) }
    case 'together': {
      const because = titled(togetherCauses(library, history, item))
      const own = because.join(' and ')
      return {
        because,
        text: `it is taken together with ${own === '' ? 'what you took' : own}`,
      }
    }
    case 'factors': {
      const because = titled(factorCauses(library, history, item))
      const own = because.join(' and ')
      return { because, text: own === '' ? 'it fits your taste' : `its takers are like those of ${own}` }
    }
    case 'content': {
      const causes = contentCauses(library, history, item)
      return { because: titled(causes), text: contentText(library, item, causes) }
    }
  }
}

/** The count without an end is one of people: an item counts once for a user. */
function popularText({ popularity, now }: Library, item: number): string {
  const all = Math.round(popularity[ENDLESS]?.at(item, now) ?? 0)
  if (all <= 1) return `${all === 1 ? 'one person has' : 'nobody has'} taken it`
  const isLate = (popularity[TEN_DAYS]?.at(item, now) ?? 0) >= MOSTLY_LATE * all
  return `${all} people have taken it${isLate ? ', most of them in the last two weeks' : ''}`
}

/** What an item has in common with each cause; causes that share the same are named together. */
function contentText({ items }: Library, item: number, causes: readonly number[]): string {
  const own = items[item] as Item
  const titles = new Map<string, string[]>()
  for (const cause of causes) {
    const other = items[cause] as Item
    const shared = sharedText(commonOf(own, other))
    titles.set(shared, [...(titles.get(shared) ?? []), other.title])
  }
  if (titles.size === 0) return 'little speaks for it: it shares no genre and no word with what you took'
  return [...titles].map(([shared, others]) => `${shared} ${others.join(' and ')}`).join(' and ')
}

function sharedText({ genres, words, decade }: Common): string {
  if (genres.length > 0) return `it shares ${genres.slice(0, 3).join(' and ')} with`
  if (words.length > 0)
    return `its title shares ${words
      .slice(0, 3)
      .map((word) => `'${word}'`)
      .join(' and ')} with that of`
  return `it is of the ${decade}0s, like`
}

function titleOf(library: Library, item: number): string {
  return library.items[item]?.title ?? ''
}
