import { format, getFormatFromId, isDateFormat } from 'numfmt'

/** Dates as the system of the reader shows them: they are written the one way that everybody reads alike. */
const OF_THE_SYSTEM: Readonly<Record<number, string>> = { 14: 'yyyy-mm-dd', 22: 'yyyy-mm-dd hh:mm' }
const EAST_ASIAN_DATES = [27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58]
/** Programs write no longer ones. */
const PATTERN_CHARS_MAX = 255
/** The days from the first day of 1900 to that of 1904, where some workbooks begin to count. */
const DAYS_TO_1904 = 1_462

interface Shape {
  readonly pattern: string
  /** A date, whose days count from the workbook's first one. */
  readonly date: boolean
}

/** What the numbers of a workbook show. */
export class NumberFormats {
  readonly #own: ReadonlyMap<number, string>
  readonly #shapes = new Map<number, Shape>()
  readonly #days: number

  constructor(own: ReadonlyMap<number, string>, from1904: boolean) {
    this.#own = own
    this.#days = from1904 ? DAYS_TO_1904 : 0
  }

  /** "25.60%", "1,234.50 €", "5 March 2024": a value in a format of the workbook. */
  shown(value: number, id: number): string {
    const { pattern, date } = this.#shapeOf(id)
    if (/^general$/iu.test(pattern)) return plain(value)
    try {
      return format(pattern, date ? value + this.#days : value, { dateErrorNumber: true }).trim()
    } catch {
      return plain(value)
    }
  }

  #shapeOf(id: number): Shape {
    const known = this.#shapes.get(id)
    if (known !== undefined) return known
    const own = this.#own.get(id)
    const pattern = own ?? (EAST_ASIAN_DATES.includes(id) ? OF_THE_SYSTEM[14] : OF_THE_SYSTEM[id])
    const shape = shapeOf(pattern ?? getFormatFromId(id) ?? 'General')
    this.#shapes.set(id, shape)
    return shape
  }
}

function shapeOf(pattern: string): Shape {
  const general = { pattern: 'General', date: false }
  if (pattern.length > PATTERN_CHARS_MAX) return general
  try {
    // Hours that go on beyond a day are a span of time.
    return { pattern, date: isDateFormat(pattern) && !/\[[hms]+\]/iu.test(pattern) }
  } catch {
    return general
  }
}

/** In full, without the digits that binary fractions add: a number of an article has more digits than a narrow column shows. */
function plain(value: number): string {
  return String(Number(value.toPrecision(15)))
}
