import type { Taken } from '../state/library.ts'

/** A request, with what its user has taken. */
export interface Asked {
  readonly user: string
  readonly picks: number
  /** Oldest first. */
  readonly history: readonly Taken[]
}

/** What one retriever found: items by number with scores from 0 to 1, best first. */
export interface Recall {
  readonly items: Int32Array
  readonly scores: Float64Array
}

export const NOTHING: Recall = { items: new Int32Array(0), scores: new Float64Array(0) }

export const RETRIEVERS = ['popular', 'together', 'factors', 'content'] as const
export type Retriever = (typeof RETRIEVERS)[number]

/** How many items each retriever finds. */
export const RECALLED = 200

/**
 * The best items of scores by item, without those of the history. Equal scores go by number, so that the same state gives the
 * same list. A score of 0 or less is none.
 */
export function best(
  scores: Float64Array,
  history: readonly Taken[],
  scale: (score: number, most: number) => number,
  most = RECALLED,
): Recall {
  for (const { item } of history) scores[item] = 0
  const least = thresholdOf(scores, most)
  const items: number[] = []
  for (let item = 0; item < scores.length; item++) if ((scores[item] as number) >= least) items.push(item)
  items.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
  items.length = Math.min(items.length, most)
  const top = scores[items[0] ?? 0] ?? 1
  return {
    items: Int32Array.from(items),
    scores: Float64Array.from(items, (item) => scale(scores[item] as number, top)),
  }
}

const BINS = 1024

/** A score that at least `most` reach, if so many are above 0: by a histogram, which is faster than sorting them all. */
function thresholdOf(scores: Float64Array, most: number): number {
  let top = 0
  for (let item = 0; item < scores.length; item++)
    if ((scores[item] as number) > top) top = scores[item] as number
  if (top === 0) return Number.MIN_VALUE
  const counts = new Uint32Array(BINS + 1)
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item] as number
    if (score <= 0) continue
    const bin = Math.floor((score / top) * BINS)
    counts[bin] = (counts[bin] as number) + 1
  }
  let bin = BINS
  for (let count = counts[bin] as number; bin > 0 && count < most; ) count += counts[--bin] as number
  // A little below the edge of the bin: rounding must not lose what is on it.
  return bin === 0 ? Number.MIN_VALUE : (bin / BINS) * top * (1 - 1e-9)
}

/** Of a long tail: the logarithm of the share of the best, so that a tenth of it is still worth something. From 0 to 1. */
export function byLogarithm(score: number, most: number): number {
  return Math.log1p((score / most) * 50) / Math.log1p(50)
}

export function byShare(score: number, most: number): number {
  return score / most
}
