import type { ContextTimers } from '../behavior/context.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { Envelope } from '../mailbox/envelope.ts'
import type { ActorCell } from './actor-cell.ts'
import { sendLate } from './send-late.ts'

/** `ctx.timers`: a view of the cell's table, so that it costs nothing to those who have none. */
export class ContextTimerTable implements ContextTimers {
  readonly #cell: ActorCell

  constructor(cell: ActorCell) {
    this.#cell = cell
  }

  after(key: string, delay: Duration, type: string, body?: unknown): void {
    this.#set(key, milliseconds(delay, 'delay'), () => {
      this.#cell.extra?.timers?.delete(key)
      this.#send(type, body)
    })
  }

  every(key: string, interval: Duration, type: string, body?: unknown): void {
    const ms = Math.max(1, milliseconds(interval, 'interval'))
    const beat = (): void => {
      this.#set(key, ms, beat)
      this.#send(type, body)
    }
    this.#set(key, ms, beat)
  }

  cancel(key: string): boolean {
    const { timers } = this.#cell.extras()
    timers?.get(key)?.cancel()
    return timers?.delete(key) ?? false
  }

  #set(key: string, ms: number, run: () => void): void {
    this.cancel(key)
    const extra = this.#cell.extras()
    extra.timers ??= new Map()
    extra.timers.set(key, this.#cell.runtime.wheel.after(ms, run, undefined))
  }

  #send(type: string, body: unknown): void {
    sendLate(this.#cell, new Envelope(type, body, this.#cell.ref, undefined, 0), undefined)
  }
}
