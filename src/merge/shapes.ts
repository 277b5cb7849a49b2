import { MergeError } from './errors.ts'
import { type Parts, present } from './strategy.ts'

/** Values that can be averaged: a number or a vector. */
export type Numeric = number | Float32Array | Float64Array | readonly number[]
/** Probabilities by label: not negative, and not all 0; they need not sum to 1. */
export type Probabilities = { readonly [label: string]: number }
/** The result: a number from numbers, a vector from vectors, probabilities from probabilities. */
export type Averaged<T> = T extends number
  ? number
  : T extends Numeric
    ? Float64Array
    : { readonly [K in keyof T & string]: number }

/** Parts of one shape, as vectors; a number is a vector of length 1. */
export interface Alike {
  readonly scalar: boolean
  readonly length: number
  readonly parts: readonly (readonly [branch: string, values: ArrayLike<number>])[]
}

/** @throws MergeError (`merge`) naming the branch, when no part arrived, or one differs in kind or length from the first. */
export function alike(given: Parts<Numeric>, what: string): Alike {
  const came = present<Numeric>(given)
  const first = came[0]?.[1]
  if (first === undefined) {
    throw new MergeError(
      `${what} of nothing is undefined`,
      'parts',
      given,
      'Make sure that at least one branch answers',
    )
  }
  const scalar = typeof first === 'number'
  const length = scalar ? 1 : first.length
  if (!scalar && !isVector(first))
    throw unlike((came[0] as [string, Numeric])[0], first, 'a number or a vector')
  const parts = came.map(([branch, part]) => {
    const values = typeof part === 'number' ? [part] : part
    if ((typeof part === 'number') !== scalar || !isVector(values) || values.length !== length)
      throw unlike(branch, part, scalar ? 'a number' : `a vector of ${length}`)
    return [branch, values] as const
  })
  return { scalar, length, parts }
}

/** One value per place, computed from the values of all parts there. NaN is refused. */
export function eachPlace<T extends Numeric>(
  { scalar, length, parts }: Alike,
  combine: (values: Float64Array) => number,
): Averaged<T> {
  const out = new Float64Array(length)
  for (let at = 0; at < length; at++) {
    const values = Float64Array.from(parts, ([branch, part]) => {
      const value = part[at] as number
      if (Number.isNaN(value)) {
        const path = scalar ? `parts.${branch}` : `parts.${branch}[${at}]`
        throw new MergeError(
          `part '${branch}' holds NaN`,
          path,
          value,
          'Let the branch fail instead of sending NaN',
        )
      }
      return value
    })
    out[at] = combine(values)
  }
  return (scalar ? out[0] : out) as Averaged<T>
}

/** Float32Array, Float64Array, or a plain array. */
export function isVector(part: unknown): part is ArrayLike<number> {
  return Array.isArray(part) || part instanceof Float32Array || part instanceof Float64Array
}

/** The error for a part with another shape than the others; it names the branch. */
export function unlike(branch: string, part: unknown, expected: string): MergeError {
  const found =
    typeof part === 'number'
      ? 'a number'
      : isVector(part)
        ? `a vector of ${part.length}`
        : part === null
          ? 'null'
          : `of type ${typeof part}`
  return new MergeError(
    `part '${branch}' is ${found} where the others are ${expected}`,
    `parts.${branch}`,
    part,
    'Give every branch the same output shape',
  )
}
