import type { DurableTime, FiredTimer } from '../../behavior/context.ts'
import { aText, demand } from '../../kernel/demand.ts'
import { longMilliseconds } from '../../kernel/durations.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { ContextTimerTable } from '../../system/actor/context-timers.ts'
import { type CronTimes, nextMoment } from './cron.ts'
import type { DurableContext } from './durable-context.ts'
import { ownCopy } from './frames.ts'
import { letterOf } from './letter.ts'
import { versionOf } from './message-versions.ts'
import { derivedName } from './names.ts'
import { nearerBeat, type TimerRecord } from './timer-board.ts'

/** `ctx.timers` of a durable actor: those in memory, and those in the journal. */
export class DurableTimers extends ContextTimerTable {
  readonly #context: DurableContext

  constructor(context: DurableContext) {
    super(context)
    this.#context = context
  }

  override get fired(): FiredTimer | undefined {
    const { message, cell } = this.#context
    const timer = message === undefined ? undefined : letterOf(message)?.timer
    if (timer === undefined) return undefined
    return { ...timer, lateMs: Math.max(0, cell.runtime.kernel.clock.now() - timer.dueAt) }
  }

  override durable(key: string, when: DurableTime, type: string, body?: unknown): void {
    this.#context.live()
    aText(key, 'key')
    aText(type, 'type')
    const { cell, message } = this.#context
    const now = cell.runtime.kernel.clock.now()
    const { due, every, cron } = timeOf(when, now)
    const before = this.#context.timerOf(key)
    // One that is set again at every start keeps its beat, unless the clock was put back.
    if (before?.type === type && isSameBeat(before, every, cron) && nearerBeat(before, now) === undefined)
      return
    const cause = message === undefined ? cell.path : (letterOf(message)?.key ?? cell.path)
    const version = versionOf(cell.durable, type)
    const name = derivedName(cause, `timer ${key}`)
    const record: TimerRecord = { due, every, cron, type, version, body: ownCopy(body), name }
    this.#context.setTimer(key, record)
  }

  override cancel(key: string): boolean {
    const inMemory = super.cancel(key)
    const inJournal = this.#context.hasTimer(key)
    if (inJournal) this.#context.setTimer(key, undefined)
    return inMemory || inJournal
  }
}

/** The last moment that a Date can hold. */
const MOMENT_MAX = 8.64e15

/** Whether it is a beat, and the same. */
function isSameBeat(before: TimerRecord, every: number | undefined, cron: CronTimes | undefined): boolean {
  if (cron !== undefined) return before.cron?.pattern === cron.pattern && before.cron.zone === cron.zone
  return every !== undefined && before.every === every
}

function timeOf(when: DurableTime, now: number): Pick<TimerRecord, 'due' | 'every' | 'cron'> {
  if (typeof when !== 'object' || when === null)
    return { due: now + longMilliseconds(when, 'when'), every: undefined }
  if ('every' in when) {
    onlyOptions(when, 'when', ['every'])
    const every = Math.max(1, longMilliseconds(when.every, 'when.every'))
    return { due: now + every, every }
  }
  if ('cron' in when) {
    onlyOptions(when, 'when', ['cron', 'zone'])
    const cron = { pattern: when.cron, zone: when.zone ?? 'UTC' }
    demand(cron.pattern, 'when.cron', 'a cron expression', (given) => typeof given === 'string')
    demand(cron.zone, 'when.zone', 'the name of a time zone', (given) => typeof given === 'string')
    const due = nextMoment(cron, now)
    if (due !== undefined) return { due, every: undefined, cron }
    throw new InvalidArgumentError('the cron expression names no moment that is still to come', {
      path: 'when.cron',
      value: cron.pattern,
      remedy: 'Check its day and month: there is no 30 February',
    })
  }
  onlyOptions(when, 'when', ['at'])
  const due = when.at instanceof Date ? when.at.getTime() : when.at
  // `null` and '' are no moment, though they are numbers to JavaScript.
  if (typeof due === 'number' && Math.abs(due) <= MOMENT_MAX) return { due, every: undefined }
  throw noTime(when)
}

function noTime(when: DurableTime): InvalidArgumentError {
  return new InvalidArgumentError('when is no time', {
    path: 'when',
    value: when,
    remedy:
      "Use '3d', { every: '1h' }, { cron: '0 9 * * 1-5', zone: 'Europe/Berlin' }, or { at: a Date or milliseconds since the epoch }",
  })
}
