/** From a value to another, in one unit. */
interface Range {
  readonly from: number
  readonly to: number
  readonly unit: string
}

const WORDS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ')
const NUMBER = `\\d[\\d,]*(?:\\.\\d+)?|${WORDS.join('|')}`
/** Spans of time in days: two weeks are less than 28 days. */
const DAYS: Readonly<Record<string, number>> = { hour: 1 / 24, day: 1, week: 7, month: 30, year: 365 }

/** "between 28 and 8 days", "8 to 28 days", "8–28 days". */
const BETWEEN = new RegExp(
  `(?<![\\p{L}\\p{N}.,])(?:between\\s+)?(${NUMBER})\\s?(?:and|to|-|–)\\s?(${NUMBER})[\\s-]?(\\p{L}{1,12}|%|€|£|\\$)`,
  'giu',
)
const OVER = 'more than|over|above|longer than|larger than|heavier than|older than|exceeds?|exceeding'
const FROM = 'at least|from|no less than|not less than'
const BELOW = 'less than|fewer than|under|below|shorter than|lighter than|younger than'
const UP_TO = 'up to|at most|no more than|not more than|within|no longer than'
/** "more than 28 days", "up to eight points". */
const BEYOND = new RegExp(
  `(?<!\\p{L})(?:(?<upTo>${UP_TO})|(?<from>${FROM})|(?<below>${BELOW})|(?<over>${OVER}))\\s+(?<number>${NUMBER})[\\s-]?(?<unit>\\p{L}{1,12}|%)`,
  'giu',
)
/** "two weeks", "3 kg". */
const EXACT = new RegExp(`(?<![\\p{L}\\p{N}.,])(${NUMBER})[\\s-]?(\\p{L}{1,12}|%)(?!\\p{L})`, 'giu')

/** How a statement stands to the amounts of a question: it is about them, about others of their unit only, or about none. */
export function standsTo(asked: readonly Range[], text: string): 'these' | 'others' | 'none' {
  const own = asked.length === 0 ? [] : rangesOf(text)
  const same = asked.flatMap((range) =>
    own.filter(({ unit }) => unit === range.unit).map(({ from, to }) => to >= range.from && from <= range.to),
  )
  return same.length === 0 ? 'none' : same.includes(true) ? 'these' : 'others'
}

/** The amounts that a question names: "two weeks before", "more than eight points". */
export function amountsOf(question: string): readonly Range[] {
  const ranges = rangesOf(question)
  if (ranges.length > 0) return ranges
  return [...question.matchAll(EXACT)].map(([, number = '', unit = '']) => rangeOf(number, number, unit))
}

/** The ranges of which a text says something. */
function rangesOf(text: string): Range[] {
  const between = [...text.matchAll(BETWEEN)].map(([, a = '', b = '', unit = '']) => rangeOf(a, b, unit))
  const beyond = [...text.matchAll(BEYOND)].map(({ groups = {} }) => {
    const { from, to, unit } = rangeOf(groups.number ?? '', groups.number ?? '', groups.unit ?? '')
    if (groups.upTo !== undefined) return { from: Number.NEGATIVE_INFINITY, to, unit }
    if (groups.below !== undefined) return { from: Number.NEGATIVE_INFINITY, to: to - LEAST, unit }
    return { from: groups.over === undefined ? from : from + LEAST, to: Number.POSITIVE_INFINITY, unit }
  })
  return [...between, ...beyond]
}

/** "More than 8" begins beyond 8. */
const LEAST = 1e-9

function rangeOf(a: string, b: string, written: string): Range {
  const unit = written.toLowerCase().replace(/(?<=\p{L}{2})s$/u, '')
  const days = DAYS[unit]
  const values = [amountOf(a), amountOf(b)].map((value) => value * (days ?? 1))
  return { from: Math.min(...values), to: Math.max(...values), unit: days === undefined ? unit : 'day' }
}

function amountOf(number: string): number {
  const word = WORDS.indexOf(number.toLowerCase())
  return word >= 0 ? word + 1 : Number(number.replace(/,/gu, ''))
}
