import { UsageError } from './exit.ts'

/** The whole number of a flag. @throws UsageError (`usage`) */
export function wholeFlag(text: string, flag: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new UsageError(`${flag} is '${text}'`, flag, text, `Use a whole number of at least ${least}`)
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
