import { platformKernel } from '../../kernel/platform-kernel.ts'
import type { LogFigures } from '../../ports/log.ts'
import type { Held } from '../actor/records.ts'
import { DEAD_LETTERS, STATES, TIMERS } from '../actor/spaces.ts'
import { timerIn } from '../actor/timer-board.ts'
import { told } from '../file-errors.ts'
import type { RecoveryReport } from '../log/recovery.ts'
import { SegmentedLog } from '../log/segmented-log.ts'
import { ReadOnlyDisk } from './read-only-disk.ts'

/** A journal that is open may lose a file to compaction while it is read. */
const TRIES = 3
export const UNBOUNDED = { bytesMax: Number.POSITIVE_INFINITY }

/** What a journal holds. */
export interface JournalOverview {
  readonly path: string
  /** Names the journal. */
  readonly incarnation: string
  readonly report: RecoveryReport
  readonly figures: LogFigures
  /** Actors with a state. */
  readonly actors: number
  /** Messages that have not ended, by recipient, most first. */
  readonly waiting: readonly { readonly recipient: string; readonly messages: number }[]
  readonly timers: number
  /** Wall time of the next timer, milliseconds since the epoch. */
  readonly nextTimer: number | undefined
  readonly deadLetters: number
}

/** Opens a folder only to read, also while a process has it open, and closes it. Rejects as `openJournal` does. */
export async function reading<T>(path: string, look: (log: SegmentedLog) => T): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      const disk = new ReadOnlyDisk(path)
      const log = await told(path, () => SegmentedLog.open(platformKernel(), disk, UNBOUNDED, false))
      try {
        return look(log)
      } finally {
        await log.close()
      }
    } catch (error) {
      if (tries === TRIES) throw error
    }
  }
}

export function overviewOf(log: SegmentedLog): JournalOverview {
  const waiting = new Map<string, number>()
  for (const { to } of log.unsettled()) waiting.set(to, (waiting.get(to) ?? 0) + 1)
  const timers = log
    .spaces()
    .filter((space) => space.startsWith(TIMERS))
    .flatMap((space) => [...log.entries(space)].map((entry) => dueOf({ space, ...entry })))
  return {
    path: log.path,
    incarnation: log.incarnation,
    report: log.report,
    figures: log.figures(),
    actors: count(log.entries(STATES)),
    waiting: [...waiting]
      .map(([recipient, messages]) => ({ recipient, messages }))
      .sort((a, b) => b.messages - a.messages),
    timers: timers.length,
    nextTimer: firstOf(timers),
    deadLetters: count(log.entries(DEAD_LETTERS)),
  }
}

/** Infinity for a timer that can't be read: `verify` names it. */
function dueOf(held: Held): number {
  try {
    return timerIn(held).due
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

function firstOf(timers: readonly number[]): number | undefined {
  const first = timers.reduce((least, due) => Math.min(least, due), Number.POSITIVE_INFINITY)
  return first === Number.POSITIVE_INFINITY ? undefined : first
}

function count(entries: Iterable<unknown>): number {
  let n = 0
  for (const _ of entries) n += 1
  return n
}
