import { InvalidArgumentError } from '../kernel/errors.ts'
import { type MergeContext, type Parts, present } from './strategy.ts'

/** One item of a fused ranking. */
export interface Ranked<T> {
  readonly item: T
  /** Σ weight / (k + rank), best first. */
  readonly score: number
  /** 1-based rank in each branch that listed it. */
  readonly ranks: { readonly [branch: string]: number }
}

/**
 * Reciprocal-rank fusion of ranked lists: `score(d) = Σ_i w_i / (k + rank_i(d))`.
 * Ties keep the order of first appearance; an item listed twice in one branch counts by its better rank.
 *
 * Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual rank learning
 * methods", SIGIR 2009 (k = 60 there).
 *
 * @param options.by identity of an item across branches; by default the item itself.
 * @throws InvalidArgumentError (`invalid-argument`) when k is not a number of at least 0.
 */
export function reciprocalRank(
  options: { readonly k?: number; readonly by?: (item: never) => unknown } = {},
) {
  const k = options.k ?? 60
  if (!(k >= 0) || k === Number.POSITIVE_INFINITY) {
    throw new InvalidArgumentError(`reciprocalRank.k is ${k}`, {
      path: 'k',
      value: k,
      remedy: 'Give a number of at least 0; the paper uses 60',
    })
  }
  const by = (options.by ?? ((item: unknown) => item)) as (item: unknown) => unknown
  return <T>(parts: Parts<readonly T[]>, at: MergeContext): Ranked<T>[] => {
    const fused = new Map<unknown, { item: T; score: number; ranks: Record<string, number> }>()
    for (const [branch, list] of present(parts)) {
      const weight = at.weights[branch] ?? 0
      list.forEach((item, index) => {
        const key = by(item)
        let entry = fused.get(key)
        if (entry === undefined) {
          entry = { item, score: 0, ranks: {} }
          fused.set(key, entry)
        }
        if (entry.ranks[branch] !== undefined) return
        entry.ranks[branch] = index + 1
        entry.score += weight / (k + index + 1)
      })
    }
    return [...fused.values()].sort((a, b) => b.score - a.score)
  }
}
