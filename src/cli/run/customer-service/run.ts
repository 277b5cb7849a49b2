import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { REPLY_TEMPLATE, type ReplyTemplate } from '../../../../actors/customer-service/answering/reply.ts'
import { OUT_OF_SCOPE } from '../../../../actors/customer-service/intents/example.ts'
import { openCustomerService } from '../../../../actors/customer-service/open-customer-service.ts'
import { type Answered, serviceReport } from '../../../../actors/customer-service/report.ts'
import type { CustomerService, ServiceAnswer } from '../../../../actors/customer-service/service.ts'
import { readRows } from '../../../../actors/knowledge/rows/read-rows.ts'
import { openFolder, type QuestionAnswering } from '../../../../actors/question-answering/open-folder.ts'
import { createInference } from '../../../inference/create-inference.ts'
import { given } from '../../../kernel/given.ts'
import { platformKernel } from '../../../kernel/platform-kernel.ts'
import { type ExitCode, errorLine, UsageError } from '../../exit.ts'
import { type Style, styleFor } from '../../style.ts'
import { type CommandRun, untilStopped } from '../../until-stopped.ts'

/** The flags of `ganglion run customer-service`, as commander gives them. */
export interface ServiceFlags {
  readonly data?: string
  readonly replies?: string
  readonly docs?: string
  readonly save?: string
  readonly model?: string
  readonly seed?: string
  readonly kept?: string
  readonly batch?: string
  readonly feedback?: string
  readonly report?: string
  readonly json?: boolean
}

/** Intents named in one line. */
const INTENTS_NAMED_MOST = 5
const MESSAGE = z.object({
  customer: z.preprocess(
    (given) => (given === '' || given === null ? undefined : given),
    z.coerce.string().optional(),
  ),
  text: z.string().trim().min(1, 'is empty'),
  /** The right intent, where a person has said it. */
  feedback: z.preprocess(
    (given) => (given === '' || given === null ? undefined : given),
    z.string().trim().optional(),
  ),
})
/** Nobody waits for a row of a file: a busy machine reads it by all readers, too. */
const BATCH_GRACE = '20s'
/** Beside the team, in the sources and in dist alike. */
const SAMPLE = new URL('../../../../actors/customer-service/sample/', import.meta.url)
const sampleFile = (name: string) => fileURLToPath(new URL(name, SAMPLE))

/** Answers on stdout, everything else on stderr. Never rejects; resolves with the exit code. */
export function serviceCommand(words: readonly string[], flags: ServiceFlags): Promise<ExitCode> {
  return untilStopped((run) => serve(words, flags, run))
}

async function serve(words: readonly string[], flags: ServiceFlags, run: CommandRun): Promise<ExitCode> {
  check(words, flags)
  const sample = flags.data === undefined && flags.model === undefined
  const inference = createInference({ kernel: platformKernel() })
  let documents: QuestionAnswering | undefined
  let team: CustomerService | undefined
  try {
    const docs = flags.docs ?? (sample ? sampleFile('help') : undefined)
    if (docs !== undefined)
      documents = await openFolder({ docs, inference, signal: run.signal, onNotice: notice })
    const replies = await repliesOf(flags.replies ?? (sample ? sampleFile('replies.csv') : undefined))
    team = await openCustomerService({
      ...(flags.model === undefined
        ? { examples: flags.data ?? sampleFile('intents.csv') }
        : { model: flags.model }),
      ...given({ save: flags.save, documents }),
      ...(flags.seed === undefined ? {} : { seed: Number(flags.seed) }),
      ...(flags.kept === undefined ? {} : { kept: Number(flags.kept) }),
      ...(flags.batch === undefined ? {} : { grace: BATCH_GRACE }),
      replies,
      inference,
      signal: run.signal,
      onNotice: notice,
      onProgress: (what, done, of) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${what} ${done}/${of}\u001b[K`)
      },
    })
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    if (flags.model === undefined) notice(learned(team))
    const unanswered = withoutReply(team.intents, replies)
    if (unanswered !== undefined && !sample) notice(unanswered)
    const answered: Answered[] = []
    const code = await answerAll(team, words, flags, run, answered)
    if (flags.report !== undefined) {
      await writeFile(flags.report, serviceReport(team, answered))
      notice(`the report is in ${flags.report}`)
    }
    return code
  } finally {
    await team?.stop()
    await documents?.stop()
    await inference.stop()
  }
}

/** Reports every error in the command before anything heavy loads. */
function check(words: readonly string[], flags: ServiceFlags): void {
  const { batch, data, model, seed, kept, feedback } = flags
  if (feedback !== undefined && words.length === 0)
    throw new UsageError(
      '--feedback says the right intent of one message, and there is none',
      '--feedback',
      feedback,
      'Give the message, or a column feedback in the rows of --batch',
    )
  if (batch !== undefined && words.length > 0)
    throw new UsageError('a message and --batch exclude each other', '--batch', batch, 'Use one of them')
  if (data !== undefined && model !== undefined)
    throw new UsageError('--data and --model exclude each other', '--model', model, 'Use one of them')
  for (const [name, value] of [
    ['--kept', kept],
    ['--seed', seed],
  ] as const)
    if (value !== undefined && model !== undefined)
      throw new UsageError(
        `${name} is for learning, and --model has learned`,
        name,
        value,
        'Give it with --data',
      )
  if (seed !== undefined && !/^\d{1,15}$/u.test(seed))
    throw new UsageError(`--seed is '${seed}'`, '--seed', seed, 'Use a whole number')
  if (kept !== undefined && !(Number(kept) > 0 && Number(kept) <= 1))
    throw new UsageError(`--kept is '${kept}'`, '--kept', kept, 'Use a share such as 0.98')
}

async function repliesOf(file: string | undefined): Promise<readonly ReplyTemplate[]> {
  if (file === undefined) return []
  const { rows, bad } = await readRows(file, REPLY_TEMPLATE)
  for (const { line, reason } of bad) notice(`${file}, line ${line}: ${reason}; skipped`)
  return rows
}

function learned({ card: { examples, accuracy } }: CustomerService): string {
  const share = ((accuracy.vote ?? 0) * 100).toFixed(0)
  return `learned from ${examples} examples; ${share} % of those that it had not seen are read rightly`
}

/** A line about intents that no reply answers, and replies to intents that there are not. */
function withoutReply(intents: readonly string[], replies: readonly ReplyTemplate[]): string | undefined {
  const answered = new Set(replies.map(({ intent }) => intent))
  const without = intents.filter((intent) => !answered.has(intent))
  const unknown = [...answered].filter((intent) => !intents.includes(intent))
  const parts = [
    ...(without.length === 0
      ? []
      : [`${without.length} of ${intents.length} intents have no reply (${some(without)})`]),
    ...(unknown.length === 0 ? [] : [`replies to unknown intents are not used (${some(unknown)})`]),
  ]
  return parts.length === 0 ? undefined : parts.join('; ')
}

function some(names: readonly string[]): string {
  return `${names.slice(0, INTENTS_NAMED_MOST).join(', ')}${names.length > INTENTS_NAMED_MOST ? ', …' : ''}`
}

function notice(text: string): void {
  process.stderr.write(`ganglion: ${text}\n`)
}

async function answerAll(
  team: CustomerService,
  words: readonly string[],
  flags: ServiceFlags,
  { output, signal }: CommandRun,
  answered: Answered[],
): Promise<ExitCode> {
  const style = styleFor(output.isTerminal, process.env)
  const answer = async (customer: string, text: string, right?: string) => {
    const result = await team.ask(customer, text, { signal })
    if (right !== undefined) team.learn(result, right)
    if (flags.report !== undefined) answered.push({ customer, answer: result })
    await output.write(
      flags.json === true ? `${JSON.stringify({ customer, ...result })}\n` : shown(result, style),
    )
  }
  if (flags.batch !== undefined) {
    const { rows, bad } = await readRows(flags.batch, MESSAGE, { columns: ['text'] })
    for (const { line, reason } of bad) notice(`${flags.batch}, line ${line}: ${reason}; skipped`)
    // A message whose customer nobody named follows none of the others.
    const wrong: string[] = []
    for (const [at, { customer, text, feedback }] of rows.entries()) {
      const known = feedback !== undefined && isIntent(team, feedback)
      if (feedback !== undefined && !known) wrong.push(feedback)
      await answer(customer ?? `message ${at + 1}`, text, known ? feedback : undefined)
    }
    if (wrong.length > 0) notice(`feedback on unknown intents is not used (${some([...new Set(wrong)])})`)
    if (rows.some(({ feedback }) => feedback !== undefined)) await keep(team, flags)
    return bad.length > 0 || wrong.length > 0 ? 1 : 0
  }
  if (words.length > 0) {
    const { feedback } = flags
    if (feedback !== undefined && !isIntent(team, feedback))
      throw new UsageError(
        `--feedback is '${feedback}', which is no intent that the team knows`,
        '--feedback',
        feedback,
        `Use one of its intents (${some(team.intents)}), or ${OUT_OF_SCOPE}`,
      )
    await answer('customer', words.join(' '), feedback)
    if (feedback !== undefined) await keep(team, flags)
    return 0
  }
  notice('type a message; Ctrl-D quits')
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    prompt: '> ',
    terminal: process.stdin.isTTY,
  })
  signal.addEventListener('abort', () => lines.close())
  lines.prompt()
  for await (const line of lines) {
    if (line.trim() !== '')
      await answer('customer', line).catch((error: unknown) => process.stderr.write(errorLine(error)))
    lines.prompt()
  }
  signal.throwIfAborted()
  return 0
}

function isIntent(team: CustomerService, name: string): boolean {
  return team.intents.includes(name) || name === OUT_OF_SCOPE
}

/** Says what feedback has taught, and writes it where the next start finds it. */
async function keep(team: CustomerService, { save }: ServiceFlags): Promise<void> {
  const weights = Object.entries(team.weights()).map(([reader, weight]) => `${reader} ${weight.toFixed(3)}`)
  if (save !== undefined) await team.save(save)
  notice(
    `the readers count ${weights.join(', ')} now${save === undefined ? '; it is forgotten without --save' : ''}`,
  )
}

function shown(
  { answer, by, candidates, intent, sources, handOver, missing }: ServiceAnswer,
  style: Style,
): string {
  const best = candidates[0]
  const sure = best === undefined ? '' : ` (${(best.probability * 100).toFixed(0)} %)`
  const read = intent === undefined ? 'out of scope' : `${intent}${sure}`
  const how = by === 'documents' ? `from ${sources?.[0] ?? 'the documents'}` : by
  const lines = [
    answer === undefined ? style.warn('handed over to a person') : style.bold(answer),
    style.dim(`  ${read}; ${how}${missing.length > 0 ? `; without ${missing.join(', ')}` : ''}`),
    ...(handOver === undefined ? [] : handOver.summary.split('\n').map((line) => `  ${line}`)),
  ]
  return `${lines.join('\n')}\n`
}
