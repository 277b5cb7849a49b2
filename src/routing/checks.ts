import { InvalidArgumentError } from '../kernel/errors.ts'

/**
 * The value, if it is a number within [low, high].
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the path
 */
export function within(value: number, path: string, low: number, high: number): number {
  if (typeof value === 'number' && value >= low && value <= high) return value
  throw new InvalidArgumentError(`${path} is not a number from ${low} to ${high}: ${String(value)}`, {
    path,
    value,
    remedy: `Give a number from ${low} to ${high}`,
  })
}

/**
 * The shares by branch name, each at least 0 and their sum above 0.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the path
 */
export function shares<B extends string>(
  given: { readonly [branch in B]: number },
  path: string,
): readonly (readonly [B, number])[] {
  const entries = Object.entries(given) as [B, number][]
  let sum = 0
  for (const [name, share] of entries) {
    sum += within(share, `${path}.${name}`, 0, Number.MAX_VALUE)
  }
  if (sum > 0) return entries
  throw new InvalidArgumentError(`${path} has no share above 0`, {
    path,
    value: given,
    remedy: 'Give at least one branch a share above 0',
  })
}
