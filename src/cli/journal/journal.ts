import { resolve } from 'node:path'
import { openLog } from '../../journal/open-journal.ts'
import { backUp, restore } from '../../journal/upkeep/copies.ts'
import { type JournalOverview, overviewOf, reading, UNBOUNDED } from '../../journal/upkeep/overview.ts'
import { messageOfError } from '../../kernel/errors.ts'
import { platformKernel } from '../../kernel/platform-kernel.ts'
import { counted } from '../counted.ts'
import { type ExitCode, errorLine, exitCodeOf } from '../exit.ts'

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
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${text(result).join('\n')}\n`)
    return 0
  } catch (error) {
    if (json) {
      const { code, path, value } = error as { code?: string; path?: string; value?: unknown }
      const found = { error: { code, message: messageOfError(error), path, value } }
      process.stdout.write(`${JSON.stringify(found)}\n`)
    } else process.stderr.write(errorLine(error))
    return exitCodeOf(error)
  }
}

export function inspect(folder: string, flags: JournalFlags): Promise<ExitCode> {
  return printed(flags, () => reading(resolve(folder), overviewOf), overview)
}

export function verify(folder: string, flags: JournalFlags): Promise<ExitCode> {
  return printed(
    flags,
    () => reading(resolve(folder), ({ report }) => report),
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
  return printed(flags, () => backUp(resolve(folder), resolve(copy)), overview)
}

export function restored(copy: string, folder: string, flags: JournalFlags): Promise<ExitCode> {
  return printed(flags, () => restore(resolve(copy), resolve(folder), platformKernel()), overview)
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
