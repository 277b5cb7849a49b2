import { demand, entriesIn, shown } from '../kernel/demand.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'

/**
 * The value, if it is a number within [low, high].
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the path
 */
export function within(value: number, path: string, low: number, high: number): number {
  if (typeof value === 'number' && value >= low && value <= high) return value
  throw new InvalidArgumentError(`${path} is not a number from ${low} to ${high}: ${shown(value)}`, {
    path,
    value,
    remedy: `Pass a number from ${low} to ${high}`,
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
  const entries = entriesIn<B, number>(given, path, 'an object of shares by branch')
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

/**
 * Checks for a RoutingMatrix by its methods, since importing the class would close a circle.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function aMatrix<M extends { normalizeColumns(): unknown }>(given: M, path: string): M {
  return demand(given, path, 'a RoutingMatrix', (matrix) => typeof matrix.normalizeColumns === 'function')
}
