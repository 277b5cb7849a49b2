import { BETWEEN, type Passage } from '../../knowledge/text/passages.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { contentWords, words } from '../../knowledge/text/words.ts'
import { CELLS, cellOf } from '../reading/cells.ts'
import type { Question } from '../reading/question.ts'
import { headingLine } from '../reading/reading-text.ts'
import { hasAnswerOf } from '../reading/spans.ts'
import { withLeaned, withSaid, withSteps } from './leaning.ts'

/** The statement used as the answer, and the span inside it. */
export interface Shown {
  readonly text: string
  readonly line: number
  readonly span: Stretch
}

/**
 * Makes one answer from a winner and its span. One list item is enough if it contains the span, unless the question asks for
 * several things. A span across several items means all of them. No span leaves its cell.
 */
export function shown(
  passage: Passage,
  winner: Statement,
  span: Stretch,
  { text: question, list, kind = 'thing' }: Pick<Question, 'text' | 'list'> & Partial<Pick<Question, 'kind'>>,
): Shown {
  const own: Stretch = { start: winner.start + span.start, end: winner.start + span.end }
  if (own.start < 0) return belowHeadings(passage, winner, own)
  const around = listOf(passage, own)
  const several = list || (around !== undefined && OPEN.has(kind) && asksForAll(question, passage, around))
  const whole = several && winner.kind === 'item' ? listOf(passage, winner) : undefined
  if (whole !== undefined)
    return shown(passage, whole, { start: 0, end: whole.end - whole.start }, { text: question, kind, list })
  const cell = winner.kind === 'row' ? namedCell(question, passage.text, winner) : undefined
  if (winner.kind === 'row' || winner.kind === 'field')
    return textOf(passage, winner, cell ?? inCell(passage.text, own))
  if (winner.kind !== 'list') {
    const steps = withSteps(passage, winner, { kind, text: question })
    const said = steps === winner ? withSaid(passage, withLeaned(passage, winner, { kind })) : steps
    return textOf(passage, withAround(passage, winner, kind) ?? said, own)
  }
  const items = passage.statements.filter(
    ({ kind, start, end }) => kind !== 'list' && start >= winner.start && end <= winner.end,
  )
  const item = items.find(({ start, end }) => own.start >= start && own.end <= end)
  if (item !== undefined && !several)
    return textOf(
      passage,
      withAround(passage, item, kind) ?? withSaid(passage, item),
      item.kind === 'row' || item.kind === 'field' ? inCell(passage.text, own) : own,
    )
  const field = namedField(question, passage, items)
  if (field !== undefined) return textOf(passage, field, field)
  const named = namedList(question, passage, winner)
  if (named !== undefined)
    return shown(passage, named, { start: 0, end: named.end - named.start }, { text: question, kind, list })
  // Several items of one inner list are that list.
  const inner = listOf(passage, own)
  if (inner !== undefined && inner.start > winner.start)
    return shown(
      passage,
      inner,
      { start: own.start - inner.start, end: own.end - inner.start },
      { text: question, kind, list },
    )
  const first = items[0]?.start ?? winner.start
  return textOf(passage, winner, { start: Math.max(first, winner.start), end: winner.end })
}

/** The whole list that an item belongs to: the inner one, if it stands in one. */
function listOf({ statements }: Passage, { start, end }: Stretch): Statement | undefined {
  return statements.findLast((one) => one.kind === 'list' && one.start <= start && one.end >= end)
}

/** Kinds of question that several things may answer. */
const OPEN: ReadonlySet<Question['kind']> = new Set(['thing', 'definition'])

/**
 * Whether the lead of a list, with the names of its document and headings, has every word of the question that counts: then nothing asks for one
 * of its items ("What does the kit hold?", "What do I need to bring to the climbing course?").
 */
function asksForAll(question: string, passage: Passage, { start, end }: Stretch): boolean {
  const { file, title, text, trail, statements } = passage
  const first = statements.find((one) => one.kind === 'item' && one.start >= start && one.end <= end)
  const before = text.slice(start, first?.start ?? start)
  const lead = termsOf(`${before} ${first?.under ?? ''} ${trail.at(-1) ?? ''}`)
  const around = termsOf(`${file} ${title} ${trail.join(' ')}`)
  const asked = contentWords(question).filter(({ term }) => !NEEDED.has(term))
  const told = asked.filter(({ term }) => lead.has(term))
  // "start at seven, bring two glasses": of a list of all sorts one item is what to bring.
  const items = termsOf(text.slice(first?.start ?? start, end))
  return (
    !/^\s*which\b/iu.test(question) &&
    told.length > 0 &&
    asked.length > 1 &&
    asked.every(({ term }) => lead.has(term) || around.has(term) || (TAKEN.has(term) && !items.has(term)))
  )
}

function termsOf(text: string): ReadonlySet<string> {
  return new Set(words(text).map(({ term }) => term))
}

/** Words of a question for several things that no lead needs to have. */
const NEEDED: ReadonlySet<string> = termsOf('need needed have myself ourselves yourself along')
/** A list of what to bring need not say so. */
const TAKEN: ReadonlySet<string> = termsOf('bring pack')

/** A statement with what stands around it, as far as a kind of question needs that. */
function withAround(passage: Passage, one: Statement, kind: Question['kind']): Statement | undefined {
  if (kind === 'place') return linesWith(passage, one)
  if (kind === 'yes-no') return withLead(passage, one)
  if (kind === 'person') return withWhoever(passage, one)
  if (kind === 'date' || kind === 'duration') return withTime(passage, one)
  return OPEN.has(kind) ? withItsName(passage, one) : undefined
}

const NAMED_CHARS_MAX = 400

/** A short list with its lead, which says whether it is so: "Not covered:", above "water damage". */
function withLead(passage: Passage, item: Statement): Statement | undefined {
  const list = item.kind === 'item' ? listOf(passage, item) : undefined
  if (list === undefined || list.end - list.start > NAMED_CHARS_MAX) return undefined
  return /^(?:-|\p{N}+\.) /u.test(passage.text.slice(list.start, item.end)) ? undefined : list
}

/** What somebody has to do with the name above it: "Bettina Krause", above "order twelve folding tables". */
function withWhoever(passage: Passage, item: Statement): Statement | undefined {
  const { text } = passage
  const list = item.kind === 'item' ? listOf(passage, item) : undefined
  if (list === undefined || list.end - list.start > NAMED_CHARS_MAX) return undefined
  const lead = text.slice(list.start, item.start).split('\n')[0] ?? ''
  return NAME.test(lead.trim()) && !/\p{Lu}/u.test(text.slice(item.start + 1, item.end)) ? list : undefined
}

/** What has no time with the lead that tells it: "After 90 days", above "Delete the mailbox". */
function withTime(passage: Passage, item: Statement): Statement | undefined {
  const { text } = passage
  const lead = item.under.split(BETWEEN).at(-1) ?? ''
  const list = item.kind === 'item' && tellsTime(lead) ? listOf(passage, item) : undefined
  if (list === undefined || list.end - list.start > NAMED_CHARS_MAX) return undefined
  const isOwn = text.slice(list.start, item.start).split('\n')[0]?.includes(lead) === true
  return isOwn && !tellsTime(text.slice(item.start, item.end)) ? list : undefined
}

function tellsTime(text: string): boolean {
  return hasAnswerOf('date', text) || hasAnswerOf('duration', text)
}

/** "Bettina Krause:" */
const NAME = /^(?:-\s)?\p{Lu}[\p{Ll}'’-]+(?: \p{Lu}[\p{L}.'’-]*){0,3}[:：]?$/u

/** A later sentence of an item with those before it, which name what it is about: "usePolling (default: false). It watches over a network." */
function withItsName({ text, statements }: Passage, winner: Statement): Statement | undefined {
  const name = winner.under.split(BETWEEN).at(-1) ?? ''
  if (winner.kind !== 'item' || name === '' || text.slice(winner.start, winner.end).includes(name))
    return undefined
  const first = statements.findLast(
    ({ kind, start, end }) =>
      kind === 'item' && start < winner.start && text.slice(start, end).startsWith(name),
  )
  if (first === undefined || winner.end - first.start > NAMED_CHARS_MAX) return undefined
  // Of the same item: no mark of another one stands between them.
  return /\n\s*(?:-|\p{N}+\.) /u.test(text.slice(first.end, winner.start))
    ? undefined
    : { ...winner, start: first.start, line: first.line }
}

/** The lines of an address that one of them belongs to: none of them is a field, and one has a number. */
function linesWith({ text, statements }: Passage, line: Statement): Statement | undefined {
  if (line.kind !== 'sentence') return undefined
  const whole = statements.find(
    ({ kind, start, end }) => kind === 'list' && start <= line.start && end >= line.end,
  )
  if (whole === undefined) return undefined
  const lines = text.slice(whole.start, whole.end)
  return /\p{N}/u.test(lines) && !/[:：]/u.test(lines) ? whole : undefined
}

const DOES =
  /^\s*(?:what|which|who|whom)\s+(?:do|does|did|has|have|had|can|could|may|must|should|will|would)\b/iu

/** The only field of a record whose key has the first word of the question that counts: "admins: marta, joao" names all of them. */
function namedField(question: string, { text }: Passage, items: readonly Statement[]): Statement | undefined {
  // "What did the customer buy?" asks for no customer.
  if (DOES.test(question)) return undefined
  const wanted = contentWords(question)[0]?.term
  const named = items.filter(({ kind, start, end }) => {
    const [path = ''] = text.slice(start, end).split(/[:：]\s/u, 1)
    return kind === 'field' && words(path.split(CELLS).at(-1) ?? '').some(({ term }) => term === wanted)
  })
  return named.length === 1 ? named[0] : undefined
}

/** The only inner list whose name is in the question: "Kitchen", of a packing list. */
function namedList(question: string, { text, statements }: Passage, whole: Statement): Statement | undefined {
  const asked = new Set(words(question).map(({ term }) => term))
  const named = statements.filter(({ kind, start, end }) => {
    if (kind !== 'list' || start <= whole.start || end > whole.end) return false
    const own = words(text.slice(start, end).split('\n', 1)[0] ?? '')
    return own.length > 0 && own.every(({ term }) => asked.has(term))
  })
  return named.length === 1 ? named[0] : undefined
}

/** A heading that holds the answer, with what stands below it: a heading alone says nothing. */
function belowHeadings(passage: Passage, winner: Statement, span: Stretch): Shown {
  const headings = headingLine(passage)
  // The reader was given the headings and a line break before the passage.
  const start = Math.max(0, headings.length + 1 + span.start)
  const from = headings.lastIndexOf(BETWEEN, start)
  const cut = from < 0 ? 0 : from + BETWEEN.length
  const below = textOf(passage, winner, { start: winner.start, end: winner.end })
  const shownBefore = `${headings.slice(cut)}: `
  return {
    text: `${shownBefore}${below.text}`,
    line: below.line,
    span: { start: start - cut, end: Math.min(headings.length, headings.length + 1 + span.end) - cut },
  }
}

/** The only cell whose column the question names. */
function namedCell(question: string, text: string, { start, end }: Statement): Stretch | undefined {
  const asked = new Set(words(question).map(({ term }) => term))
  let at = start
  const named: Stretch[] = []
  for (const cell of text.slice(start, end).split(CELLS)) {
    const { head, value: written } = cellOf(cell)
    const own = words(head)
    const value = { start: at + cell.length - written.length, end: at + cell.length }
    // The name of the row says which row it is, not what is asked of it.
    if (at > start && own.length > 0 && own.every(({ term }) => asked.has(term))) named.push(value)
    at += cell.length + CELLS.length
  }
  return named.length === 1 ? named[0] : undefined
}

function inCell(text: string, span: Stretch): Stretch {
  const next = text.indexOf(CELLS, span.start)
  return next > span.start && next < span.end ? { start: span.start, end: next } : span
}

function textOf({ text }: Passage, { start, end, line, kind }: Statement, span: Stretch): Shown {
  const own = text.slice(start, end)
  return {
    // Joins wrapped lines, character by character, so that the span stays in place.
    text: kind === 'list' || kind === 'code' ? own : own.replace(/\s/gu, ' '),
    line,
    span: { start: span.start - start, end: span.end - start },
  }
}
