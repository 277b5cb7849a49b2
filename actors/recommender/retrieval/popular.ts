import type { Library, Taken } from '../state/library.ts'
import { type Asked, best, byShare, NOTHING, RECALLED, type Recall } from './recall.ts'

/** The length of the list for all: someone may have taken many of it. */
const POOL = 4 * RECALLED

/**
 * What people take lately, one list for all. Each count over a life becomes a logarithm, a share of the greatest; they are
 * added by learned weights. It is computed once for each state, not for each request.
 */
export class Popularity {
  readonly #library: Library
  readonly #weights: readonly number[]
  #events = -1
  #itemCount = -1
  #list: Recall = NOTHING

  /** @param weights of each life of `LIVES_DAYS` */
  constructor(library: Library, weights: readonly number[]) {
    this.#library = library
    this.#weights = weights
  }

  find({ history }: Asked): Recall {
    const { events, items } = this.#library
    if (this.#events !== events || this.#itemCount !== items.length) {
      this.#events = events
      this.#itemCount = items.length
      const scores = popularityScores(popularityFeatures(this.#library), this.#weights)
      this.#list = best(scores, [], byShare, POOL)
    }
    return unseen(this.#list, history)
  }
}

function unseen({ items, scores }: Recall, history: readonly Taken[]): Recall {
  const seen = new Set(history.map(({ item }) => item))
  const kept: number[] = []
  for (let at = 0; at < items.length && kept.length < RECALLED; at++)
    if (!seen.has(items[at] as number)) kept.push(at)
  return {
    items: Int32Array.from(kept, (at) => items[at] as number),
    scores: Float64Array.from(kept, (at) => scores[at] as number),
  }
}

/** By item: the logarithms of its counts, weighted. */
export function popularityScores(
  features: readonly Float64Array[],
  weights: readonly number[],
): Float64Array {
  const scores = new Float64Array(features[0]?.length ?? 0)
  features.forEach((feature, life) => {
    const weight = weights[life] ?? 0
    for (let item = 0; item < scores.length; item++)
      scores[item] = (scores[item] as number) + weight * (feature[item] as number)
  })
  return scores
}

/** By life, then by item: ln(1 + count) as a share of the greatest. */
export function popularityFeatures({ items, popularity, now }: Library): readonly Float64Array[] {
  return popularity.map((counts) => {
    const logs = Float64Array.from(items, (_, item) => Math.log1p(counts.at(item, now)))
    const most = logs.reduce((a, b) => Math.max(a, b), 0) || 1
    return logs.map((x) => x / most)
  })
}
