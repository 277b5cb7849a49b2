import { UsageError } from '../exit.ts'

/** Longer questions are refused: a model reads the first few hundred words at most. */
export const QUESTION_CHARS_MAX = 2_000

/** @throws UsageError for an invalid question: empty, without a letter or digit, or far too long. */
export function checkQuestion(text: string, path = 'question'): string {
  const question = text.trim()
  const example = 'Ask in words: ganglion ask --docs ./handbook "How long is the warranty?"'
  if (question === '') throw new UsageError('the question is empty', path, text, example)
  if (question.length > QUESTION_CHARS_MAX) {
    const what = `the question has ${question.length} characters, more than ${QUESTION_CHARS_MAX}`
    throw new UsageError(what, path, question.length, 'Shorten it')
  }
  if (!/[\p{L}\p{N}]/u.test(question)) {
    throw new UsageError('the question has no letter and no digit', path, question, example)
  }
  return question
}
