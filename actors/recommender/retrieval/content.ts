import { cosine, unit } from '../../knowledge/retrieval/vectors.ts'
import type { Item } from '../ratings/events.ts'
import { commonOf, DIMENSIONS } from '../state/content.ts'
import type { Library, Taken } from '../state/library.ts'
import { type Asked, best, byShare, NOTHING, type Recall } from './recall.ts'
import { topCauses } from './together.ts'

/** What is about the same: titles and genres near those of the history. The only retriever that finds an item nobody took yet. */
export function findByContent(library: Library, { history }: Asked): Recall {
  const speaking = library.speaking(history)
  if (speaking.length === 0) return NOTHING
  const profile = new Float32Array(DIMENSIONS)
  for (const { item } of speaking) {
    const vector = library.content.vectors[item] as Float32Array
    for (let at = 0; at < DIMENSIONS; at++) profile[at] = (profile[at] as number) + (vector[at] as number)
  }
  return best(library.content.scores(unit(profile)), history, byShare)
}

/** The items of a history that are most about the same as one. */
export function contentCauses(library: Library, history: readonly Taken[], item: number): readonly number[] {
  const { items, content } = library
  const own = content.vectors[item] as Float32Array
  const alike = (one: Taken) => cosine(content.vectors[one.item] as Float32Array, own)
  // Two features may have one place of the vector: what only looks alike for that is no cause.
  return topCauses(library.speaking(history), alike, (other) => {
    const { genres, words, decade } = commonOf(items[item] as Item, items[other] as Item)
    return genres.length > 0 || words.length > 0 || decade !== undefined
  })
}
