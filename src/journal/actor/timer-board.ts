import { Heap } from '../../kernel/heap.ts'
import type { Timer } from '../../kernel/kernel.ts'
import type { Log, LogPut } from '../../ports/log.ts'
import type { DurableTimer } from '../../system/actor/durability.ts'
import type { Runtime } from '../../system/dispatch/runtime.ts'
import { recordUnread } from '../../system/dispatch/unread-record.ts'
import { type CronTimes, nextMoment } from './cron.ts'
import { encodeRecord } from './frames.ts'
import { type Held, recordIn } from './records.ts'
import { TIMERS, timersOf } from './spaces.ts'

/** A durable timer as the journal keeps it. */
export interface TimerRecord {
  /** Wall time, milliseconds since the epoch. */
  readonly due: number
  /** Milliseconds between two beats; undefined for a timer that fires once. */
  readonly every: number | undefined
  /** Its moments, for one that fires at those of a cron expression. */
  readonly cron?: CronTimes | undefined
  readonly type: string
  /** Of the body; 1 where it is absent. */
  readonly version?: number
  readonly body: unknown
  /** Names what its messages cause. */
  readonly name: string
}

/** One timer that waits. */
export interface WaitingTimer extends TimerRecord {
  readonly path: string
  readonly key: string
}

/** A platform timer ends after 24.8 days, and the wall clock may be set meanwhile: the board looks again this often. */
const LOOK_MS = 600_000
/** A clock that is kept right by small steps was not put back. */
const PUT_BACK_MS = 1000

/** The put that writes a timer, or deletes it. @throws NotSerializableError naming the value by its path */
export function timerPut(path: string, key: string, record: TimerRecord | undefined): LogPut {
  const value = record === undefined ? undefined : encodeRecord('timer', 1, record)
  return { space: timersOf(path), key, value }
}

/** @throws JournalError (`journal-record`) */
export function timerIn(held: Held): TimerRecord {
  return recordIn<TimerRecord>(
    held,
    'timer',
    ({ due, every, cron, type, version = 1, name }) =>
      Number.isFinite(due) &&
      (every === undefined || every > 0) &&
      (cron === undefined || (typeof cron.pattern === 'string' && typeof cron.zone === 'string')) &&
      typeof type === 'string' &&
      Number.isSafeInteger(version) &&
      typeof name === 'string',
  )
}

/** When it is due again, after `now`: missed beats are skipped. Undefined: never. */
export function nextBeat({ due, every, cron }: TimerRecord, now: number): number | undefined {
  if (cron !== undefined) return nextMoment(cron, Math.max(now, due))
  if (every === undefined) return undefined
  return due + (Math.floor(Math.max(0, now - due) / every) + 1) * every
}

/**
 * When a beat is due that is further away than one beat from `now`: the clock was put back since it was set. Undefined for all others.
 *
 * Of a cron expression the next moment may have had its beat before the clock was put back a little: it has no second one.
 */
export function nearerBeat(
  { due, every, cron }: TimerRecord,
  now: number,
  known = new Map<string, readonly number[]>(),
): number | undefined {
  if (every !== undefined) return due > now + every ? now + every : undefined
  if (cron === undefined) return undefined
  const name = `${cron.zone} ${cron.pattern}`
  const moments = known.get(name) ?? nextTwo(cron, now)
  known.set(name, moments)
  const [next, second = Number.POSITIVE_INFINITY] = moments
  return due > second ? next : undefined
}

function nextTwo(cron: CronTimes, now: number): readonly number[] {
  const next = nextMoment(cron, now)
  const second = next === undefined ? undefined : nextMoment(cron, next)
  return next === undefined || second === undefined ? [] : [next, second]
}

/** The durable timers of one system, by due time. It calls `fire` for each that is due and whose actor runs. */
export class TimerBoard {
  readonly #runtime: Runtime
  readonly #fire: (timer: WaitingTimer) => boolean
  readonly #timers = new Map<string, Map<string, WaitingTimer>>()
  /** Due, and their actors do not run. */
  readonly #parked = new Map<string, WaitingTimer[]>()
  /** By path and key, why they can't be read. Nobody knows when they are due. */
  readonly #unread = new Map<string, Map<string, unknown>>()
  /** By due time. It may hold timers that were replaced or cancelled. */
  readonly #heap = new Heap<WaitingTimer>((a, b) => a.due < b.due)
  #armed: Timer | undefined
  #armedFor = Number.POSITIVE_INFINITY
  #isStopped = false
  readonly #log: Log
  /** How far the wall clock was ahead of the monotonic one at the last look. */
  #ahead: number

  /** `fire` returns false while the timer's actor does not run. */
  constructor(log: Log, runtime: Runtime, fire: (timer: WaitingTimer) => boolean) {
    this.#runtime = runtime
    this.#fire = fire
    this.#log = log
    this.#ahead = this.#clocks()
    const prefix = `${TIMERS}${runtime.name}/`
    for (const space of log.spaces()) {
      if (!space.startsWith(prefix)) continue
      const path = space.slice(TIMERS.length)
      for (const { key, value } of log.entries(space)) this.#found(path, { space, key, value })
    }
    this.#bringNearer()
  }

  #clocks(): number {
    const { clock } = this.#runtime.kernel
    return clock.now() - clock.monotonic()
  }

  /** The clock was put back: a beat is not further away than one from now. */
  #bringNearer(): void {
    const now = this.#runtime.kernel.clock.now()
    const nearer: WaitingTimer[] = []
    const moments = new Map<string, readonly number[]>()
    for (const timers of this.#timers.values())
      for (const timer of timers.values()) {
        const due = beatOrNone(timer, now, moments)
        if (due !== undefined) nearer.push({ ...timer, due })
      }
    if (nearer.length === 0) return
    const put = nearer.map(({ path, key, ...record }) => timerPut(path, key, record))
    this.#log.commit({ put, ending: true })
    for (const { path, key, ...record } of nearer) this.set(path, key, record)
  }

  #found(path: string, held: Held): void {
    try {
      this.set(path, held.key, timerIn(held))
    } catch (error) {
      const others = this.#unread.get(path) ?? new Map<string, unknown>()
      this.#unread.set(path, others.set(held.key, error))
    }
  }

  get(path: string, key: string): TimerRecord | undefined {
    return this.#timers.get(path)?.get(key)
  }

  /** Whether the journal holds one, also one that can't be read. */
  has(path: string, key: string): boolean {
    return this.get(path, key) !== undefined || this.#unread.get(path)?.has(key) === true
  }

  /** Its commit was made. */
  set(path: string, key: string, record: TimerRecord | undefined): void {
    const timers = this.#timers.get(path) ?? new Map<string, WaitingTimer>()
    this.#unread.get(path)?.delete(key)
    if (record === undefined) {
      timers.delete(key)
      if (timers.size === 0) this.#timers.delete(path)
      return
    }
    const timer = { ...record, path, key }
    timers.set(key, timer)
    this.#timers.set(path, timers)
    this.#heap.push(timer)
    this.#arm()
  }

  /** Its actor runs now: what was due meanwhile fires. */
  started(path: string): void {
    for (const [key, error] of this.#unread.get(path) ?? [])
      recordUnread(this.#runtime, { path }, 'timer', key, error)
    const parked = this.#parked.get(path) ?? []
    this.#parked.delete(path)
    for (const timer of parked) if (this.#holds(timer)) this.#due(timer)
  }

  /** Paths of actors that do not run and have a timer that is due, or one of which nobody knows when it is. */
  parked(): readonly string[] {
    return [...this.#parked.keys(), ...this.#unread.keys()]
  }

  /** Those that wait. */
  *waiting(): Iterable<DurableTimer> {
    if (this.#isStopped) return
    for (const timers of this.#timers.values())
      for (const timer of timers.values()) {
        const { path, key, due, every, cron } = timer
        const repeats = every !== undefined || cron !== undefined
        yield { path, key, due, repeats, parked: this.#parked.get(path)?.includes(timer) === true }
      }
  }

  stop(): void {
    this.#isStopped = true
    this.#armed?.cancel()
    this.#armed = undefined
    this.#heap.retain(() => false)
    this.#armedFor = Number.NEGATIVE_INFINITY
  }

  #holds(timer: WaitingTimer): boolean {
    return this.#timers.get(timer.path)?.get(timer.key) === timer
  }

  #due(timer: WaitingTimer): void {
    if (this.#fire(timer)) return
    const parked = this.#parked.get(timer.path)
    if (parked === undefined) this.#parked.set(timer.path, [timer])
    else parked.push(timer)
  }

  #arm(): void {
    const first = this.#heap.peek()
    if (first === undefined || first.due >= this.#armedFor) return
    this.#armed?.cancel()
    const { clock, timers } = this.#runtime.kernel
    const ms = Math.min(LOOK_MS, Math.max(0, first.due - clock.now()))
    this.#armedFor = first.due
    this.#armed = timers.after(Math.ceil(ms), () => this.#look(), undefined)
  }

  #look(): void {
    this.#armedFor = Number.POSITIVE_INFINITY
    const ahead = this.#clocks()
    if (ahead < this.#ahead - PUT_BACK_MS) this.#bringNearer()
    this.#ahead = ahead
    const now = this.#runtime.kernel.clock.now()
    for (let first = this.#heap.peek(); first !== undefined && first.due <= now; first = this.#heap.peek()) {
      this.#heap.pop()
      if (this.#holds(first)) this.#due(first)
    }
    this.#arm()
  }
}

function beatOrNone(...asked: Parameters<typeof nearerBeat>): number | undefined {
  try {
    return nearerBeat(...asked)
  } catch {
    // Without croner, or with another one, a cron expression can't be asked: its next beat says so.
    return undefined
  }
}
