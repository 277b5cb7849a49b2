import { hashText } from '../../../src/kernel/hash-text.ts'
import { unit } from '../../knowledge/retrieval/vectors.ts'
import type { Item } from '../ratings/events.ts'

/** Room for all genres, decades and title words, most of them in a place of their own. */
export const DIMENSIONS = 128
const GENRE = 1
const DECADE = 0.6
const WORD = 0.5

/**
 * What an item is about, as a vector of length 1: its genres, the words of its title and the decade in its title, each at a
 * place that its hash chooses (feature hashing: Weinberger et al. 2009). A new item has one at once.
 */
export function contentVector(item: Described): Float32Array {
  const vector = new Float32Array(DIMENSIONS)
  const { genres, words, decade } = featuresOf(item)
  for (const genre of genres) put(vector, `genre ${genre}`, GENRE)
  if (decade !== undefined) put(vector, `decade ${decade}`, DECADE)
  for (const word of words) put(vector, `word ${word}`, WORD)
  return unit(vector)
}

type Described = Pick<Item, 'title' | 'genres'>

/** What two items have in common: genres as the first writes them, words of the titles, the decade as `202`. */
export interface Common {
  readonly genres: readonly string[]
  readonly words: readonly string[]
  readonly decade: string | undefined
}

/** What of their content two items share. */
export function commonOf(one: Described, other: Described): Common {
  const [own, its] = [featuresOf(one), featuresOf(other)]
  const genres = new Set(its.genres)
  return {
    genres: [...new Set(one.genres)].filter((genre) => genres.has(genre.toLowerCase())),
    words: [...own.words].filter((word) => its.words.has(word)),
    decade: own.decade === its.decade ? own.decade : undefined,
  }
}

function featuresOf({ title, genres }: Described) {
  const year = /\((\d{4})\)\s*$/u.exec(title)?.[1]
  const words = new Set(title.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])
  for (const word of [year, 'the', 'and']) if (word !== undefined) words.delete(word)
  return { genres: genres.map((genre) => genre.toLowerCase()), words, decade: year?.slice(0, 3) }
}

function put(vector: Float32Array, feature: string, weight: number): void {
  const hash = hashText(feature)
  const place = (hash >>> 1) % DIMENSIONS
  vector[place] = (vector[place] as number) + (hash & 1 ? weight : -weight)
}

/** The vectors of all items. They have few places that are not 0, so each place lists the items that have it. */
export class Content {
  readonly vectors: Float32Array[] = []
  readonly #places: Map<number, number>[] = Array.from({ length: DIMENSIONS }, () => new Map())

  /** Sets what an item is about. */
  set(item: number, vector: Float32Array): void {
    this.vectors[item] = vector
    this.#places.forEach((items, place) => {
      const value = vector[place] as number
      if (value === 0) items.delete(item)
      else items.set(item, value)
    })
  }

  /** By item: the cosine with a vector of length 1. */
  scores(vector: Float32Array): Float64Array {
    const scores = new Float64Array(this.vectors.length)
    this.#places.forEach((items, place) => {
      const own = vector[place] as number
      if (own !== 0) for (const [item, value] of items) scores[item] = (scores[item] as number) + own * value
    })
    return scores
  }
}
