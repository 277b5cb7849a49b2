import { cosine } from '../../knowledge/retrieval/vectors.ts'
import type { Ranked } from './rank.ts'

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998): picks one by one the item of the greatest score after a discount
 * for being like one that is already picked.
 *
 *   argmax  score(i) / score(best) − λ · max_{j picked} cos(i, j)
 */
export function diversify(
  ranked: readonly Ranked[],
  vectors: readonly Float32Array[],
  picks: number,
  lambda: number,
): readonly Ranked[] {
  const left = [...ranked]
  const nearest = new Float64Array(left.length)
  const most = left[0]?.score || 1
  const picked: Ranked[] = []
  while (picked.length < picks && picked.length < left.length) {
    let best = -1
    let value = Number.NEGATIVE_INFINITY
    left.forEach((one, at) => {
      const own = one.score / most - lambda * (nearest[at] as number)
      if (own > value && !picked.includes(one)) {
        best = at
        value = own
      }
    })
    const next = left[best] as Ranked
    picked.push(next)
    left.forEach((one, at) => {
      const like = cosine(vectors[one.item] as Float32Array, vectors[next.item] as Float32Array)
      nearest[at] = Math.max(nearest[at] as number, like)
    })
  }
  return picked
}
