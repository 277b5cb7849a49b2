import { milliseconds } from '../kernel/durations.ts'
import { UsageError } from './exit.ts'

/** The whole number of a flag, in digits. @throws UsageError (`usage`) */
export function wholeFlag(text: string, flag: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text)
  if (/^\s*\d+\s*$/u.test(text) && Number.isSafeInteger(value) && value >= least && value <= most)
    return value
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
  throw new UsageError(`${flag} is '${text}'`, flag, text, `Use a whole number ${range}`)
}

/** The number of a flag. @param what the numbers that fit, for the remedy @throws UsageError (`usage`) */
export function numberFlag(
  text: string,
  flag: string,
  what: string,
  fits: (value: number) => boolean,
): number {
  const value = Number(text)
  if (text.trim() !== '' && fits(value)) return value
  throw new UsageError(`${flag} is '${text}'`, flag, text, `Use ${what}`)
}

/** The milliseconds of a flag: `500ms`, `10s`, or a number of milliseconds. @throws UsageError (`usage`) */
export function durationFlag(text: string, flag: string, leastMs = 0): number {
  const ms = lengthOf(text, flag)
  if (ms !== undefined && ms >= leastMs) return ms
  const least = leastMs > 0 ? ` of at least ${leastMs} ms` : ''
  const remedy = `Use a length of time${least}: '500ms', '10s', '2m', or a number of milliseconds`
  throw new UsageError(`${flag} is '${text}'`, flag, text, remedy)
}

function lengthOf(text: string, flag: string): number | undefined {
  try {
    return milliseconds(/^\s*\d+(?:\.\d+)?\s*$/u.test(text) ? Number(text) : text, flag)
  } catch {
    return undefined
  }
}
