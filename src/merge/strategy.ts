/** The parts of one fan-out by branch name; `undefined` for a missing part, if the join allows that. */
export type Parts<T> = { readonly [branch: string]: T | undefined }

/** What a merge gets besides the parts. */
export interface MergeContext<I = unknown> {
  /** The input of the fan-out. */
  readonly input: I
  /** Row of A: the weight of each part, renormalised to sum 1 over the parts that arrived; 0 for the missing. */
  readonly weights: { readonly [branch: string]: number }
}

/** Weights renormalised over the branches that arrived. Equal shares if those weights sum to 0. */
export function renormalize(
  weights: { readonly [branch: string]: number },
  came: readonly string[],
): Record<string, number> {
  // Own values only: a branch may have any name, even '__proto__'.
  const own = new Map(Object.entries(weights))
  let sum = 0
  for (const branch of came) sum += own.get(branch) ?? 0
  const shares = new Map([...own.keys()].map((branch) => [branch, 0]))
  for (const branch of came) shares.set(branch, sum > 0 ? (own.get(branch) ?? 0) / sum : 1 / came.length)
  return Object.fromEntries(shares)
}

/** The parts that arrived, in the order of the branches. */
export function present<T>(parts: Parts<T>): [branch: string, part: T][] {
  return Object.entries(parts).filter((entry): entry is [string, T] => entry[1] !== undefined)
}

/** What an incremental merge gets before its first part. */
export interface BeginContext<I = unknown> {
  readonly input: I
  /** The branches in their order. The result must not depend on the order in which parts arrive. */
  readonly branches: readonly string[]
  /** Row of A, not yet renormalised: it is not known which parts will arrive. */
  readonly weights: { readonly [branch: string]: number }
}

/** An incremental merge in progress: it takes parts as they come, and holds only what it needs of them. */
export interface Accumulator<T, R> {
  /**
   * Adds the part of a branch, once per branch. A refused part leaves no trace.
   *
   * @throws MergeError (`merge`) naming the branch, like the merge itself.
   */
  add(branch: string, part: T): void
  /** The merge of the parts so far. It can be called more than once. @throws like the merge itself. */
  result(): R
}

/** Own values only: a branch may have the name `constructor` or `__proto__`. */
export function weightOf(weights: { readonly [branch: string]: number }, branch: string): number {
  return Object.hasOwn(weights, branch) ? (weights[branch] as number) : 0
}

/**
 * Feeds all parts to an accumulator at once: the batch form of an incremental merge, so that there is one definition.
 * Normalised and unnormalised weights give the same result.
 */
export function mergeAll<T, R>(
  begin: (at: BeginContext) => Accumulator<T, R>,
  parts: Parts<T>,
  weights: { readonly [branch: string]: number } = {},
): R {
  const merge = begin({ input: undefined, branches: Object.keys(parts), weights })
  for (const [branch, part] of present(parts)) merge.add(branch, part)
  return merge.result()
}

/** Position of each branch; an unknown branch comes last. */
export function ranksOf(branches: readonly string[]): (branch: string) => number {
  const ranks = new Map(branches.map((branch, rank) => [branch, rank]))
  return (branch) => ranks.get(branch) ?? branches.length
}

/** A sum that does not depend on the order: it adds from small to large. */
export function sumOf(weights: readonly number[]): number {
  // Of two, either order gives the same.
  const inOrder = weights.length > 2 ? [...weights].sort((a, b) => a - b) : weights
  return inOrder.reduce((sum, weight) => sum + weight, 0)
}
