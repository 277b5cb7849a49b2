import { type Day, daysIn, type Month, monthsIn } from '../../knowledge/text/days.ts'
import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { contentWords, words } from '../../knowledge/text/words.ts'
import type { Question } from './question.ts'
import { otherSubstances } from './substances.ts'
import { doneTasks } from './tasks.ts'

type Asked = Pick<Question, 'text' | 'kind'>

/** A line of a log, a row of a table, or a sentence. */
interface Entry {
  readonly file: string
  readonly statement: Statement
  readonly text: string
}

/**
 * Of each passage the entries of logs, tables and journals that are about another day, or of another part, than the question names, where an
 * entry of any of them has its own: "[sdb] checksum mismatch", asked for sdc. A reader knows no dates in figures. Also the tasks that are done, asked
 * for open ones, and amounts of other things.
 */
export function otherEntries(asked: Asked, read: readonly Passage[]): readonly (readonly Statement[])[] {
  const { text: question } = asked
  const entries = read.map(({ file, text, statements }) =>
    statements
      .filter(({ kind }) => kind === 'row' || kind === 'code' || kind === 'sentence')
      .map((statement): Entry => ({ file, statement, text: text.slice(statement.start, statement.end) })),
  )
  const all = entries.flat()
  const others = new Set([
    ...ofOtherDays(question, all),
    ...ofOtherMonths(asked, all),
    ...ofOtherTimes(asked, all),
    ...ofOtherParts(question, all),
  ])
  const done = doneTasks(asked, read)
  const substances = otherSubstances(question, read)
  return entries.map((own, i) => [
    ...own.filter((one) => others.has(one)).map(({ statement }) => statement),
    ...(done[i] ?? []),
    ...(substances[i] ?? []),
  ])
}

/** The entries about other days. */
function ofOtherDays(question: string, entries: readonly Entry[]): Entry[] {
  const asked = daysNamed(question, ASKED_BOUND)
  if (asked.length === 0) return []
  const dated = entries.map((entry) => ({ entry, days: daysOf(entry) })).filter(({ days }) => days.length > 0)
  if (!dated.some(({ days }) => asked.some((day) => has(days, day)))) return []
  return dated
    .filter(({ days }) => !asked.some((day) => has(days, day) || isBetween(days, day)))
    .map(({ entry }) => entry)
}

/** "What was the bill in March?", "for March 2024"; not "the March trip", nor "May I come?" */
const IN_MONTH = /(?<!\p{L})(?:in|for|of|during)\s$/iu
/** "Which month was dearer than March?" is asked of others. */
const COMPARES = /\b(?:than|compared|vs|versus|unlike|besides|except)\b/iu

/** The rows and lines about other months: "2025-02 · Water: 40", asked for March. */
function ofOtherMonths({ text: question, kind }: Asked, entries: readonly Entry[]): Entry[] {
  const asked = monthsIn(question)
  const [month] = asked
  if (month === undefined || asked.length > 1 || daysIn(question).length > 0) return []
  const before = question.slice(0, month.start)
  if (COMPARES.test(question) || !IN_MONTH.test(before)) return []
  // "When must I pay for March?" may be answered by a day of February.
  if (kind === 'date' && !/(?<!\p{L})in\s$/iu.test(before)) return []
  if (isBound(question, month.start, ASKED_BOUND_OF_MONTHS)) return []
  const dated = entries
    .filter(({ statement }) => statement.kind !== 'sentence')
    .map((entry) => ({ entry, months: monthsIn(entry.text) }))
    .filter(({ months }) => months.length > 0)
  const isIn = (months: readonly Month[]) =>
    months.some((one) => one.month === month.month && isOfYear(one.year, month.year))
  const files = new Set(dated.filter(({ months }) => isIn(months)).map(({ entry }) => entry.file))
  return dated
    .filter(({ entry, months }) => {
      const isOne = new Set(months.map((one) => one.month)).size === 1
      const isOther = isOne && !isIn(months) && !isBound(entry.text, months[0]?.start ?? 0, TOLD_BOUND)
      return isOther && files.has(entry.file)
    })
    .map(({ entry }) => entry)
}

function isOfYear(told: number | undefined, asked: number | undefined): boolean {
  return told === asked || told === undefined || asked === undefined
}

/** "12 March: sowed peas", "Tue 12 March", "[2025-03-12 10:00]". */
const DATE_FIRST = /^[^\p{L}\p{N}]{0,3}(?:\p{L}{2,9}[.,]{0,2}\s)?$/u

/** The days that an entry is about. A sentence may name any: only one that begins with a day is an entry of it. */
function daysOf({ statement, text }: Entry): Day[] {
  const days = daysNamed(text, TOLD_BOUND)
  const [first] = days
  if (statement.kind !== 'sentence' || first === undefined) return days
  return DATE_FIRST.test(text.slice(0, first.start)) ? days : []
}

const OTHERS = 'until|till|before|after|by|between|through|to'
const SINCE = 'from|since|as of|valid|starting|beginning|ending'
const bound = (names: string) =>
  new RegExp(
    `(?:(?<!\\p{L})(?:${names})[^\\p{L}\\p{N}]{1,3}(?:the\\s)?|\\p{N}(?:st|nd|rd|th)?\\s?(?:[-–—,&/]|and|or|to)\\s?(?:the\\s)?)$`,
    'iu',
  )
/** Before the day of a question that asks for others: "after 12 March", "10–12 March", "10 and 12 March", "in the week of 12 March". */
const ASKED_BOUND = bound(`${OTHERS}|${SINCE}|of`)
/** Before the day of an entry that is about others too: "From: 2025-03-12". */
const TOLD_BOUND = bound(`${OTHERS}|${SINCE}`)
/** The same of months: "of March" names one. */
const ASKED_BOUND_OF_MONTHS = bound(`${OTHERS}|${SINCE}`)
const BOUND_CHARS_MAX = 20

const TIME = '(?:[01]?\\p{N}|2[0-3]):[0-5]\\p{N}'
/** "the 14:15 sailing". */
const NAMED_BY_TIME = new RegExp(`\\bthe (?<time>${TIME})(?![\\p{N}:]) \\p{L}{3,}`, 'giu')
/** "What can I take instead of the 14:15 sailing?" is asked of others. */
const ANOTHER =
  /\b(?:next|instead|miss(?:ed)?|later|earlier|other|another|after|before|between|until|till|than)\b/iu
/** When a line of a log was written. */
const STAMP = /^\P{L}{0,3}(?:\p{N}{4}-\p{N}{2}-\p{N}{2}[T ])?\p{N}{1,2}:\p{N}{2}(?::\p{N}{2}[\p{N}.,]*)?Z?\s/u
const CLOCK = new RegExp(`(?<![\\p{N}:.])${TIME}(?![\\p{N}:])`, 'gu')

/** The rows and lines about another time of day than that by which the question names a thing, where one has it. A log may tell anything at any time. */
function ofOtherTimes({ text: question }: Asked, entries: readonly Entry[]): Entry[] {
  const [named, ...more] = [...question.matchAll(NAMED_BY_TIME)]
  if (named === undefined || more.length > 0 || ANOTHER.test(question)) return []
  const asked = plainTime(named.groups?.time ?? '')
  const timed = entries
    .filter(({ statement }) => statement.kind !== 'sentence')
    .map((entry) => ({
      entry,
      times: [...withoutStamp(entry).matchAll(CLOCK)].map(([time]) => plainTime(time)),
    }))
  const files = new Set(timed.filter(({ times }) => times.includes(asked)).map(({ entry }) => entry.file))
  return timed
    .filter(({ entry, times: [time, ...others] }) => {
      const isOther = time !== undefined && others.length === 0 && time !== asked
      return isOther && files.has(entry.file)
    })
    .map(({ entry }) => entry)
}

/** "09:15" as "9:15". */
function plainTime(time: string): string {
  return time.replace(/^0/u, '')
}

function withoutStamp({ statement, text }: Entry): string {
  return statement.kind === 'code' ? text.replace(STAMP, '') : text
}

/** The days that a text names; none where one of them begins or ends a time of which it tells. */
function daysNamed(text: string, before: RegExp): Day[] {
  const days = daysIn(text)
  return days.some(({ start }) => isBound(text, start, before)) ? [] : days
}

function isBound(text: string, start: number, before: RegExp): boolean {
  return before.test(text.slice(Math.max(0, start - BOUND_CHARS_MAX), start))
}

function has(days: readonly Day[], { year, month, day }: Day): boolean {
  return days.some((one) => one.month === month && one.day === day && isOfYear(one.year, year))
}

/** Whether a day is between the first and the last of an entry, maybe in two years: "Open: 20 December · Closed: 6 January". */
function isBetween(days: readonly Day[], asked: Day): boolean {
  const [first = 0, ...others] = days.map(placeInYear)
  const last = others.at(-1)
  if (last === undefined) return false
  const place = placeInYear(asked)
  return first <= last ? first <= place && place <= last : place >= first || place <= last
}

function placeInYear({ month, day }: Day): number {
  return 100 * month + day
}

/** The entries of other parts of a program, without a word of the part that the question names. */
function ofOtherParts(question: string, entries: readonly Entry[]): Entry[] {
  const asked = new Set(contentWords(question).map(({ term }) => term))
  const parted = entries.flatMap((entry) => {
    const part = partOf(entry.text)
    return part === undefined ? [] : [{ entry, part }]
  })
  const named = new Set(
    parted.flatMap(({ part }) => words(part).flatMap(({ term }) => (asked.has(term) ? [term] : []))),
  )
  if (named.size === 0) return []
  return parted
    .filter(({ entry }) => words(entry.text).every(({ term }) => !named.has(term)))
    .map(({ entry }) => entry)
}

const TIMED =
  /^[[(]?\p{N}{4}-\p{N}{2}-\p{N}{2}|^[[(]?\p{N}{1,2}:\p{N}{2}|^\p{Lu}\p{Ll}{2} {1,2}\p{N}{1,2} \p{N}{2}:/u
/** "[photos]", "[sdb]", near the begin of an entry. */
const PART = /(?<=\s)\[(?=[^\]]*\p{L})([\p{L}\p{N}._/-]{2,40})\](?=[\s:])/gu
const PART_WITHIN_CHARS = 100
/** In brackets too, but no part. */
const LEVEL =
  /^(?:trace|debug|info|note|notice|warn|warning|err|error|fatal|severe|crit|critical|alert|emerg|panic)$/iu

/** The part of a program that an entry of a log is from. */
function partOf(text: string): string | undefined {
  if (!TIMED.test(text)) return undefined
  const marks = [...text.slice(0, PART_WITHIN_CHARS).matchAll(PART)].map(([, mark = '']) => mark)
  return marks.find((mark) => !LEVEL.test(mark))
}
