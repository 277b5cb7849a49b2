import type { LifecycleState } from '../../behavior/lifecycle.ts'
import type { Timer } from '../../kernel/kernel.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { Ring } from '../../mailbox/ring.ts'
import type { RestartMode } from '../../ports/supervision.ts'
import type { Observed } from '../dispatch/instruments.ts'
import { LifecycleRecord } from '../dispatch/lifecycle-record.ts'
import { LinkedError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'
import type { Handling } from './handling.ts'
import type { Signal } from './system-lane.ts'
import type { TimerTicket } from './timer-ticket.ts'

/** A sender that waits for room. */
export interface Waiter {
  readonly envelope: Envelope
  /** It has been accepted before, out of a network: it counts as in flight. */
  readonly accepted: boolean
  readonly admitted: () => void
  readonly refused: (error: unknown) => void
}

/** A message that waits for its next attempt, and those of the same key behind it. */
export interface Retrying {
  readonly parked: Envelope[]
  readonly timer: Timer
}

/** What few actors need; made on use, so that the others stay small. */
export class CellExtra {
  signals: Ring<Signal> | undefined = undefined
  waiters: Ring<Waiter> | undefined = undefined
  /** Those among the waiters that have been accepted already. */
  accepted = 0
  /** Asynchronous handlers under way. */
  readonly handlings = new Set<Handling>()
  /** By order key: a message between two attempts, and those that wait behind it. */
  retrying: Map<unknown, Retrying> | undefined = undefined
  stash: Envelope[] | undefined = undefined
  timers: Map<string, TimerTicket> | undefined = undefined
  /** Which instance this is: what an earlier one has set up counts no more. */
  instance = 0
  /** What waits for a suspended actor to go on. */
  resumed: (() => void)[] | undefined = undefined
  watchers: Set<ActorCell> | undefined = undefined
  watching: Set<ActorCell> | undefined = undefined
  links: Set<ActorCell> | undefined = undefined
  /** Name of the behavior in force, where it is not the first. */
  behavior: string | undefined = undefined
  lastFailed: Envelope | undefined = undefined
  /** As asked for at its spawn, where that differs from its definition. */
  mode: RestartMode | undefined = undefined
  significant: boolean | undefined = undefined
  selfStopped = false
  retiring = false
  /** Restarts of this child, where its supervisor counts each child by itself. */
  window: readonly number[] = []
  /** The context of an asynchronous start that has not settled; after a crash, of one that was given up. */
  starting: ActorContext | undefined = undefined
  /** Set while a restart waits for it. */
  startAgain: Timer | undefined = undefined
  stopError: unknown = undefined
  hadInstance = false
  shutdown: Timer | undefined = undefined
  onStopped: (() => void)[] | undefined = undefined
  /** What a simulation sees of the actor. */
  observed: Observed | undefined = undefined
  /** Waiters that may have given up since the last look. */
  #gaveUp = 0
  #record: LifecycleRecord | undefined = undefined
  #cancelled: WeakMap<Envelope, 'cancelled' | 'expired'> | undefined = undefined

  /** Messages set aside or between attempts. */
  get held(): number {
    let held = this.accepted + (this.stash === undefined ? 0 : this.stash.length)
    if (this.retrying !== undefined) for (const { parked } of this.retrying.values()) held += parked.length
    return held
  }

  /** Brings back what was set aside, in order and in front of what waits; `except` is still under way. */
  unstash(cell: ActorCell, except: Envelope | undefined): void {
    const { stash } = this
    if (stash === undefined) return
    this.stash = except === undefined ? undefined : [except]
    for (const envelope of stash.reverse()) if (envelope !== except) cell.putBack(envelope)
  }

  takeHeld(): Envelope[] {
    const held = [...(this.stash ?? [])]
    for (const { parked, timer } of this.retrying?.values() ?? []) {
      timer.cancel()
      held.push(...parked)
    }
    this.stash = undefined
    this.retrying = undefined
    return held
  }

  /** The timers under this key whose messages are set aside or between attempts. */
  heldOf(key: string): TimerTicket[] {
    if (this.stash === undefined && this.retrying === undefined) return []
    const held = [...(this.stash ?? [])]
    for (const { parked } of this.retrying?.values() ?? []) held.push(...parked)
    const tickets = held.map((envelope) => envelope.extra?.ticket as TimerTicket | undefined)
    return tickets.filter((ticket) => ticket?.key === key) as TimerTicket[]
  }

  goOn(): void {
    const { resumed } = this
    this.resumed = undefined
    for (const call of resumed ?? []) call()
  }

  /** Nobody waits for this message any more, and why. */
  cancel(envelope: Envelope, why: 'cancelled' | 'expired'): void {
    this.#cancelled ??= new WeakMap()
    this.#cancelled.set(envelope, why)
  }

  /** Senders that gave up, and their messages, leave once they may be half of those who wait: a few moves for each. */
  forgetWaiter(): void {
    const { waiters } = this
    if (waiters === undefined || waiters.size === 0) return
    this.#gaveUp += 1
    if (this.#gaveUp * 2 < waiters.size) return
    this.#gaveUp = 0
    waiters.removeWhere(({ envelope, accepted }) => !accepted && envelope.replyTo?.settled === true)
  }

  cancelled(envelope: Envelope): 'cancelled' | 'expired' | undefined {
    return this.#cancelled?.get(envelope)
  }

  remember(from: LifecycleState, state: LifecycleState): void {
    if (this.#record === undefined) {
      this.#record = new LifecycleRecord('starting')
      if (from !== 'starting') this.#record.add(from)
    }
    this.#record.add(state)
  }

  get states(): readonly LifecycleState[] | undefined {
    return this.#record?.states
  }

  /** What an instance set up for itself goes with it; what it set aside comes back. */
  endInstance(cell: ActorCell): void {
    for (const timer of this.timers?.values() ?? []) timer.cancel()
    this.timers = undefined
    this.resumed = undefined
    this.instance += 1
    this.unstash(cell, undefined)
  }

  /** Tells everybody who wanted to know. */
  stopped(cell: ActorCell, error: unknown): void {
    for (let waiter = this.waiters?.shift(); waiter !== undefined; waiter = this.waiters?.shift()) {
      if (waiter.accepted) this.accepted -= 1
      waiter.refused(cell.gone(waiter.envelope))
    }
    for (const target of this.watching ?? []) target.extra?.watchers?.delete(cell)
    for (const watcher of this.watchers ?? []) {
      watcher.extra?.watching?.delete(cell)
      watcher.terminated(cell, error)
    }
    for (const linked of this.links ?? []) {
      linked.extra?.links?.delete(cell)
      if (error !== undefined) {
        const { path } = cell
        cell.runtime.walks.go(() => linked.crash(new LinkedError(linked.path, path, error)))
      }
    }
    for (const call of this.onStopped ?? []) call()
    this.watching = undefined
    this.watchers = undefined
    this.links = undefined
    this.onStopped = undefined
  }
}
