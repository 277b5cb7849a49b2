import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { contentWords, terms } from '../../knowledge/text/words.ts'
import type { Question } from './question.ts'

/** "What still has to be done?": not "Who left?", nor "When do we open?" */
const STILL =
  /\bstill (?:ha(?:s|ve)|needs?|must|not|open|missing|undone|to)\b|\b(?:is|are|remains?|stays?) open\b(?! (?:on|at|to|from|until)\b)|\bopen (?:tasks?|items?|points?|jobs?|to-?dos?|actions?)\b|\b(?:is|are|tasks?|items?|jobs?) left\b(?! (?:of|at|in|by|open)\b)|\b(?:left|yet|remains) to (?:be|do)\b|(?:\bnot|n['’]t)\b[^?]{0,40}\b(?:done|yet)\b|\b(?:remaining|outstanding|unfinished|undone)\b/iu
/** "What is done already, and what is still open?" */
const ALSO_DONE = /\b(?:already|and (?:what|which))\b/iu

/** Whether the question asks for open tasks. "Has the tent been ordered yet?" is answered by either. */
export function asksForOpen({ text, kind }: Pick<Question, 'text' | 'kind'>): boolean {
  return kind !== 'yes-no' && STILL.test(text) && !ALSO_DONE.test(text)
}

/** Whether the question has every word of the heading that a passage stands under: "the fair" is not the gala below it. */
export function isHeadingNamed(question: string, { trail }: Pick<Passage, 'trail'>): boolean {
  const asked = new Set(terms(question))
  const own = contentWords(trail.at(-1) ?? '')
  return own.length > 0 && own.every(({ term }) => asked.has(term))
}

/** Of each passage the tasks that are done, where the question asks for open ones and its file has some, below the heading that it names if there is one. */
export function doneTasks(
  question: Pick<Question, 'text' | 'kind'>,
  read: readonly Pick<Passage, 'file' | 'text' | 'statements' | 'trail'>[],
): readonly (readonly Statement[])[] {
  if (!asksForOpen(question)) return read.map(() => [])
  const marked = ({ text, statements }: (typeof read)[0], mark: string) =>
    statements.filter(({ kind, start, end }) => kind !== 'list' && text.slice(start, end).endsWith(mark))
  // Below a heading that is named, its own tasks count alone.
  const placeOf = (one: (typeof read)[0]) =>
    isHeadingNamed(question.text, one) ? [one.file, ...one.trail].join('\n') : one.file
  const open = new Set(
    read.flatMap((one) => (marked(one, ' (open)').length > 0 ? [one.file, placeOf(one)] : [])),
  )
  return read.map((one) => (open.has(placeOf(one)) ? marked(one, ' (done)') : []))
}
