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
