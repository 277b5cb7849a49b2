import { Heap } from '../../kernel/heap.ts'
import type { Timer } from '../../kernel/kernel.ts'
import type { Log, LogPut } from '../../ports/log.ts'
import type { DurableTimer } from '../../system/actor/durability.ts'
import type { Runtime } from '../../system/dispatch/runtime.ts'
import { type CronTimes, nextMoment } from './cron.ts'
import { decodeRecord, encodeRecord } from './frames.ts'
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

/** The put that writes a timer, or deletes it. @throws NotSerializableError naming the value by its path */
export function timerPut(path: string, key: string, record: TimerRecord | undefined): LogPut {
  const value = record === undefined ? undefined : encodeRecord('timer', 1, record)
  return { space: timersOf(path), key, value }
}

/** When it is due again, after `now`: missed beats are skipped. Undefined: never. */
export function nextBeat({ due, every, cron }: TimerRecord, now: number): number | undefined {
  if (cron !== undefined) return nextMoment(cron, Math.max(now, due))
  if (every === undefined) return undefined
  return due + (Math.floor(Math.max(0, now - due) / every) + 1) * every
}

/** The durable timers of one system, by due time. It calls `fire` for each that is due and whose actor runs. */
export class TimerBoard {
  readonly #runtime: Runtime
  readonly #fire: (timer: WaitingTimer) => boolean
  readonly #timers = new Map<string, Map<string, WaitingTimer>>()
  /** Due, and their actors do not run. */
  readonly #parked = new Map<string, WaitingTimer[]>()
  /** By due time. It may hold timers that were replaced or cancelled. */
  readonly #heap = new Heap<WaitingTimer>((a, b) => a.due < b.due)
  #armed: Timer | undefined
  #armedFor = Number.POSITIVE_INFINITY
  #isStopped = false

  /** `fire` returns false while the timer's actor does not run. */
  constructor(log: Log, runtime: Runtime, fire: (timer: WaitingTimer) => boolean) {
    this.#runtime = runtime
    this.#fire = fire
    const prefix = `${TIMERS}${runtime.name}/`
    for (const space of log.spaces()) {
      if (!space.startsWith(prefix)) continue
      const path = space.slice(TIMERS.length)
      for (const { key, value } of log.entries(space))
        this.set(path, key, decodeRecord(value).body as TimerRecord)
    }
  }

  get(path: string, key: string): TimerRecord | undefined {
    return this.#timers.get(path)?.get(key)
  }

  /** Its commit was made. */
  set(path: string, key: string, record: TimerRecord | undefined): void {
    const timers = this.#timers.get(path) ?? new Map<string, WaitingTimer>()
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
    const parked = this.#parked.get(path) ?? []
    this.#parked.delete(path)
    for (const timer of parked) if (this.#holds(timer)) this.#due(timer)
  }

  /** Paths of actors that do not run and have a timer that is due. */
  parked(): Iterable<string> {
    return this.#parked.keys()
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
    const now = this.#runtime.kernel.clock.now()
    for (let first = this.#heap.peek(); first !== undefined && first.due <= now; first = this.#heap.peek()) {
      this.#heap.pop()
      if (this.#holds(first)) this.#due(first)
    }
    this.#arm()
  }
}
