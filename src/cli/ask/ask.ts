import type { QuestionOptions } from '../../../actors/question-answering/ask-result.ts'
import { checkQuestion } from '../../../actors/question-answering/asked.ts'
import type { QuestionAnswering } from '../../../actors/question-answering/open-folder.ts'
import { milliseconds } from '../../kernel/durations.ts'
import { given } from '../../kernel/given.ts'
import { loadInTurn } from '../../kernel/load-in-turn.ts'
import { counted } from '../counted.ts'
import { type ExitCode, errorLine, InterruptedError, UsageError } from '../exit.ts'
import { numberFlag, wholeFlag } from '../number-flags.ts'
import type { Output } from '../output.ts'
import { styleFor } from '../style.ts'
import { type CommandRun, untilStopped } from '../until-stopped.ts'
import { runBatch } from './batch.ts'
import { checkBatch, nameOf } from './batch-questions.ts'
import { Conversation } from './conversation.ts'
import { printableLine, printableResult } from './printable.ts'
import { ProgressLine } from './progress.ts'
import { runPrompt } from './prompt.ts'
import { renderResult } from './render.ts'

/** The flags of `ganglion ask`, as commander gives them. */
export interface AskFlags {
  readonly docs?: string
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  readonly json?: boolean
  readonly explain?: boolean
  readonly batch?: string
  readonly model?: string
  /** False with --no-reader. */
  readonly reader?: string | false
  readonly hub?: string
  readonly index?: string
  readonly workers?: string
  readonly timeout?: string
  readonly top?: string
  readonly minConfidence?: string
}

/** `ganglion ask`: answers on stdout, everything else on stderr. Never rejects; returns the exit code. */
export function ask(words: readonly string[], flags: AskFlags): Promise<ExitCode> {
  return untilStopped(
    (run) => answer(words, flags, run),
    'The finished part of the index is kept; run the same command to resume',
  )
}

async function answer(
  words: readonly string[],
  flags: AskFlags,
  { signal, output }: CommandRun,
): Promise<ExitCode> {
  const progress = new ProgressLine(process.stderr)
  const checked = check(words, flags)
  if (checked.batch !== undefined) await checkBatch(checked.batch)
  const onNotice = (text: string): void => {
    progress.clear()
    process.stderr.write(`ganglion: ${printableLine(text)}\n`)
  }
  loadInTurn(new URL('../../../actors/question-answering/open-folder.js', import.meta.url))
  const { openFolder } = await import('../../../actors/question-answering/open-folder.ts')
  const team = await openFolder({
    ...checked.folder,
    signal,
    onProgress: (at) => progress.indexing(at),
    onNotice,
    ...(checked.hub === undefined
      ? {}
      : { hub: { baseUrl: checked.hub, onProgress: (at) => progress.fetching(at), onNotice } }),
  }).finally(() => progress.clear())
  try {
    return await answerAll(team, checked, output, signal)
  } finally {
    await team.stop()
  }
}

interface Checked {
  readonly question: string | undefined
  readonly batch: string | undefined
  readonly json: boolean
  readonly hub: string | undefined
  readonly folder: {
    docs: string
    include?: readonly string[]
    exclude?: readonly string[]
    model?: string
    reader?: string | false
    indexDir?: string
    workers?: number
  }
  readonly asked: Pick<QuestionOptions, 'explain' | 'sources' | 'minConfidence'> & {
    readonly timeout?: number
    readonly explain: boolean
  }
}

/** Reports every error in the command before anything heavy loads. */
function check(words: readonly string[], flags: AskFlags): Checked {
  if (flags.docs === undefined) {
    throw new UsageError('no documents were named', '--docs', undefined, 'Name their folder: --docs DIR')
  }
  if (flags.batch !== undefined && words.length > 0) {
    throw new UsageError(
      'a question and --batch exclude each other',
      '--batch',
      flags.batch,
      'Use one of them',
    )
  }
  const { docs, batch, index, model, reader } = flags
  const named = { '--docs': docs, '--batch': batch, '--index': index, '--model': model, '--reader': reader }
  for (const [flag, name] of Object.entries(named))
    if (name === '')
      throw new UsageError(`${flag} is ''`, flag, '', 'Name it; a variable of the shell may be empty')
  return {
    question: words.length === 0 ? undefined : checkQuestion(words.join(' ')),
    batch: flags.batch,
    json: flags.json === true,
    hub: flags.hub === undefined ? undefined : hubUrl(flags.hub),
    folder: {
      docs: flags.docs,
      ...given({
        include: flags.include,
        exclude: flags.exclude,
        model: flags.model,
        reader: flags.reader,
        indexDir: flags.index,
      }),
      ...(flags.workers === undefined ? {} : { workers: wholeFlag(flags.workers, '--workers', 1) }),
    },
    asked: {
      explain: flags.explain === true,
      ...(flags.timeout === undefined ? {} : { timeout: timeoutOf(flags.timeout) }),
      ...(flags.top === undefined ? {} : { sources: wholeFlag(flags.top, '--top', 1) }),
      ...(flags.minConfidence === undefined ? {} : { minConfidence: share(flags.minConfidence) }),
    },
  }
}

/** @throws UsageError (`usage`) */
function share(text: string): number {
  const what = 'a number from 0 to 1, such as 0.8'
  return numberFlag(text, '--min-confidence', what, (value) => value >= 0 && value <= 1)
}

/** Milliseconds: a bare number is one of them. @throws InvalidArgumentError (`invalid-argument`) */
function timeoutOf(text: string): number {
  return milliseconds(/^\d+$/u.test(text) ? Number(text) : text, '--timeout')
}

function hubUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return text
  throw new UsageError(
    `--hub is not an http or https address: '${text}'`,
    '--hub',
    text,
    'Use an address such as https://models.example.org/',
  )
}

async function answerAll(
  team: QuestionAnswering,
  checked: Checked,
  output: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { question, batch, json, asked } = checked
  if (batch !== undefined) {
    const { asks, failed } = await runBatch(team, batch, output, { ...asked, signal })
    signal.throwIfAborted()
    if (asks === 0) process.stderr.write(`ganglion: there is no question in ${nameOf(batch)}\n`)
    if (failed > 0)
      process.stderr.write(
        `ganglion: ${counted(failed, 'question')} of ${nameOf(batch)} could not be answered; see ${failed === 1 ? 'its' : 'their'} "error"\n`,
      )
    return failed > 0 ? 1 : 0
  }
  const style = styleFor(output.isTerminal, process.env)
  if (question !== undefined) {
    const result = await team.ask(question, { ...asked, signal })
    await output.write(
      json ? `${JSON.stringify(result)}\n` : renderResult(printableResult(result), style, asked.sources),
    )
    return 0
  }
  const { files, passages } = team.index
  process.stderr.write(
    `${counted(files, 'document')}, ${counted(passages, 'passage')}. Type a question, or :help; Ctrl-C, Ctrl-D or 'exit' quits.\n`,
  )
  const conversation = new Conversation(team, { ...asked, signal }, { output, style, json })
  await runPrompt(
    (text) =>
      conversation.line(text).catch((error: unknown) => {
        if (!signal.aborted) process.stderr.write(errorLine(error))
      }),
    { input: process.stdin, output: process.stderr, signal },
  )
  // A user who presses Ctrl-C at the prompt wants to leave.
  return signal.reason instanceof InterruptedError ? 130 : 0
}
