import type { AnswerSpan, ExtractedAnswer } from '../../../src/inference/tasks/question-answering.ts'
import { BETWEEN, contextOf, type Passage } from '../../knowledge/text/passages.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { isUnspaced, terms, words } from '../../knowledge/text/words.ts'
import { otherBands } from './bands.ts'
import { asks } from './candidate.ts'
import { amountsOf, standsTo } from './conditions.ts'
import { coverage } from './features.ts'
import { unnamed } from './named-rows.ts'
import type { Question } from './question.ts'
import { hasAnswerOf } from './spans.ts'

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

/** The headings that a passage stands under, without those of a form, and the lead that it continues, as one line; empty without any. */
export function headingLine({ trail, form = [], lead }: Pick<Passage, 'trail' | 'form' | 'lead'>): string {
  return [...trail.filter((heading) => !form.includes(heading)), lead]
    .filter((part) => part !== '')
    .join(BETWEEN)
}

/**
 * What a trained reader is given of a passage: the title of its document if it is `titled` and its text lacks it, since it tells who "he" is;
 * the headings above, since an answer may stand there ("[2.2.1] - 2024-04-02"), and its text. A row ends like a sentence: the reader knows no lines.
 * Rows that the question does not name are left blank if it names others, so that the value of another row can't be taken, and so are
 * `others`. Every character keeps its place.
 */
export function readingText(
  question: Question,
  passage: Passage,
  titled: boolean,
  others: readonly Stretch[] = [],
): ReadingText {
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
    ...others,
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
export const OFFERS = /\b(?:or|either)\b/iu

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

/**
 * Statements about something else: with another number where the question has one ("incident 71", asked for incident 88), and items or
 * lines without most of the question's words where another has all of them.
 */
function besides(question: Question, { text, statements }: Passage): Stretch[] {
  const single = statements.filter(({ kind }) => kind !== 'list')
  const numbered = [
    ...question.text.matchAll(
      /(?<!\p{L})(?!(?:than|least|most|over|under|within)\s)(\p{L}{3,})\s+(?:(?:numbers?|no\.?|nr\.?|id)\s+)?#?((?:\p{Lu}{1,4}-?)?\d[\d.]*)\b/gu,
    ),
  ].filter(([, noun = '']) => !STOP_WORDS.has(noun.toLowerCase()))
  const others = single.filter(({ start, end }) => {
    const own = text.slice(start, end)
    const has = (number: string) =>
      new RegExp(`(?<![\\d.])${number.replace(/\./gu, '\\.')}(?!\\d)`, 'u').test(own)
    return (
      !numbered.some(([, , number = '']) => has(number)) &&
      numbered.some(([, noun = '']) =>
        new RegExp(`\\b${noun}[\\s:=#]+(?:\\p{Lu}{1,4}-?)?\\d`, 'iu').test(own),
      )
    )
  })
  const lines = single.filter(({ kind }) => kind === 'item' || kind === 'row' || kind === 'code')
  const held = lines.map(({ start, end, under }) => new Set(terms(`${under} ${text.slice(start, end)}`)))
  const shares = held.map((own) => coverage(question.terms, own))
  const whole = question.terms.length > 1 && shares.some((share) => share > ALL)
  return [
    ...others,
    ...otherMeasures(question.text, text, lines),
    ...withoutFocus(question, text, lines, held),
    ...(whole ? lines.filter((_, i) => (shares[i] as number) < HALF) : []),
  ]
}

/**
 * Asked how much or how many there are of a thing, the items of a list that have nothing of the question but what all have, where another has that
 * thing and an amount. `held` are the terms of the lines, with those of what they stand under.
 */
function withoutFocus(
  { kind, focus: [thing = ''], terms: asked }: Question,
  text: string,
  lines: readonly Statement[],
  held: readonly ReadonlySet<string>[],
): readonly Statement[] {
  if (kind !== 'number' && kind !== 'quantity') return []
  const items = lines.flatMap((one, i) =>
    one.kind === 'item' ? [{ one, own: held[i] as ReadonlySet<string> }] : [],
  )
  const telling = asked.map(({ term }) => term).filter((term) => !items.every(({ own }) => own.has(term)))
  const tells = ({ one: { start, end }, own }: (typeof items)[0]) =>
    own.has(thing) && hasAnswerOf(kind, text.slice(start, end))
  if (!telling.includes(thing) || !items.some(tells)) return []
  return items.filter(({ own }) => !telling.some((term) => own.has(term))).map(({ one }) => one)
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
