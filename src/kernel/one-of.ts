import { shown } from './demand.ts'
import { InvalidArgumentError } from './errors.ts'

/**
 * The value, if it is allowed.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the path and what is allowed.
 */
export function oneOf<T extends string>(allowed: readonly T[], value: T, path: string): T {
  if (!allowed.includes(value)) {
    throw new InvalidArgumentError(`${path} is not known: ${shown(value)}`, {
      path,
      value,
      remedy: `Use one of ${allowed.join(', ')}`,
    })
  }
  return value
}
