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

/** Letters that one command sends again unless it says how many: their actors may fail on all of them once more. */
const REPLAYED_MAX = 1000

/** Of a letter that can't be read. */
const UNKNOWN = '?'

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
      ({ letters, left }) => done(letters, left, replay),
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
              recipient || UNKNOWN,
              type || UNKNOWN,
              error,
              last === undefined ? UNKNOWN : new Date(last).toISOString(),
            ]),
          ),
  )
}

/** `left` are those that were chosen and stay where they are. */
interface Changed {
  readonly letters: number
  readonly left: number
}

async function changed(path: string, flags: LetterFlags): Promise<Changed> {
  const { replay = false, limit = replay ? REPLAYED_MAX : Number.POSITIVE_INFINITY, ...filter } = flags
  const { log, release } = await openLog(path, UNBOUNDED, false)
  try {
    const found = deadLettersOf(log, filter)
    // What can't be read can't be sent: it stays.
    const able = replay ? found.filter(({ reason }) => reason !== 'unread') : found
    const chosen = able.slice(0, limit).map(({ id }) => id)
    const { clock } = platformKernel()
    const letters = replay ? sendAgain(log, chosen, clock.now()) : forget(log, chosen)
    await log.close()
    return { letters, left: found.length - letters }
  } finally {
    await release()
  }
}

function done(letters: number, left: number, replay: boolean): string[] {
  const first = replay
    ? letters === 1
      ? '1 waits for its actor again'
      : `${letters} wait for their actors again`
    : `${letters} deleted`
  return left === 0
    ? [first]
    : [first, `${left} more ${left === 1 ? 'stays' : 'stay'}: run it again, or give a larger --limit`]
}

function lines(letters: readonly KeptDeadLetter[]): string[] {
  if (letters.length === 0) return ['no dead letters']
  return letters.map(({ id, at, recipient, type, reason, errors }) => {
    if (at === undefined)
      return `${Number(id)}  ${UNKNOWN}  ${errors.map(({ message }) => message).join(' ← ')}`
    const why = errors.map(({ code, message }) => `${code}: ${message}`).join(' ← ')
    return `${Number(id)}  ${new Date(at).toISOString()}  ${recipient}  ${type}  ${reason}  ${why}`
  })
}
