import { checkQuestion } from '../../../actors/question-answering/asked.ts'
import type { QuestionAnswering } from '../../../actors/question-answering/open-folder.ts'
import { errorChain } from '../../kernel/errors.ts'
import type { Output } from '../output.ts'
import { type BatchQuestion, batchQuestions } from './batch-questions.ts'

/**
 * Answers the questions of a batch, one JSON per line, in input order. A line that can't be answered gets `{ id,
 * line, error }` in its place. No line has a deadline unless `timeout` is set. Returns how many lines there were, and how many failed.
 */
export async function runBatch(
  team: QuestionAnswering,
  file: string,
  output: Output,
  options: {
    readonly explain: boolean
    readonly timeout?: number
    readonly sources?: number
    readonly minConfidence?: number
    readonly signal: AbortSignal
  },
): Promise<{ readonly asks: number; readonly failed: number }> {
  let asks = 0
  let failed = 0
  const answers = team.askAll(batchQuestions(file), questionOf, { ...options, ordered: true })
  for await (const { input, value, error } of answers) {
    if (output.closed) break
    asks += 1
    if (error !== undefined) failed += 1
    const fields = error === undefined ? value : { line: input.line, error: errorChain(error)[0] }
    // The id keeps its text from the file.
    await output.write(`{"id":${input.id},${JSON.stringify(fields).slice(1)}\n`)
  }
  return { asks, failed }
}

function questionOf(asking: BatchQuestion): string {
  if ('error' in asking) throw asking.error
  return checkQuestion(asking.question, `line ${asking.line}`)
}
