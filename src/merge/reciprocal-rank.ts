import { aFunction, shown } from '../kernel/demand.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { checkList } from './selection.ts'
import {
  type Accumulator,
  type BeginContext,
  type MergeContext,
  mergeAll,
  type Parts,
  ranksOf,
  sumOf,
  weightOf,
} from './strategy.ts'

/** One item of a fused ranking. */
export interface Ranked<T> {
  readonly item: T
  /** Σ weight / (k + rank), best first. */
  readonly score: number
  /** 1-based rank in each branch that lists it. */
  readonly ranks: { readonly [branch: string]: number }
}

/** Reciprocal-rank fusion as a merge; `begin` holds each item once, with its ranks. */
export interface ReciprocalRank {
  <T>(parts: Parts<readonly T[]>, at: MergeContext): Ranked<T>[]
  /** The same merge, taking parts as they come; its result does not depend on their order. */
  begin<T>(at: BeginContext): Accumulator<readonly T[], Ranked<T>[]>
}

/**
 * Reciprocal-rank fusion of ranked lists: `score(d) = Σ_i w_i / (k + rank_i(d))`, with weights over the lists that arrived.
 *
 * - Ties keep the order of first appearance, branch by branch. An item listed twice in one branch counts by its better rank.
 * - Empties: an empty list ranks nothing; no lists give an empty ranking. NaN is an item like any other.
 * - If all weights are 0, each list counts the same.
 *
 * Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual rank learning
 * methods", SIGIR 2009 (k = 60 there).
 *
 * @param options.by identity of an item across branches. Default: the item itself.
 * @throws InvalidArgumentError (`invalid-argument`) when k is not a number of at least 0; MergeError (`merge`) when a part
 * is not a list, naming its branch.
 */
export function reciprocalRank(
  options: { readonly k?: number; readonly by?: (item: never) => unknown } = {},
): ReciprocalRank {
  onlyOptions(options, 'reciprocalRank', ['k', 'by'])
  const k = options.k ?? 60
  if (typeof k !== 'number' || !(k >= 0) || k === Number.POSITIVE_INFINITY) {
    throw new InvalidArgumentError(`reciprocalRank.k is ${shown(k)}`, {
      path: 'k',
      value: k,
      remedy: 'Pass a number of at least 0; the paper uses 60',
    })
  }
  const by = aFunction(options.by ?? ((item: unknown) => item), 'reciprocalRank.by') as (
    item: unknown,
  ) => unknown
  const begin = <T>(at: BeginContext) => new Fusion<T>(k, by, at)
  return Object.assign(
    <T>(parts: Parts<readonly T[]>, at: MergeContext) =>
      mergeAll<readonly T[], Ranked<T>[]>(begin, parts, at.weights),
    { begin },
  )
}

interface Fused<T> {
  item: T
  /** Position of the branch that the item was taken from, and its rank there. */
  branch: number
  rank: number
  readonly ranks: Map<string, number>
}

class Fusion<T> implements Accumulator<readonly T[], Ranked<T>[]> {
  readonly #k: number
  readonly #by: (item: unknown) => unknown
  readonly #rank: (branch: string) => number
  readonly #weights: { readonly [branch: string]: number }
  readonly #fused = new Map<unknown, Fused<T>>()
  readonly #came: string[] = []

  constructor(k: number, by: (item: unknown) => unknown, at: BeginContext) {
    this.#k = k
    this.#by = by
    this.#rank = ranksOf(at.branches)
    this.#weights = at.weights
  }

  add(branch: string, list: readonly T[]): void {
    checkList(branch, list)
    this.#came.push(branch)
    const place = this.#rank(branch)
    for (const [index, item] of list.entries()) {
      const key = this.#by(item)
      let entry = this.#fused.get(key)
      if (entry === undefined) {
        entry = { item, branch: place, rank: index + 1, ranks: new Map() }
        this.#fused.set(key, entry)
      }
      if (entry.ranks.has(branch)) continue
      entry.ranks.set(branch, index + 1)
      if (place < entry.branch) {
        entry.item = item
        entry.branch = place
        entry.rank = index + 1
      }
    }
  }

  result(): Ranked<T>[] {
    const given = new Map(this.#came.map((branch) => [branch, weightOf(this.#weights, branch)]))
    const whole = sumOf([...given.values()])
    const shareOf = (branch: string): number =>
      whole > 0 ? (given.get(branch) ?? 0) / whole : 1 / this.#came.length
    const inOrder = [...this.#came].sort((a, b) => this.#rank(a) - this.#rank(b))
    return [...this.#fused.values()]
      .map((entry) => ({
        entry,
        score: sumOf([...entry.ranks].map(([branch, rank]) => shareOf(branch) / (this.#k + rank))),
      }))
      .sort((a, b) => b.score - a.score || a.entry.branch - b.entry.branch || a.entry.rank - b.entry.rank)
      .map(({ entry, score }) => ({ item: entry.item, score, ranks: ranksIn(entry, inOrder) }))
  }
}

function ranksIn({ ranks }: Fused<unknown>, inOrder: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    inOrder.flatMap((branch) => (ranks.has(branch) ? [[branch, ranks.get(branch) as number]] : [])),
  )
}
