import { calendarNames } from '../../knowledge/text/calendar.ts'
import { BETWEEN, type Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { stem } from '../../knowledge/text/stem.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { contentWords, terms, type Word, words } from '../../knowledge/text/words.ts'
import { AMOUNTS } from './answer-kind.ts'
import { CELLS, cellOf } from './cells.ts'
import { holdsNumber } from './numbered-names.ts'
import type { Question } from './question.ts'
import { RecordValues, VALUE_CHARS_MAX } from './record-values.ts'
import { hasAnswerOf } from './spans.ts'

/** The rows and items that the question does not name, where it names others of the passage. */
export function unnamed(question: Question, passage: Passage): readonly Statement[] {
  const { named, others } = byName(question, passage)
  if (others.length === 0) return []
  const textOf = ({ start, end, under }: Statement) => `${under} ${passage.text.slice(start, end)}`
  // "By when must Mr Hart leave the room?" is not asked of the row "Room: double": it has no time.
  const tells = ({ start, end }: Statement) =>
    AMOUNTS.has(question.kind) && hasAnswerOf(question.kind, passage.text.slice(start, end))
  const answers = named.some(tells)
  // Nor is "the lowest Python version" asked of a field "version" where another is of Python.
  const names = question.terms.filter((one) => one.named).map(({ term }) => term)
  const said = new Set(names.length === 0 ? [] : named.flatMap((one) => terms(textOf(one))))
  const unsaid = names.filter((name) => !said.has(name))
  const labels = new Set(
    named.flatMap(({ kind, start, end }) =>
      kind === 'sentence' ? contentOf(namesOf(kind, passage.text.slice(start, end))[0] ?? '') : [],
    ),
  )
  const asked = new Set(question.terms.map(({ term }) => term))
  return others.filter((one) => {
    if (!answers && tells(one)) return false
    if (one.kind === 'sentence' && tellsOf(passage.text.slice(one.start, one.end), labels, asked))
      return false
    const own = new Set(unsaid.length === 0 ? [] : terms(textOf(one)))
    return !unsaid.some((name) => own.has(name))
  })
}

/** The rows and items of a passage that the question names most, and the others; all are in the first where it names none or all of them alike. */
function byName(
  { text: question, kind: wanted, terms: asking }: Question,
  passage: Passage,
): { named: readonly Statement[]; others: readonly Statement[] } {
  const { text, statements } = passage
  const labels = labelled(passage)
  const own = statements.filter(
    (one) =>
      one.kind === 'row' ||
      one.kind === 'field' ||
      (one.kind === 'item' && one.under !== '') ||
      (one.kind === 'sentence' && labels.has(one)),
  )
  if (own.length < 2) return { named: own, others: [] }
  const asked = new Set(words(question).map(({ term }) => term))
  if (AMOUNTS.has(wanted) && ALL.test(question)) for (const term of SUMS) asked.add(term)
  const calls = new Set(asking.filter((one) => one.named && LETTERS.test(one.text)).map(({ term }) => term))
  const telling = tellingOf(question)
  const records = new RecordValues(text, own, statements)
  const keys = own.map(({ kind, start, end }) =>
    kind === 'field' ? (namesOf(kind, text.slice(start, end)).at(-1) ?? '') : '',
  )
  const caused = wanted === 'reason' && keys.some((key) => CAUSE.test(key))
  const named = own.map(({ kind, start, end, under }, i) => {
    const whole = text.slice(start, end)
    const key = keys[i] as string
    // "Why was order 7731 late?" asks nothing of the field "order: 7731".
    const told =
      kind === 'field' && isNamed(whole.slice(whole.search(VALUE)), asked, question, telling)
        ? key
        : undefined
    const above = under.split(BETWEEN)
    const cells = namesOf(kind, whole)
    const values = kind === 'field' ? records.around(own[i] as Statement) : []
    const names = [...above, ...cells, ...values].filter(
      (name) =>
        name !== told && (holdsNumber(name, question) === true || isNamed(name, asked, question, telling)),
    )
    // "Why is it in the wrong place?" is not asked of a place.
    const called = caused
      ? [...names.filter((name) => name !== key), ...(CAUSE.test(key) ? [key] : [])]
      : names
    return new Map([
      ...[...cells, ...values].filter((name) => isCalled(name, calls)).map((name) => [name, 0.5] as const),
      ...above
        .filter((name) => holdsNumber(name, question) !== false && isHalfNamed(name, asked))
        .map((name) => [name, 0.5] as const),
      ...called.map((name) => [name, 1] as const),
    ])
  })
  // What all of them have names none of them, and no more does a name that repeats it: "invoice date" on an invoice.
  const shared = [...(named[0]?.keys() ?? [])].filter((name) => named.every((names) => names.has(name)))
  const above = listsThem(passage, own) ? [] : passage.trail
  const common = new Set(terms([...above, ...shared].join(' ')))
  const counts = named.map((names) =>
    [...names].reduce((sum, [name, weight]) => sum + (repeats(name, common) ? 0 : weight), 0),
  )
  const most = counts.reduce((best, count) => Math.max(best, count), 0)
  return {
    named: own.filter((_, i) => counts[i] === most),
    others: own.filter((_, i) => (counts[i] as number) < most),
  }
}

/** Whether the headings above name several of the rows: "Summer and winter hours" is no more about summer than about winter. */
function listsThem({ trail, text }: Passage, own: readonly Statement[]): boolean {
  const above = new Set(terms(trail.join(' ')))
  const within = (name: string) => {
    const all = contentOf(name)
    return all.length > 0 && all.every((term) => above.has(term))
  }
  const found = new Set<string>()
  for (const { kind, start, end } of own)
    for (const name of namesOf(kind, text.slice(start, end)))
      if (name.length <= VALUE_CHARS_MAX && within(name)) found.add(contentOf(name).join(' '))
  return found.size > 1
}

/** The terms of the words that count. */
function contentOf(name: string): string[] {
  return contentWords(name).map(({ term }) => term)
}

/** Words for what is asked for, which name nothing alone. */
const GENERIC: ReadonlySet<string> = new Set(terms('date time day number amount value name'))

/** Whether a name says nothing that is not said of all of them already. */
function repeats(name: string, common: ReadonlySet<string>): boolean {
  const own = contentOf(name)
  return own.some((term) => common.has(term)) && own.every((term) => common.has(term) || GENERIC.has(term))
}

/** "What does the bathroom cost altogether?" asks for the row "Subtotal bathroom", "in all rooms" for none. */
const ALL = /\b(?:altogether|all together|in total|in all(?=\W*$)|combined)\b/iu
const SUMS = terms('total subtotal sum')

/** The key of a field that says why. */
const CAUSE = /(?<!\p{L})(?:causes?|reasons?|why|because|rationale|grund|ursache)(?!\p{L})|原因|理由/iu

/** Where the value of a field begins. */
const VALUE = /(?<=[:：]\s)/u

/** "Sat: 10:00–14:00", one of several lines. */
const LINE_NAME = /^([^:：\n]{1,40})[:：]\s/u

/** "Ms Weber: Ms Klein will move to Bonn" tells of Ms Klein too. */
function tellsOf(text: string, labels: ReadonlySet<string>, asked: ReadonlySet<string>): boolean {
  const [name = ''] = namesOf('sentence', text)
  const own = new Set(contentOf(name))
  return contentOf(text.slice(name.length)).some(
    (term) => labels.has(term) && asked.has(term) && !own.has(term),
  )
}

/** Before the name of anybody. */
const TITLES: ReadonlySet<string> = new Set(terms('mr mrs ms miss dr prof sir madam herr frau'))

/** The sentences with a name before a colon: lines of a list, and others whose names have a word in common, "The Heron room:" and "The Bittern room:". */
function labelled({ text, statements }: Passage): ReadonlySet<Statement> {
  const own = statements.flatMap((one) => {
    const name = one.kind === 'sentence' ? LINE_NAME.exec(text.slice(one.start, one.end))?.[1] : undefined
    return name === undefined
      ? []
      : [{ one, terms: new Set(contentOf(name).filter((term) => !TITLES.has(term))) }]
  })
  return new Set(
    own
      .filter(
        ({ one, terms: name }) =>
          isLine(one, statements) || own.some(({ terms: other }) => areAlike(name, other)),
      )
      .map(({ one }) => one),
  )
}

/** Names with a word in common, each with one of its own: "Note on the flag" is about the flag too. */
function areAlike(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const shared = [...a].filter((term) => b.has(term)).length
  return shared > 0 && shared < a.size && shared < b.size
}

function isLine({ start, end }: Statement, statements: readonly Statement[]): boolean {
  return statements.some((one) => one.kind === 'list' && one.start <= start && one.end >= end)
}

/** The values of a row, without the heads of their columns, and its name; of a field of a record its path and key, without its value; of a line what stands before its colon. */
function namesOf(kind: Statement['kind'], text: string): string[] {
  if (kind === 'field') return text.replace(/[:：]\s[\s\S]*$/u, '').split(CELLS)
  if (kind === 'sentence' || kind === 'item') return [LINE_NAME.exec(text)?.[1] ?? '']
  if (kind !== 'row') return []
  // In the column "Vela 3" a 3 is no name.
  const cells = text
    .split(CELLS)
    .map(cellOf)
    .map(({ head, value }) => (FIGURE.test(value) && terms(head).includes(value) ? '' : value))
  // "2: bad usage", of a table without heads: the first column names the row.
  return cells.length === 1 ? [...cells, text.replace(/[:：]\s[\s\S]*$/u, '')] : cells
}

const FIGURE = /^\p{N}+$/u
const LETTERS = /^\p{L}+$/u

/** A longer value is no name. */
const NAME_WORDS_MAX = 4

/** Whether the question has half of the words of what something stands under: "Footpath to the mill". */
function isHalfNamed(name: string, asked: ReadonlySet<string>): boolean {
  const own = contentOf(name)
  return own.length > 1 && 2 * own.filter((term) => asked.has(term)).length >= own.length
}

/** Whether the question calls a value by one of its words: Nora is "Quist, Nora". */
function isCalled(value: string, calls: ReadonlySet<string>): boolean {
  if (calls.size === 0) return false
  const all = words(value)
  return all.length <= NAME_WORDS_MAX && all.some(({ term }) => calls.has(term))
}

/** "How many may come?" names no month. */
const VERBS = /^(?:may|march)$/u
const CAPITAL_VERBS = /\b(?:May|March)\b/u

function isNamed(written: string, asked: ReadonlySet<string>, question: string, telling: Telling): boolean {
  // "3.1 (LTS)" is 3.1, "^4.x" is 4.
  const name = written
    .replace(/(?<=\S)\s*\([^()]*\)$/u, '')
    .replace(/^[v^~=]\s?(?=\p{N})/u, '')
    .replace(/(?<=^\p{N}[\p{N}.]{0,20})(?:\.[x*])+$/iu, '')
  const all = words(name)
  // ":has()" has no word that counts.
  if (/[^\p{L}\p{N}\s'’.,-]/u.test(name) && question.includes(name)) return true
  // "Mon–Thu" is for Tuesday.
  const days = calendarNames(name).filter((day) => asked.has(stem(day)))
  if (days.some((day) => !VERBS.test(day) || CAPITAL_VERBS.test(question))) return true
  return (
    all.some(({ form }) => !STOP_WORDS.has(form)) &&
    all.every(({ term, form }) => asked.has(term) || STOP_WORDS.has(form)) &&
    !isOther(all, telling)
  )
}

/** What tells things apart in a question by words that say nothing elsewhere. */
interface Telling {
  readonly letters: ReadonlySet<string>
  readonly sides: ReadonlySet<string>
}

/** "Hall B", "above the waterline". */
function tellingOf(question: string): Telling {
  const own = words(question)
  const letters = own.filter(({ text }, i) => i > 0 && ASKED_LETTER.test(text)).map(({ form }) => form)
  return {
    letters: new Set(letters),
    sides: new Set(own.flatMap(({ form }) => (SIDES.has(form) ? [form] : []))),
  }
}

/** Whether a name has another letter or side than the question: "Hall A" is not Hall B. */
function isOther(name: readonly Word[], { letters, sides }: Telling): boolean {
  return name.some(
    ({ text, form }, i) =>
      (i > 0 && LETTER.test(text) && letters.size > 0 && !letters.has(form)) ||
      (SIDES.has(form) && sides.size > 0 && !sides.has(form)),
  )
}

const LETTER = /^\p{Lu}$/u
/** "Hall B", "hall b"; not "a hall", nor "I". */
const ASKED_LETTER = /^(?!I$|[ai]$)\p{L}$/u
const SIDES: ReadonlySet<string> = new Set([
  'above',
  'below',
  'over',
  'under',
  'before',
  'after',
  'with',
  'without',
])
