import { shown } from './demand.ts'
import { InvalidArgumentError } from './errors.ts'

/**
 * The value, if it is a whole number of at least `low` (default 1) and at most `high` (default: no bound).
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the path.
 */
export function wholeNumber(value: number, path: string, low = 1, high = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return value
  const bounds = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`
  throw new InvalidArgumentError(`${path} is not a whole number ${bounds}: ${shown(value)}`, {
    path,
    value,
    remedy: `Use ${low}, ${low + 1}, ${low + 2} …`,
  })
}
