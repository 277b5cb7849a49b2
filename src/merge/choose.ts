import { MergeError } from './errors.ts'
import { type Parts, present } from './strategy.ts'

/**
 * The choice of more than half of the parts that vote, each with one voice whatever its weight.
 *
 * @param options.by identity of a choice; by default the value itself. Returning `undefined` abstains.
 * @throws MergeError (`merge`) when nobody votes, or no choice has more than half.
 */
export function majorityVote(options: { readonly by?: (choice: never) => unknown } = {}) {
  const by = (options.by ?? ((choice: unknown) => choice)) as (choice: unknown) => unknown
  return <T>(parts: Parts<T>): T => {
    const counts = new Map<unknown, { choice: T; voices: number }>()
    let voters = 0
    for (const [, choice] of present(parts)) {
      const key = by(choice)
      if (key === undefined) continue
      voters += 1
      const entry = counts.get(key) ?? { choice, voices: 0 }
      entry.voices += 1
      counts.set(key, entry)
    }
    for (const { choice, voices } of counts.values()) if (voices * 2 > voters) return choice
    const why =
      voters === 0 ? 'a vote among none has no winner' : `none of ${counts.size} choices has more than half`
    throw new MergeError(why, 'parts', parts, 'Use weightedVote, which always has a winner, or more branches')
  }
}

/**
 * The part with the highest score; the first branch wins a tie.
 *
 * @throws MergeError (`merge`) when no part came, or a score is NaN, naming the branch.
 */
export function maxScore<T>(score: (part: T) => number) {
  return (parts: Parts<T>): T => {
    let best: T | undefined
    let highest = Number.NEGATIVE_INFINITY
    const came = present(parts)
    for (const [branch, part] of came) {
      const own = score(part)
      if (Number.isNaN(own)) {
        throw new MergeError(`the score of part '${branch}' is NaN`, `parts.${branch}`, part, 'Give a number')
      }
      if (best === undefined || own > highest) {
        best = part
        highest = own
      }
    }
    if (came.length === 0)
      throw new MergeError(
        'the best of nothing is undefined',
        'parts',
        parts,
        'Let at least one branch answer',
      )
    return best as T
  }
}

/**
 * All items of all lists, each once, in the order of the branches. Of equal items the first stays.
 *
 * @param options.by identity of an item; by default the item itself.
 */
export function union(options: { readonly by?: (item: never) => unknown } = {}) {
  const by = (options.by ?? ((item: unknown) => item)) as (item: unknown) => unknown
  return <T>(parts: Parts<readonly T[]>): T[] => {
    const items = new Map<unknown, T>()
    for (const [, list] of present(parts)) {
      for (const item of list) if (!items.has(by(item))) items.set(by(item), item)
    }
    return [...items.values()]
  }
}

/** Folds the parts that came, in the order of the branches, into one value. */
export function reduce<T, R>(initial: () => R, step: (sum: R, part: T, branch: string) => R) {
  return (parts: Parts<T>): R =>
    present(parts).reduce((sum, [branch, part]) => step(sum, part, branch), initial())
}
