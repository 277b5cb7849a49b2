import { resolve } from 'node:path'
import { openLog } from '../../journal/open-journal.ts'
import {
  deadLettersOf,
  forget,
  grouped,
  type KeptDeadLetter,
  type KeptLetterFilter,
  sendAgain,
} from '../../journal/upkeep/dead-letters.ts'
import { reading, UNBOUNDED } from '../../journal/upkeep/overview.ts'
import { platformKernel } from '../../kernel/platform-kernel.ts'
import { type ExitCode, errorLine, UsageError } from '../exit.ts'
import { table } from '../table.ts'
import { type JournalFlags, printed } from './journal.ts'

export interface LetterFlags extends JournalFlags, KeptLetterFilter {
  readonly list?: boolean
  readonly replay?: boolean
  readonly delete?: boolean
}

export async function deadLetters(folder: string, flags: LetterFlags): Promise<ExitCode> {
  const path = resolve(folder)
  const { replay = false, delete: drop = false, list = false } = flags
  if (replay && drop) {
    const remedy = 'Use one of the two'
    process.stderr.write(
      errorLine(new UsageError('--replay goes with no --delete', '--replay', true, remedy)),
    )
    return 2
  }
  if (replay || drop)
    return printed(
      flags,
      () => changed(path, flags),
      ({ letters }) => [done(letters, replay)],
    )
  const found = () => reading(path, (log) => deadLettersOf(log, flags))
  if (list) return printed(flags, found, lines)
  return printed(
    flags,
    async () => grouped(await found()),
    (groups) =>
      groups.length === 0
        ? ['no dead letters']
        : table(
            ['letters', 'recipient', 'type', 'error', 'last'],
            groups.map(({ letters, recipient, type, error, last }) => [
              String(letters),
              recipient,
              type,
              error,
              new Date(last).toISOString(),
            ]),
          ),
  )
}

async function changed(path: string, flags: LetterFlags): Promise<{ letters: number }> {
  const { log, release } = await openLog(path, UNBOUNDED, false)
  try {
    const ids = deadLettersOf(log, flags).map(({ id }) => id)
    const { clock } = platformKernel()
    const letters = flags.replay === true ? sendAgain(log, ids, clock.now()) : forget(log, ids)
    await log.close()
    return { letters }
  } finally {
    await release()
  }
}

function done(letters: number, replay: boolean): string {
  return replay ? `${letters} wait for their actors again` : `${letters} deleted`
}

function lines(letters: readonly KeptDeadLetter[]): string[] {
  if (letters.length === 0) return ['no dead letters']
  return letters.map(({ id, at, recipient, type, reason, errors }) => {
    const why = errors.map(({ code, message }) => `${code}: ${message}`).join(' ← ')
    return `${Number(id)}  ${new Date(at).toISOString()}  ${recipient}  ${type}  ${reason}  ${why}`
  })
}
