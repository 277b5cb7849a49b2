/** The parts of one fan-out by branch name; `undefined` where a part is missing and the join allows that. */
export type Parts<T> = { readonly [branch: string]: T | undefined }

/** What a merge knows besides the parts. */
export interface MergeContext<I = unknown> {
  /** What went into the fan-out. */
  readonly input: I
  /** Row of A: what each part counts, renormalised to sum 1 over the parts that came; 0 for the missing. */
  readonly weights: { readonly [branch: string]: number }
}

/** Weights renormalised over the branches that came. Equal shares where the weights that came sum to 0. */
export function renormalize(
  weights: { readonly [branch: string]: number },
  came: readonly string[],
): Record<string, number> {
  // Own values only: a branch may have any name, '__proto__' among them.
  const own = new Map(Object.entries(weights))
  let sum = 0
  for (const branch of came) sum += own.get(branch) ?? 0
  const shares = new Map([...own.keys()].map((branch) => [branch, 0]))
  for (const branch of came) shares.set(branch, sum > 0 ? (own.get(branch) ?? 0) / sum : 1 / came.length)
  return Object.fromEntries(shares)
}

/** The parts that came, in the order of the branches. */
export function present<T>(parts: Parts<T>): [branch: string, part: T][] {
  return Object.entries(parts).filter((entry): entry is [string, T] => entry[1] !== undefined)
}

/** What an incremental merge knows before its first part. */
export interface BeginContext<I = unknown> {
  readonly input: I
  /** The branches in their order: whatever order parts come in, the result is that of this one. */
  readonly branches: readonly string[]
  /** Row of A as it stands, not yet renormalised: which parts will come is not known. */
  readonly weights: { readonly [branch: string]: number }
}

/** A merge under way: it takes parts as they come, and holds what it needs of them instead of all of them. */
export interface Accumulator<T, R> {
  /**
   * Takes the part of a branch; each branch once. A refused part leaves no trace.
   *
   * @throws MergeError (`merge`) naming the branch, as the merge itself would.
   */
  add(branch: string, part: T): void
  /** The merge of the parts that came. It can be asked more than once. @throws as the merge itself. */
  result(): R
}

/** Own values only: a branch may be called `constructor` or `__proto__`. */
export function weightOf(weights: { readonly [branch: string]: number }, branch: string): number {
  return Object.hasOwn(weights, branch) ? (weights[branch] as number) : 0
}

/**
 * An accumulator that is fed all parts at once: the batch form of an incremental merge, so that there is one definition.
 * Weights that sum to 1 and weights as they stand give the same.
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

/** Place of each branch in the order of branches; one that is not among them stands after all others. */
export function ranksOf(branches: readonly string[]): (branch: string) => number {
  const ranks = new Map(branches.map((branch, rank) => [branch, rank]))
  return (branch) => ranks.get(branch) ?? branches.length
}

/** A sum that does not depend on the order: from small to large. */
export function sumOf(weights: readonly number[]): number {
  return [...weights].sort((a, b) => a - b).reduce((sum, weight) => sum + weight, 0)
}
