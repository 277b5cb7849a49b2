import { MONTHS } from './calendar.ts'

/** A day that a text names, with its year where the text has it. */
export interface Day {
  /** Its place in the text. */
  readonly start: number
  readonly year: number | undefined
  readonly month: number
  readonly day: number
}

/** "mar(?:ch)?", and "sept" too. */
const NAME = `${MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')}|sept`
const YEAR = '(?<year>(?:19|20)\\d\\d)(?!\\d)'
const FORMS = [
  /(?<![\p{N}.-])(?<year>(?:19|20)\d\d)[-/](?<month>0[1-9]|1[0-2])[-/](?<day>[0-3]\d)(?!\d)/gu,
  // "12.3.", "12.03.2025": no version, and no price at the end of a sentence.
  new RegExp(
    `(?<![\\p{N}.])(?<day>[0-3]?\\d)\\.\\s?(?<month>0?[1-9]|1[0-2])\\.(?:\\s?${YEAR}|(?=\\s\\p{L}|[,;)]))`,
    'gu',
  ),
  new RegExp(
    `(?<![\\p{N}.:])(?<day>[0-3]?\\d)(?:st|nd|rd|th)?\\s(?:of\\s)?(?<month>${NAME})\\b(?:\\.?,?\\s${YEAR})?`,
    'giu',
  ),
  new RegExp(
    `\\b(?<month>${NAME})\\.?\\s{1,2}(?:the\\s)?(?<day>[0-3]?\\d)(?:st|nd|rd|th)?(?![\\p{N}:]|[.,]\\d)(?:,?\\s${YEAR})?`,
    'giu',
  ),
]

/** The days that a text names, in its order: "12 March", "Mar 12", "12.3.", "2025-03-12". Five of them "may" come. */
export function daysIn(text: string): Day[] {
  const found = FORMS.flatMap((form) => [...text.matchAll(form)].map(dayOf)).filter(
    ({ written }) => written !== 'may',
  )
  return found.sort((a, b) => a.start - b.start)
}

/** A month that a text names, with its year where the text has it. */
export interface Month {
  /** Its place in the text. */
  readonly start: number
  readonly year: number | undefined
  readonly month: number
}

const MONTH_FORMS = [
  /(?<![\p{N}.-])(?<year>(?:19|20)\d\d)[-/](?<month>0[1-9]|1[0-2])(?![-/]?\p{N})/gu,
  new RegExp(`(?<![\\p{N}./-])(?<month>0[1-9]|1[0-2])/${YEAR}`, 'gu'),
  new RegExp(`(?<!\\p{L})(?<month>${NAME})\\b(?:\\.?,?\\s${YEAR})?`, 'giu'),
]

/** Words too, or parts of words, unless they begin with a capital letter or stand as months do: "in march". */
const WORDLIKE = /^(?:may|march|\p{Ll}{3}|sept)$/u
const IN = /(?<!\p{L})(?:in|of|for|during|this|last|next)\s$/iu

/** The months that a text names, in its order, those of its days too: "March", "Mar 2025", "2025-03", "03/2025". */
export function monthsIn(text: string): Month[] {
  const named = MONTH_FORMS.flatMap((form) => [...text.matchAll(form)]).filter(
    ({ index, groups = {} }) => !WORDLIKE.test(groups.month ?? '') || IN.test(text.slice(0, index)),
  )
  return [...daysIn(text), ...named.map(dayOf)].sort((a, b) => a.start - b.start)
}

function dayOf({ index: start, groups = {} }: RegExpExecArray): Day & { readonly written: string } {
  const { year, month: written = '', day } = groups
  return {
    start,
    year: year === undefined ? undefined : Number(year),
    month: monthOf(written),
    day: Number(day),
    written,
  }
}

function monthOf(written: string): number {
  const number = Number(written)
  const name = written.slice(0, 3).toLowerCase()
  return Number.isNaN(number) ? MONTHS.findIndex((one) => one.startsWith(name)) + 1 : number
}
