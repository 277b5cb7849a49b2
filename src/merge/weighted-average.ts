import { MergeError } from './errors.ts'
import { type MergeContext, type Parts, present } from './strategy.ts'

/**
 * Weighted average `Σ w_i·x_i` over the parts that came (weights sum to 1): numbers, or vectors of one length.
 *
 * @throws MergeError (`merge`) when no part came, or the parts differ in kind or length, naming the branch.
 */
export function weightedAverage() {
  return <T extends number | Float32Array | Float64Array | readonly number[]>(
    parts: Parts<T>,
    at: MergeContext,
  ): T extends number ? number : Float64Array => {
    const came = present<number | ArrayLike<number>>(parts as Parts<number | ArrayLike<number>>)
    const first = came[0]
    if (first === undefined) {
      throw new MergeError(
        'an average of nothing is undefined',
        'parts',
        parts,
        'Let at least one branch answer',
      )
    }
    const [, part] = first
    const average =
      typeof part === 'number' ? averageNumbers(came, at) : averageVectors(came, part.length, at)
    return average as T extends number ? number : Float64Array
  }
}

function averageNumbers(parts: [string, number | ArrayLike<number>][], at: MergeContext): number {
  let sum = 0
  for (const [branch, part] of parts) {
    if (typeof part !== 'number') throw unlike(branch, part, 'a number')
    sum += (at.weights[branch] ?? 0) * part
  }
  return sum
}

function averageVectors(
  parts: [string, number | ArrayLike<number>][],
  length: number,
  at: MergeContext,
): Float64Array {
  const sum = new Float64Array(length)
  for (const [branch, part] of parts) {
    if (typeof part === 'number' || part.length !== length)
      throw unlike(branch, part, `a vector of ${length}`)
    const weight = at.weights[branch] ?? 0
    for (let i = 0; i < length; i++) sum[i] = (sum[i] as number) + weight * (part[i] as number)
  }
  return sum
}

function unlike(branch: string, part: unknown, expected: string): MergeError {
  const found = typeof part === 'number' ? 'a number' : `a vector of ${(part as ArrayLike<number>).length}`
  return new MergeError(
    `part '${branch}' is ${found} where the others are ${expected}`,
    `parts.${branch}`,
    part,
    'Give every branch the same output shape',
  )
}
