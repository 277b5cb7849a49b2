import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import type { Question } from './question.ts'

/** "What still has to be done?": not "Who left?", nor "When do we open?" */
export const STILL =
  /\bstill (?:ha(?:s|ve)|needs?|must|not|open|missing|undone|to)\b|\b(?:is|are|remains?|stays?) open\b(?! (?:on|at|to|from|until)\b)|\bopen (?:tasks?|items?|points?|jobs?|to-?dos?|actions?)\b|\b(?:is|are|tasks?|items?|jobs?) left\b(?! (?:of|at|in|by|open)\b)|\b(?:left|yet|remains) to (?:be|do)\b|(?:\bnot|n['’]t)\b[^?]{0,40}\b(?:done|yet)\b|\b(?:remaining|outstanding|unfinished|undone)\b/iu
/** "What is done already, and what is still open?" */
const ALSO_DONE = /\b(?:already|and (?:what|which))\b/iu

/**
 * Of each passage the tasks that are done, where the question asks for open ones and its file has some. "Has the tent been ordered yet?" is answered
 * by either.
 */
export function doneTasks(
  { text: asked, kind }: Pick<Question, 'text' | 'kind'>,
  read: readonly Pick<Passage, 'file' | 'text' | 'statements'>[],
): readonly (readonly Statement[])[] {
  if (kind === 'yes-no' || !STILL.test(asked) || ALSO_DONE.test(asked)) return read.map(() => [])
  const marked = ({ text, statements }: (typeof read)[0], mark: string) =>
    statements.filter(({ kind, start, end }) => kind !== 'list' && text.slice(start, end).endsWith(mark))
  const open = new Set(read.filter((one) => marked(one, ' (open)').length > 0).map(({ file }) => file))
  return read.map((one) => (open.has(one.file) ? marked(one, ' (done)') : []))
}
