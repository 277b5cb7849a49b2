import type { AnswerSpan, ExtractedAnswer } from '../../../src/inference/tasks/question-answering.ts'
import { calendarNames } from '../../knowledge/text/calendar.ts'
import { contextOf, type Passage } from '../../knowledge/text/passages.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { stem } from '../../knowledge/text/stem.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { isUnspaced, terms, words } from '../../knowledge/text/words.ts'
import { otherBands } from './bands.ts'
import { asks } from './candidate.ts'
import { CELLS, cellOf } from './cells.ts'
import { amountsOf, standsTo } from './conditions.ts'
import { coverage } from './features.ts'
import type { Question } from './question.ts'

/** A trained reader's input for one passage. */
export interface ReadingText {
  readonly context: string
  /** Length of the title and the headings before the passage. */
  readonly before: number
  /** Length of the title alone: it says what the passage is about, and answers nothing. */
  readonly title: number
  /** Whether the passage, with its headings, has every name and number of the question: only then its headings may answer. */
  readonly about: boolean
  /** The questions in it, as offsets in the passage: no answer is there. */
  readonly questions: readonly Stretch[]
  /** Who or where is asked: a figure alone is nobody and nowhere. */
  readonly named: boolean
  /** The words of the question, none of which answers it: "Which release dropped Python 3.7?" Empty where one of them may. */
  readonly asked: ReadonlySet<string>
}

/** Joins the headings above a passage, and what it continues. */
export const BETWEEN = ' – '

/** The headings that a passage stands under, without those of a form, and the lead that it continues, as one line; empty without any. */
export function headingLine({ trail, form = [], lead }: Pick<Passage, 'trail' | 'form' | 'lead'>): string {
  return [...trail.filter((heading) => !form.includes(heading)), lead]
    .filter((part) => part !== '')
    .join(BETWEEN)
}

/**
 * What a trained reader is given of a passage: the title of its document if it is `titled` and its text lacks it, since it tells who "he" is;
 * the headings above, since an answer may stand there ("[2.2.1] - 2024-04-02"), and its text. A row ends like a sentence: the reader knows no lines.
 * Rows that the question does not name are left blank if it names others, so that the value of another row can't be taken. Every character
 * keeps its place.
 */
export function readingText(question: Question, passage: Passage, titled: boolean): ReadingText {
  const headings = headingLine(passage)
  const own = headings === '' ? '' : `${headings}\n`
  const told = !titled || passage.title === '' || passage.text.includes(passage.title)
  const title = told ? '' : `${passage.title}${own === '' ? '\n' : BETWEEN}`
  const before = title + own
  const { text, statements } = passage
  const parts = text.split('')
  for (const { kind, end } of statements)
    if (kind !== 'list' && kind !== 'item' && text[end] === '\n' && !/[\p{P}]/u.test(text[end - 1] ?? ''))
      parts[end] = '.'
  for (const { start, end } of [
    ...unnamed(question, passage),
    ...besides(question, passage),
    ...otherCases(question.text, passage),
    ...otherBands(question.text, passage),
  ])
    for (let at = start; at <= end && at < parts.length; at += 1) parts[at] = ' '
  return {
    context: before + parts.join(''),
    before: before.length,
    title: title.length,
    about: isAbout(question, passage),
    questions: statements.filter((one) => asks(one, text.slice(one.start, one.end))),
    named: question.kind === 'person' || question.kind === 'place',
    asked: repeating(question),
  }
}

/** "Is it red or blue?": one of its own words answers it. */
const OFFERS = /\b(?:or|either)\b/iu

function repeating({ text, kind }: Question): ReadonlySet<string> {
  const open = kind === 'yes-no' || OFFERS.test(text) || isUnspaced(text)
  return new Set(open ? [] : words(text).map(({ form }) => form))
}

/** Whether titles tell the passages apart: what all of them are about answers no question better than another. */
export function titlesTell(read: readonly { readonly passage: Pick<Passage, 'title'> }[]): boolean {
  return new Set(read.map(({ passage }) => passage.title)).size > 1
}

/** The reader's answer with places in the passage; before it, in its headings, they are negative. */
export function inPassage(
  answer: ExtractedAnswer,
  { before, title, about, questions, named, asked }: Omit<ReadingText, 'context'>,
): ExtractedAnswer {
  const spans = answer.spans
    .filter(({ start, end }) => start >= title && (about || end > before))
    .map((span) => ({ ...span, start: span.start - before, end: span.end - before }))
  return { ...answer, spans: possible(spans, { questions, named, asked }) }
}

/** The spans that are in none of the questions and may be the answer; they take over what was thought of the others. */
function possible(
  spans: readonly AnswerSpan[],
  { questions, named, asked }: Pick<ReadingText, 'questions' | 'named' | 'asked'>,
): readonly AnswerSpan[] {
  const allowed = spans.filter(
    ({ start, text }) =>
      questions.every((one) => start < one.start || start >= one.end) &&
      !(named && /^[^\p{L}]*$/u.test(text)),
  )
  const fresh = allowed.filter(({ text }) => {
    const own = words(text)
    return own.length === 0 || own.some(({ form }) => !asked.has(form))
  })
  const kept = fresh.length > 0 ? fresh : allowed
  if (kept.length === spans.length) return spans
  const sum = (all: readonly AnswerSpan[]) => all.reduce((mass, { score }) => mass + score, 0)
  const factor = sum(spans) / sum(kept)
  return kept.map((span) => ({ ...span, score: span.score * factor }))
}

function isAbout(question: Question, passage: Passage): boolean {
  const named = question.terms.filter((term) => term.named)
  if (named.length === 0) return true
  const own = new Set([...terms(passage.text), ...terms(contextOf(passage))])
  return named.every(({ term }) => own.has(term))
}

/** The rows and items that the question does not name, where it names others of the passage. */
function unnamed(
  { text: question, kind: wanted }: Question,
  { text, statements }: Passage,
): { start: number; end: number }[] {
  const own = statements.filter(
    (one) =>
      one.kind === 'row' ||
      one.kind === 'field' ||
      (one.kind === 'item' && one.under !== '') ||
      (one.kind === 'sentence' && LINE_NAME.test(text.slice(one.start, one.end)) && isLine(one, statements)),
  )
  if (own.length < 2) return []
  const asked = new Set(words(question).map(({ term }) => term))
  const records = recordsOf(text, own, statements)
  const keys = own.map(({ kind, start, end }) =>
    kind === 'field' ? (namesOf(kind, text.slice(start, end)).at(-1) ?? '') : '',
  )
  const caused = wanted === 'reason' && keys.some((key) => CAUSE.test(key))
  const named = own.map(({ kind, start, end, under }, i) => {
    const whole = text.slice(start, end)
    const key = keys[i] as string
    // "Why was order 7731 late?" asks nothing of the field "order: 7731".
    const told =
      kind === 'field' && isNamed(whole.slice(whole.search(VALUE)), asked, question) ? key : undefined
    const names = [
      ...under.split(BETWEEN),
      ...namesOf(kind, whole),
      ...(kind === 'field' ? (records.get(recordOf(own[i] as Statement, text, statements)) ?? []) : []),
    ].filter((name) => name !== told && isNamed(name, asked, question))
    // "Why is it in the wrong place?" is not asked of a place.
    return new Set(
      caused ? [...names.filter((name) => name !== key), ...(CAUSE.test(key) ? [key] : [])] : names,
    )
  })
  // What all of them have names none of them.
  const shared = [...(named[0] ?? [])].filter((name) => named.every((names) => names.has(name)))
  const counts = named.map((names) => names.size - shared.length)
  const most = Math.max(...counts)
  return own.filter((_, i) => (counts[i] as number) < most)
}

/**
 * Statements about something else: with another number where the question has one ("incident 71", asked for incident 88), and items or
 * lines without most of the question's words where another has all of them.
 */
function besides(question: Question, { text, statements }: Passage): { start: number; end: number }[] {
  const single = statements.filter(({ kind }) => kind !== 'list')
  const numbered = [
    ...question.text.matchAll(
      /(?<!\p{L})(?!(?:than|least|most|over|under|within)\s)(\p{L}{3,})\s+(?:(?:numbers?|no\.?|nr\.?|id)\s+)?#?(\d[\d.]*)\b/gu,
    ),
  ]
  const others = single.filter(({ start, end }) => {
    const own = text.slice(start, end)
    const has = (number: string) =>
      new RegExp(`(?<![\\d.])${number.replace(/\./gu, '\\.')}(?!\\d)`, 'u').test(own)
    return (
      !numbered.some(([, , number = '']) => has(number)) &&
      numbered.some(([, noun = '']) => new RegExp(`\\b${noun}[\\s:=#]+\\d`, 'iu').test(own))
    )
  })
  const lines = single.filter(({ kind }) => kind === 'item' || kind === 'row' || kind === 'code')
  const shares = lines.map(({ start, end, under }) =>
    coverage(question.terms, new Set(terms(`${under} ${text.slice(start, end)}`))),
  )
  const whole = question.terms.length > 1 && shares.some((share) => share > ALL)
  return [
    ...others,
    ...otherMeasures(question.text, text, lines),
    ...(whole ? lines.filter((_, i) => (shares[i] as number) < HALF) : []),
  ]
}

/** Of rules by amount ("up to 2 kg", "2 to 5 kg") all but those for the amount that the question names. */
function otherCases(asked: string, { text, statements }: Passage): readonly Statement[] {
  const amounts = amountsOf(asked)
  if (amounts.length === 0) return []
  const single = statements.filter(({ kind }) => kind !== 'list')
  const stand = single.map(({ start, end }) => standsTo(amounts, text.slice(start, end)))
  if (!stand.includes('these') || !stand.includes('others')) return []
  return single.filter((_, i) => stand[i] !== 'these')
}

/** "45-minute", "45 min". */
const MEASURE = /(?<![\p{L}\p{N}.,])(\p{N}[\p{N}.,]*)[\s-]?(\p{L}{2,12})(?!\p{L})/gu

/** The rows and items with another measure of the kind that the question names, where some have the one that it names. */
function otherMeasures(asked: string, text: string, lines: readonly Statement[]): readonly Statement[] {
  return [...asked.matchAll(MEASURE)].flatMap(([, number, unit = '']) => {
    const own = lines.map(({ start, end }) =>
      [...text.slice(start, end).matchAll(MEASURE)]
        .filter(([, , other = '']) => unit.startsWith(other) || other.startsWith(unit))
        .map(([, other]) => other),
    )
    if (!own.some((numbers) => numbers.includes(number))) return []
    return lines.filter((_, i) => own[i]?.length !== 0 && own[i]?.includes(number) !== true)
  })
}

const ALL = 0.99
const HALF = 0.6

/** The key of a field that says why. */
const CAUSE = /(?<!\p{L})(?:causes?|reasons?|why|because|rationale|grund|ursache)(?!\p{L})|原因|理由/iu

/** Where the value of a field begins. */
const VALUE = /(?<=[:：]\s)/u

/** What a field belongs to: its path without its key, or the lines that it stands among where its record has no name. */
function recordOf({ start, end }: Statement, text: string, statements: readonly Statement[]): string {
  const path = text.slice(start, end).replace(/[:：]\s[\s\S]*$/u, '')
  const own = path.slice(0, Math.max(0, path.lastIndexOf(CELLS)))
  if (own !== '') return own
  return `${statements.find((one) => one.kind === 'list' && one.start <= start && one.end >= end)?.start}`
}

/** The values of records by what their fields belong to: each of them tells the record from others ("the sensor in the attic"). */
function recordsOf(
  text: string,
  all: readonly Statement[],
  statements: readonly Statement[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const one of all) {
    if (one.kind !== 'field') continue
    const whole = text.slice(one.start, one.end)
    const value = whole.replace(/^[^:：]*[:：]\s/u, '')
    // A number names nothing but itself.
    if (value.length > VALUE_CHARS_MAX || !/\p{L}{2}/u.test(value)) continue
    const record = recordOf(one, text, statements)
    const known = found.get(record)
    if (known === undefined) found.set(record, [value])
    else known.push(value)
  }
  return found
}

const VALUE_CHARS_MAX = 80

/** "Sat: 10:00–14:00", one of several lines. */
const LINE_NAME = /^([^:：\n]{1,40})[:：]\s/u

function isLine({ start, end }: Statement, statements: readonly Statement[]): boolean {
  return statements.some((one) => one.kind === 'list' && one.start <= start && one.end >= end)
}

/** The values of a row, without the heads of their columns, and its name; of a field of a record its path and key, without its value; of a line what stands before its colon. */
function namesOf(kind: Statement['kind'], text: string): string[] {
  if (kind === 'field') return text.replace(/[:：]\s[\s\S]*$/u, '').split(CELLS)
  if (kind === 'sentence') return [LINE_NAME.exec(text)?.[1] ?? '']
  if (kind !== 'row') return []
  const cells = text.split(CELLS).map((cell) => cellOf(cell).value)
  // "2: bad usage", of a table without heads: the first column names the row.
  return cells.length === 1 ? [...cells, text.replace(/[:：]\s[\s\S]*$/u, '')] : cells
}

function isNamed(written: string, asked: ReadonlySet<string>, question: string): boolean {
  // "3.1 (LTS)" is 3.1.
  const name = written.replace(/(?<=\S)\s*\([^()]*\)$/u, '')
  const all = words(name)
  // ":has()" has no word that counts.
  if (/[^\p{L}\p{N}\s'’.,-]/u.test(name) && question.includes(name)) return true
  // "Mon–Thu" is for Tuesday.
  if (calendarNames(name).some((day) => asked.has(stem(day)))) return true
  return (
    all.some(({ form }) => !STOP_WORDS.has(form)) &&
    all.every(({ term, form }) => asked.has(term) || STOP_WORDS.has(form))
  )
}
