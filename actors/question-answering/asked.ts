import { demand } from '../../src/kernel/demand.ts'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { onlyOptions } from '../../src/kernel/only-options.ts'
import type { QuestionOptions } from './ask-result.ts'

/** Longer questions are refused: a model reads only the first few hundred words. */
export const QUESTION_CHARS_MAX = 2_000

const EXAMPLE = "Ask in words, such as 'How long is the warranty?'"

/**
 * The question without surrounding white space.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for a question that is empty, without a letter or digit, or far too long.
 */
export function checkQuestion(text: string, path = 'question'): string {
  const question = demand(text, path, 'a question in words', (given) => typeof given === 'string').trim()
  if (question === '') throw refused('the question is empty', path, text, EXAMPLE)
  if (question.length > QUESTION_CHARS_MAX) {
    const what = `the question has ${question.length} characters, more than ${QUESTION_CHARS_MAX}`
    throw refused(what, path, question.length, 'Shorten it')
  }
  if (!/[\p{L}\p{N}]/u.test(question)) {
    throw refused('the question has no letter and no digit', path, question, EXAMPLE)
  }
  return question
}

const OPTIONS = [
  'timeout',
  'signal',
  'tenant',
  'priority',
  'trace',
  'explain',
  'sources',
  'minConfidence',
] as const satisfies readonly (keyof QuestionOptions)[]

/** @throws InvalidArgumentError (`invalid-argument`) naming an option that is unknown or invalid. */
export function checkAsked(options: QuestionOptions): void {
  onlyOptions(options, 'ask', OPTIONS)
  const { sources, minConfidence } = options
  if (sources !== undefined)
    demand(sources, 'ask.sources', 'a whole number of at least 1', (n) => Number.isSafeInteger(n) && n >= 1)
  if (minConfidence !== undefined)
    demand(minConfidence, 'ask.minConfidence', 'a number from 0 to 1', (n) => n >= 0 && n <= 1)
}

function refused(what: string, path: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(what, { path, value, remedy })
}
