import { demand, shown } from './demand.ts'
import { InvalidArgumentError } from './errors.ts'

/** A length of time: a number of milliseconds, or a number with a unit: `'200ms'`, `'1.5s'`, `'10m'`, `'1h'`, `'2d'`. */
export type Duration = number | string

/** The longest delay that a platform timer takes, in milliseconds: 2^31 - 1, about 24.8 days. */
export const DURATION_MS_MAX = 2_147_483_647

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const SHAPE = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/

/**
 * The duration in milliseconds.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for NaN, negative values, unknown units, and anything beyond 2^31-1 ms.
 */
export function milliseconds(duration: Duration, path: string): number {
  const ms = typeof duration === 'number' ? duration : parse(duration)
  if (!(ms >= 0) || ms > DURATION_MS_MAX) {
    throw new InvalidArgumentError(`${path} is not a duration: ${shown(duration)}`, {
      path,
      value: duration,
      remedy: `Use a number of milliseconds from 0 to ${DURATION_MS_MAX}, or a string such as '200ms', '1.5s', '10m', '1h'`,
    })
  }
  return ms
}

/** Beyond a hundred years nobody waits. */
const LONG_MS_MAX = 100 * 366 * 86_400_000

/**
 * The duration in milliseconds, up to a hundred years, for what does not wait by a timer of the platform.
 *
 * @throws InvalidArgumentError (`invalid-argument`) as `milliseconds`.
 */
export function longMilliseconds(duration: Duration, path: string): number {
  const ms = typeof duration === 'number' ? duration : parse(duration)
  return ms >= 0 && ms <= LONG_MS_MAX ? ms : milliseconds(duration, path)
}

/**
 * A limit of time in milliseconds: a duration, or `Infinity` for no limit.
 *
 * @throws InvalidArgumentError (`invalid-argument`) as `milliseconds`.
 */
export function timeLimit(limit: Duration, path: string): number {
  return limit === Number.POSITIVE_INFINITY ? limit : milliseconds(limit, path)
}

function parse(text: string): number {
  const match = typeof text === 'string' ? SHAPE.exec(text.trim()) : null
  if (match === null) return Number.NaN
  const [, amount = '', unit = ''] = match
  return Number(amount) * (UNIT_MS[unit] ?? Number.NaN)
}

/** The delays before attempt 2, 3 … in milliseconds. @throws InvalidArgumentError (`invalid-argument`) naming the delay. */
export function backoffOf(backoff: Duration | readonly Duration[], path: string): readonly number[] {
  let list: readonly Duration[] = []
  demand(backoff, path, 'a duration or a list of them', (given) => {
    list = Array.isArray(given) ? [...given] : [given as Duration]
    return true
  })
  return list.map((delay, i) => milliseconds(delay, `${path}[${i}]`))
}
