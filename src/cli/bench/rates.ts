import { UsageError } from '../exit.ts'

/** Rates of one run. */
export const STEPS_MOST = 50

/**
 * `200`, `50,100,400`, or `100..5000`, which is `steps` rates with equal ratios between them.
 *
 * @throws UsageError (`usage`)
 */
export function ratesOf(text: string, steps: number): number[] {
  const [from, to, ...more] = text.split('..').map(rateOf)
  const rates = text.includes('..')
    ? between(from as number, to as number, steps)
    : text.split(',').map(rateOf)
  const isGood = more.length === 0 && rates.every((rate) => Number.isFinite(rate) && rate > 0)
  // Two that are rounded to the same are one.
  if (isGood && rates.length <= STEPS_MOST) return [...new Set(rates)]
  throw new UsageError(
    `'${text}' is no rate`,
    '--rate',
    text,
    'Write requests a second: 200, or 50,100, or 100..5000',
  )
}

/** Digits, as a person writes them. */
function rateOf(text: string): number {
  return /^\s*\d+(?:\.\d+)?\s*$/u.test(text) ? Number(text) : Number.NaN
}

function between(from: number, to: number, steps: number): number[] {
  if (!(from > 0) || !(to > from)) return [Number.NaN]
  return Array.from({ length: steps }, (_, at) => roundedRate(from * (to / from) ** (at / (steps - 1))))
}

/** Two significant digits: a rate that a person remembers, and finds again in another run. */
function roundedRate(rate: number): number {
  const unit = 10 ** (Math.floor(Math.log10(rate)) - 1)
  return Number((Math.round(rate / unit) * unit).toPrecision(2))
}
