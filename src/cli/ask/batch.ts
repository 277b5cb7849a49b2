import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { QuestionAnswering } from '../../../actors/question-answering/open-folder.ts'
import { errorChain } from '../../kernel/errors.ts'
import { UsageError } from '../exit.ts'
import type { Output } from '../output.ts'
import { checkQuestion } from './question.ts'

/** Questions in flight at once: enough to fill the workers' batches, few enough to keep memory flat. */
const AHEAD = 32

interface BatchLine {
  readonly id: unknown
  readonly question: string
}

/**
 * Answers `{ "id", "question" }` lines, one JSON a line, in input order. A line that can't be answered gives `{ id,
 * line, error }` in its place. Returns the number of such lines.
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
  const { signal, ...asked } = options
  let failed = 0
  const pending: Promise<string>[] = []
  const answerLine = async (text: string, number: number): Promise<string> => {
    let id: unknown = null
    try {
      const line = parseLine(text, number)
      id = line.id
      const result = await team.ask(checkQuestion(line.question, `line ${number}`), { ...asked, signal })
      return JSON.stringify({ id, ...result })
    } catch (error) {
      signal.throwIfAborted()
      failed += 1
      return JSON.stringify({ id, line: number, error: errorChain(error)[0] })
    }
  }
  let number = 0
  for await (const text of linesOf(file)) {
    number += 1
    if (output.closed || signal.aborted) break
    if (text.trim() === '') continue
    const answer = answerLine(text, number)
    answer.catch(() => {})
    pending.push(answer)
    if (pending.length >= AHEAD) await output.write(`${await (pending.shift() as Promise<string>)}\n`)
  }
  for (const answer of pending) await output.write(`${await answer}\n`)
  return failed
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
  if (typeof question === 'string') return { id: id ?? null, question }
  const what = `line ${number} is not { "id", "question" } in JSON`
  throw new UsageError(what, `line ${number}`, text.slice(0, 80), 'Write one JSON object a line')
}
