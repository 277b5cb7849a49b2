import type { Stretch } from '../../knowledge/text/sentences.ts'
import { simplified } from '../../knowledge/text/simplified.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { isUnspaced, terms, words } from '../../knowledge/text/words.ts'
import { COUNTED } from '../reading/answer-kind.ts'
import type { Question, QuestionTerm } from '../reading/question.ts'
import { ANSWERED_BY, typedSpans } from '../reading/spans.ts'
import { isOpposite } from './opposites.ts'

/** "turbine 5", "exit status 9", "incident #71"; not "in 1990". */
const NUMBERED = /(\p{L}{3,})\s+#?(\p{N}[\p{N}.]*)(?![\p{L}\p{N}])/gu
/** "W-07", "CO2": letters and digits in one. */
const COINED = /(?<![\p{L}\p{N}])\p{Lu}[\p{Lu}\p{Ll}]{0,7}-?\p{N}+(?![\p{L}\p{N}])/gu

/** What won the vote. */
export interface Winner {
  /** Absent where the answer stands in a heading above. */
  readonly statement: Statement | undefined
  /** The text in which the answer stands, and its place there. */
  readonly text: string
  readonly span: Stretch | undefined
  /** The statement with what it belongs to. */
  readonly said: string
  /** The terms of the passage with its title and headings. */
  readonly around: ReadonlySet<string>
  /** The terms of the statement with what it belongs to, its title and its headings. */
  readonly own: ReadonlySet<string>
}

/**
 * Whether nobody can be sure of a winner, however near it is to the question:
 * - The question is about something with a number or a name of its own. The passage does not have this number, or no passage has
 *   this name.
 * - The statement says the opposite: "install", asked how to uninstall.
 * - The statement begins with another name of the same kind: "Lake Ardal is 41 metres deep", asked for Lake Binnen.
 * - The statement is a line of a form in Chinese, and its name is not in the question: "姓名：沈若溪", asked for the school.
 * - It asks for an amount, and the answer has none.
 * - Whether something is so ("Are dogs allowed?"), and the statement does not name it.
 * - The statement is a cell, a field, a line of code or an item of a list, and what is asked of it ("the password of the mail host") is not among its
 *   names. Records say by name what they hold; prose has many words for one thing.
 */
export function isDoubtful(question: Question, winner: Winner): boolean {
  const { statement, around } = winner
  if (
    question.terms.some(
      ({ named, unknown, text, term }) => named && unknown && !/\p{N}/u.test(text) && !has(around, term),
    )
  )
    return true
  if (isOfAnother(question.text, winner.text) || isOtherField(question.text, winner.text)) return true
  if (numbersOf(question.text).some((term) => !around.has(term))) return true
  if (isOpposite(question.text, winner.said)) return true
  if (lacksKind(question, winner)) return true
  if (question.kind === 'yes-no') return lacks(winner.own, question.terms)
  return (
    statement !== undefined &&
    statement.kind !== 'sentence' &&
    (isUnnamed(question, LISTS.has(statement.kind), winner.own) ||
      (!LISTS.has(statement.kind) && lacksOwner(question, winner.own)))
  )
}

/** "Lake Binnen", inside a question. */
const NAMED_KIND = /(?<=\s)(\p{Lu}\p{Ll}{2,}) (?=(\p{Lu}[\p{L}\p{N}'’-]+))/gu

/** Whether a statement begins with the kind of a name in the question and another name, and does not have the asked one. */
function isOfAnother(asked: string, text: string): boolean {
  return [...asked.matchAll(NAMED_KIND)].some(([, kind = '', name = '']) => {
    const [, other] = new RegExp(`^(?:The |the )?${kind} (\\p{Lu}[\\p{L}\\p{N}'’-]+)`, 'u').exec(text) ?? []
    return other !== undefined && other !== name && !text.includes(name)
  })
}

/** "毕业院校：武汉大学": a line of a form in Chinese. */
const FIELD = /^\s*([\p{Script=Han}]{2,6})[：:]/u

/** Whether a statement is such a line, and the question has no character of its name. */
function isOtherField(asked: string, text: string): boolean {
  const name = FIELD.exec(simplified(text))?.[1]
  if (name === undefined) return false
  const own = simplified(asked)
  return Array.from(name).every((one) => !own.includes(one))
}

export const OFTEN = /\bhow often\b/iu

/** What Chinese counts by: "有多少层" is not answered by "5元". */
const MEASURE =
  /(?:多少|几)(层|人|名|位|座|家|次|台|辆|艘|架|所|部|集|本|页|张|间|米|公里|吨|公斤|度|年|天|小时|分钟)/u

/** Whether an amount is asked for, and there is none in the answer. */
function lacksKind({ kind, text: written }: Question, { text: own, span }: Winner): boolean {
  if (!COUNTED.has(kind) || OFTEN.test(written)) return false
  const asked = simplified(written)
  const text = simplified(own)
  const { start, end } = span ?? { start: 0, end: text.length }
  const measure = MEASURE.exec(asked)?.[1]
  if (measure !== undefined) return !text.slice(start, end + measure.length).includes(measure)
  if (/\p{N}/u.test(text.slice(start, end))) return false
  return !typedSpans(text).some(
    (one) => ANSWERED_BY[kind].includes(one.kind) && one.start < end && one.end > start,
  )
}

const LISTS: ReadonlySet<Statement['kind']> = new Set(['item', 'list'])

/** Words of a question that no record needs to have: they say what kind of thing is asked for, or nothing. */
const EMPTY: ReadonlySet<string> = new Set(
  terms(
    'take takes place happen occur located called named mean number name amount value cost price date time year',
  ),
)

/** Whether a record or a line does not name all that is asked of it, or a list nothing of it. */
function isUnnamed(question: Question, ofList: boolean, own: ReadonlySet<string>): boolean {
  const focus = SUBJECT.test(question.text) ? [] : question.focus
  const told = question.terms.filter(({ term }) => !EMPTY.has(term))
  if (told.some(({ named, term }) => named && !own.has(term))) return true
  const asked = told.filter(({ term }) => focus.includes(term))
  if (ofList) return asked.length > 0 && asked.every((one) => lacks(own, [one]))
  return lacks(own, asked.length > 0 ? asked : told)
}

/** "the resolution of the printer". */
const OWNER = /\bof (?:(?:the|an?|this|our|your) )?([\p{Ll}\p{N}-]{3,})(?: ([\p{Ll}\p{N}-]{3,}))?/gu

/** Whether a row or field does not name what it is said to belong to: "scanner · resolution: 600 dpi". */
function lacksOwner({ text, terms: asked }: Question, own: ReadonlySet<string>): boolean {
  return [...text.matchAll(OWNER)].some(([, first = '', second = '']) => {
    const owner = asked.filter(({ text: written }) => written === first || written === second)
    return owner.length > 0 && owner.every((one) => lacks(own, [one]))
  })
}

/** "How much does the printer weigh?", "How much is the fish?": no noun after these words says what is asked for. */
const SUBJECT = /\bhow (?:much|many) (?:does|do|did|can|could|will|would|is|are|was|were)\b/iu

/** Whether one of the terms is not there. In a script without spaces two characters side by side are no word: each counts alone. */
function lacks(own: ReadonlySet<string>, all: readonly QuestionTerm[]): boolean {
  return all.some(({ term }) => !has(own, term) && !(term.length > 1 && isUnspaced(term)))
}

const STEM_SHARED = 5
const STEM_LEAST = 4

/** Whether a term is there, or one that begins alike: "supplies" and "supplier", "leads" and "leader". */
function has(own: ReadonlySet<string>, term: string): boolean {
  if (own.has(term)) return true
  const begin = term.slice(0, STEM_SHARED)
  if (begin.length < STEM_LEAST) return false
  for (const one of own) if (one.startsWith(begin)) return true
  return false
}

/** The index terms of the numbers that name something. */
function numbersOf(text: string): string[] {
  const numbered = [...text.matchAll(NUMBERED)].filter(([, noun = '']) =>
    words(noun).every(({ form }) => !STOP_WORDS.has(form)),
  )
  const found = [
    ...numbered.map(([, , number = '']) => number),
    ...[...text.matchAll(COINED)].map(([whole]) => whole),
  ]
  return found.flatMap((one) => terms(one))
}
