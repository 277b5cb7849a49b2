import type { Statement } from '../../knowledge/text/statements.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'
import { terms, words } from '../../knowledge/text/words.ts'
import type { Question } from '../reading/question.ts'

/** "turbine 5", "exit status 9", "incident #71"; not "in 1990". */
const NUMBERED = /(\p{L}{3,})\s+#?(\p{N}[\p{N}.]*)(?![\p{L}\p{N}])/gu
/** "W-07", "CO2": letters and digits in one. */
const COINED = /(?<![\p{L}\p{N}])\p{Lu}[\p{Lu}\p{Ll}]{0,7}-?\p{N}+(?![\p{L}\p{N}])/gu

/**
 * Whether nobody can be sure of a statement, however near it is to the question:
 * - The question is about something with a number or a name of its own. The passage does not have this number, or no passage has
 *   this name.
 * - The statement is a cell, a field or an item, and what is asked of it ("the password of the mail host") has a name that no passage
 *   has. Records say by name what they hold; prose has many words for one thing.
 *
 * @param around the terms of the passage with its title and headings
 */
export function isDoubtful(
  question: Question,
  statement: Statement | undefined,
  around: ReadonlySet<string>,
): boolean {
  if (question.terms.some(({ named, unknown, text }) => named && unknown && !/\p{N}/u.test(text))) return true
  if (numbersOf(question.text).some((term) => !around.has(term))) return true
  return statement !== undefined && RECORDS.has(statement.kind) && isUnknown(question)
}

const RECORDS: ReadonlySet<Statement['kind']> = new Set(['row', 'field', 'item'])

function isUnknown({ terms: all, focus }: Question): boolean {
  return all.some(({ term, unknown }) => unknown && focus.includes(term))
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
