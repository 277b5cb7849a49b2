import { resolve } from 'node:path'
import { JournalError } from '../../journal/errors.ts'
import type { RecoveryReport } from '../../journal/log/recovery.ts'
import { openLog } from '../../journal/open-journal.ts'
import { backUp, restore } from '../../journal/upkeep/copies.ts'
import { type JournalOverview, overviewOf, reading, UNBOUNDED } from '../../journal/upkeep/overview.ts'
import { unreadEntries } from '../../journal/upkeep/records-check.ts'
import { messageOfError } from '../../kernel/errors.ts'
import { platformKernel } from '../../kernel/platform-kernel.ts'
import { counted } from '../counted.ts'
import { type ExitCode, errorLine, exitCodeOf } from '../exit.ts'
import { untilStopped } from '../until-stopped.ts'

export interface JournalFlags {
  readonly json?: boolean
}

/** Prints what `work` resolves to; an error is one line, or an object with its code. */
export async function printed<T>(
  { json = false }: JournalFlags,
  work: () => Promise<T>,
  text: (result: T) => readonly string[],
): Promise<ExitCode> {
  try {
    const result = await work()
    process.stdout.write(json ? `${jsonOf(result)}\n` : `${text(result).map(oneLine).join('\n')}\n`)
    return 0
  } catch (error) {
    if (json) {
      const { code, path, value } = error as { code?: string; path?: string; value?: unknown }
      const found = { error: { code, message: messageOfError(error), path, value } }
      process.stdout.write(`${jsonOf(found)}\n`)
    } else process.stderr.write(`${oneLine(errorLine(error).trimEnd())}\n`)
    return exitCodeOf(error)
  }
}

/** Keys, paths and texts of errors may hold what moves a terminal's cursor. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}

/** Bodies and the values of errors may hold what JSON does not know: big integers as text, bytes in base64, maps and sets as lists. */
function jsonOf(result: unknown): string {
  return JSON.stringify(result, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value)
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
    return value instanceof Map || value instanceof Set ? [...value] : value
  })
}

export function inspect(folder: string, flags: JournalFlags): Promise<ExitCode> {
  return printed(flags, () => reading(resolve(folder), overviewOf), overview)
}

export function verify(folder: string, flags: JournalFlags): Promise<ExitCode> {
  return printed(
    flags,
    () => verified(resolve(folder)),
    ({ groups, segments, bytes, messages, keys, discarded, lostCopy }) => [
      `sound: ${counted(groups, 'group')} in ${counted(segments, 'file')}, ${counted(bytes, 'byte')}, ${counted(messages, 'message')}, ${counted(keys, 'key')}`,
      ...(lostCopy === undefined
        ? []
        : [
            `warning: one of the two copies of the superblock is damaged (${lostCopy}); opening the journal writes it again`,
          ]),
      ...(discarded === undefined
        ? []
        : [
            `the end of ${discarded.segment} from byte ${discarded.offset} was never acknowledged: ${discarded.found}`,
          ]),
    ],
  )
}

/** At most so many are named. */
const NAMED = 100

async function verified(path: string): Promise<RecoveryReport> {
  const { report, unread } = await reading(path, (log) => ({
    report: log.report,
    unread: unreadEntries(log),
  }))
  const [first] = unread
  if (first === undefined) return report
  const what = `${counted(unread.length, 'record')} can't be read, such as '${first.key}' of ${first.space}: ${first.why}`
  throw new JournalError('journal-record', what, {
    path,
    value: unread.slice(0, NAMED),
    remedy:
      'Run the release that wrote them, or restore a backup: what they are about waits, and all else goes on',
  })
}

export function compact(folder: string, flags: JournalFlags): Promise<ExitCode> {
  return printed(
    flags,
    async () => {
      const { log, release } = await openLog(resolve(folder), UNBOUNDED, false)
      try {
        const before = log.figures().bytes
        await log.compact()
        const { bytes, liveBytes } = log.figures()
        await log.close()
        return { before, bytes, liveBytes }
      } finally {
        await release()
      }
    },
    ({ before, bytes, liveBytes }) => [
      `${before} bytes are ${bytes} now, and ${liveBytes} of them are needed`,
    ],
  )
}

export function backup(folder: string, copy: string, flags: JournalFlags): Promise<ExitCode> {
  return untilStopped(({ signal }) =>
    printed(flags, () => backUp(resolve(folder), resolve(copy), signal), overview),
  )
}

export function restored(copy: string, folder: string, flags: JournalFlags): Promise<ExitCode> {
  return untilStopped(({ signal }) =>
    printed(flags, () => restore(resolve(copy), resolve(folder), platformKernel(), signal), overview),
  )
}

/** Recipients that are printed by name. */
const RECIPIENTS = 10

function overview({ path, report, figures, ...held }: JournalOverview): string[] {
  const { actors, waiting, timers, nextTimer, deadLetters } = held
  const next = nextTimer === undefined ? '' : `, the next at ${new Date(nextTimer).toISOString()}`
  const more = waiting.length - RECIPIENTS
  return [
    `${path}: ${counted(figures.bytes, 'byte')} in ${counted(report.segments, 'file')}, ${figures.liveBytes} of them needed`,
    report.clean ? 'closed in order' : 'open, or not closed in order',
    `${counted(actors, 'actor')} with a state`,
    `${counted(timers, 'timer')}${next}`,
    counted(deadLetters, 'dead letter'),
    `${counted(figures.messages, 'message')} ${figures.messages === 1 ? 'waits' : 'wait'}`,
    ...waiting.slice(0, RECIPIENTS).map(({ recipient, messages }) => `  ${messages} for ${recipient}`),
    ...(more > 0 ? [`  and for ${counted(more, 'other')}`] : []),
  ]
}
