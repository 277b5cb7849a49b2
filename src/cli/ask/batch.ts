import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { QuestionAnswering } from '../../../actors/question-answering/open-folder.ts'
import { errorChain } from '../../kernel/errors.ts'
import { UsageError } from '../exit.ts'
import type { Output } from '../output.ts'
import { checkQuestion } from './question.ts'

/** A line with its number: its id and question, or what is wrong with it. */
interface BatchLine {
  readonly number: number
  readonly id: unknown
  readonly question: string | UsageError
}

/**
 * Answers `{ "id", "question" }` lines, one JSON a line, in input order. A line that can't be answered gives `{ id,
 * line, error }` in its place. No line has a deadline unless `timeout` is given. Returns the number of lines that failed.
 */
export async function runBatch(
  team: QuestionAnswering,
  file: string,
  output: Output,
  options: {
    readonly explain: boolean
    readonly timeout?: string
    readonly sources?: number
    readonly signal: AbortSignal
  },
): Promise<number> {
  let failed = 0
  const answers = team.askAll(questionsOf(file), questionOf, { ...options, ordered: true })
  for await (const { input, value, error } of answers) {
    if (output.closed) break
    const { id, number } = input
    if (error !== undefined) failed += 1
    const line = error === undefined ? { id, ...value } : { id, line: number, error: errorChain(error)[0] }
    await output.write(`${JSON.stringify(line)}\n`)
  }
  return failed
}

function questionOf({ question, number }: BatchLine): string {
  if (typeof question !== 'string') throw question
  return checkQuestion(question, `line ${number}`)
}

async function* questionsOf(file: string): AsyncGenerator<BatchLine> {
  let number = 0
  for await (const text of linesOf(file)) {
    number += 1
    if (text.trim() !== '') yield parseLine(text, number)
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, 'utf8')
  const opened = new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve())
    stream.once('error', reject)
  })
  await opened.catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(
      `the batch file ${file} can't be read (${cause.code})`,
      '--batch',
      file,
      'Use a .jsonl file',
    )
  })
  yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
}

function parseLine(text: string, number: number): BatchLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const { id, question } = (value ?? {}) as { id?: unknown; question?: unknown }
  if (typeof question === 'string') return { number, id: id ?? null, question }
  const what = `line ${number} is not { "id", "question" } in JSON`
  const wrong = new UsageError(what, `line ${number}`, text.slice(0, 80), 'Write one JSON object a line')
  return { number, id: null, question: wrong }
}
