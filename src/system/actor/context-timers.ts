import type { DurableTime, FiredTimer, SystemTimers } from '../../behavior/context.ts'
import { aText } from '../../kernel/demand.ts'
import { type Duration, milliseconds } from '../../kernel/durations.ts'
import { Envelope } from '../../mailbox/envelope.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'
import { NotDurableError } from './durability.ts'
import { sendLate } from './send-late.ts'
import { TimerTicket } from './timer-ticket.ts'

/** `ctx.timers`: a view of the cell's table, so that actors without timers pay nothing. */
export class ContextTimerTable implements SystemTimers {
  readonly #cell: ActorCell
  /** Of the handler that sets the timers. It may keep this view, so it is looked at on each use. */
  readonly #context: ActorContext

  constructor(context: ActorContext) {
    this.#cell = context['~cell']
    this.#context = context
  }

  after(key: string, delay: Duration, type: string, body?: unknown): void {
    const ms = milliseconds(delay, 'delay')
    const ticket = this.#replace(key, false)
    ticket.timer = this.#cell.runtime.wheel.after(ms, () => this.#send(ticket, type, body), ticket)
  }

  every(key: string, interval: Duration, type: string, body?: unknown): void {
    const ms = Math.max(1, milliseconds(interval, 'interval'))
    const ticket = this.#replace(key, true)
    const { wheel } = this.#cell.runtime
    const beat = (): void => {
      ticket.timer = wheel.after(ms, beat, ticket)
      if (!ticket.waits) this.#send(ticket, type, body)
    }
    ticket.timer = wheel.after(ms, beat, ticket)
  }

  call(key: string, delay: Duration, run: () => void): void {
    const ms = milliseconds(delay, 'delay')
    const ticket = this.#replace(key, false)
    ticket.timer = this.#cell.runtime.wheel.after(ms, () => ticket.call(run), ticket)
  }

  get fired(): FiredTimer | undefined {
    return undefined
  }

  durable(_key: string, _when: DurableTime, _type: string, _body?: unknown): void {
    throw new NotDurableError(this.#cell.path, 'ctx.timers.durable')
  }

  now(): number {
    return this.#cell.runtime.kernel.clock.monotonic()
  }

  wall(): number {
    return this.#cell.runtime.kernel.clock.now()
  }

  cancel(key: string): boolean {
    this.#context.live()
    aText(key, 'key')
    const extra = this.#cell.extras()
    const held = extra.heldOf(key).filter((ticket) => ticket.live)
    const set = extra.timers?.get(key)
    for (const ticket of held) ticket.cancel()
    set?.cancel()
    set?.takeOut()
    extra.timers?.delete(key)
    return set !== undefined || held.length > 0
  }

  /** @throws StaleContextError: a handler of an earlier instance must not reach the timers of this one. */
  #replace(key: string, repeats: boolean): TimerTicket {
    this.cancel(key)
    const extra = this.#cell.extras()
    const ticket = new TimerTicket(this.#cell, key, repeats)
    extra.timers ??= new Map()
    extra.timers.set(key, ticket)
    return ticket
  }

  #send(ticket: TimerTicket, type: string, body: unknown): void {
    const envelope = new Envelope(type, body, this.#cell.ref, undefined, 0)
    envelope.context = this.#context.message?.context
    envelope.more().ticket = ticket
    ticket.waiting(envelope)
    sendLate(this.#cell, envelope, undefined)
  }
}
