import { aFunction } from '../kernel/demand.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { MergeError } from './errors.ts'
import { type Accumulator, type BeginContext, mergeAll, type Parts, present, ranksOf } from './strategy.ts'

/** Best part by score, as a merge; `begin` holds the best so far. */
export interface MaxScore<T> {
  (parts: Parts<T>): T
  /** The same merge, taking parts as they come; its result does not depend on their order. */
  begin(at: BeginContext): Accumulator<T, T>
}

/**
 * The part with the highest score: `argmax_i score(x_i)`.
 *
 * - Ties: the first branch. Empties: refused. NaN: a score of NaN is refused; ±Infinity are scores like any other.
 * - Weights are ignored. Incremental: it holds only the best part so far.
 *
 * @throws MergeError (`merge`) when no part came, or a score is NaN, naming the branch; InvalidArgumentError (`invalid-argument`)
 * when `score` is not a function.
 */
export function maxScore<T>(score: (part: T) => number): MaxScore<T> {
  aFunction(score, 'maxScore.score', 'a function that returns the score of a part')
  const begin = (at: BeginContext): Accumulator<T, T> => {
    const rank = ranksOf(at.branches)
    let best: { part: T; score: number; rank: number } | undefined
    return {
      add(branch, part) {
        const own = score(part)
        if (Number.isNaN(own)) {
          throw new MergeError(
            `the score of part '${branch}' is NaN`,
            `parts.${branch}`,
            part,
            'Return a number',
          )
        }
        const candidate = { part, score: own, rank: rank(branch) }
        if (best === undefined || own > best.score || (own === best.score && candidate.rank < best.rank))
          best = candidate
      },
      result() {
        if (best === undefined) throw nothing('the best of nothing is undefined')
        return best.part
      },
    }
  }
  return Object.assign((parts: Parts<T>): T => mergeAll(begin, parts), { begin })
}

/** Union as a merge of lists; `begin` holds each item once. */
export interface Union {
  <T>(parts: Parts<readonly T[]>): T[]
  /** The same merge, taking parts as they come; its result does not depend on their order. */
  begin<T>(at: BeginContext): Accumulator<readonly T[], T[]>
}

/**
 * All items of all lists, each once, in the order of the branches: `∪_i x_i`. Of equal items the first is kept.
 *
 * - Ties: of items with the same identity, the one in the first branch that has it. Empties: an empty list.
 * - NaN: one NaN equals another (SameValueZero, as in a Set). Weights are ignored.
 *
 * @param options.by identity of an item. Default: the item itself.
 * @throws MergeError (`merge`) when a part is not a list, naming its branch.
 */
export function union(options: { readonly by?: (item: never) => unknown } = {}): Union {
  onlyOptions(options, 'union', ['by'])
  const by = aFunction(options.by ?? ((item: unknown) => item), 'union.by') as (item: unknown) => unknown
  const begin = <T>(at: BeginContext): Accumulator<readonly T[], T[]> => {
    const rank = ranksOf(at.branches)
    const items = new Map<unknown, { readonly item: T; readonly rank: number; readonly place: number }>()
    return {
      add(branch, list) {
        const own = rank(branch)
        checkList(branch, list)
        for (const [place, item] of list.entries()) {
          const key = by(item)
          const known = items.get(key)
          if (known === undefined || own < known.rank) items.set(key, { item, rank: own, place })
        }
      },
      result: () =>
        [...items.values()].sort((a, b) => a.rank - b.rank || a.place - b.place).map(({ item }) => item),
    }
  }
  return Object.assign(<T>(parts: Parts<readonly T[]>): T[] => mergeAll<readonly T[], T[]>(begin, parts), {
    begin,
  })
}

/**
 * Folds the parts into one value: `step(… step(step(initial(), x_1), x_2) …, x_n)`, in the order of the branches.
 *
 * `step` decides about ties, empties and NaN; no parts give `initial()`. It holds all parts, because a custom fold may depend on
 * their order.
 */
export function reduce<T, R>(initial: () => R, step: (sum: R, part: T, branch: string) => R) {
  aFunction(initial, 'reduce.initial')
  aFunction(step, 'reduce.step')
  return (parts: Parts<T>): R =>
    present(parts).reduce((sum, [branch, part]) => step(sum, part, branch), initial())
}

/** @throws MergeError (`merge`) naming the branch. */
export function checkList(branch: string, part: unknown): void {
  if (Array.isArray(part)) return
  throw new MergeError(
    `part '${branch}' is not a list`,
    `parts.${branch}`,
    part,
    'Give every branch a list as output',
  )
}

/** No part arrived, or nobody voted. */
export function nothing(what: string): MergeError {
  return new MergeError(what, 'parts', undefined, 'Make sure that at least one branch answers')
}
