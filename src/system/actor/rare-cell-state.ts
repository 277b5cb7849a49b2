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

/** A sender waiting for room. */
export interface Waiter {
  readonly envelope: Envelope
  /** It was accepted before, from a network: it counts as in flight. */
  readonly accepted: boolean
  readonly admitted: () => void
  readonly refused: (error: unknown) => void
}

/** A message that waits for its next attempt, and the messages of the same key behind it. */
export interface Retrying {
  readonly parked: Envelope[]
  readonly timer: Timer
}

/** Fields that few actors need; made on use, so that the others stay small. */
export class RareCellState {
  signals: Ring<Signal> | undefined = undefined
  waiters: Ring<Waiter> | undefined = undefined
  /** The number of waiters that have already been accepted. */
  accepted = 0
  /** Asynchronous handlers in flight. */
  readonly handlings = new Set<Handling>()
  /** By order key: a message between two attempts, and the messages that wait behind it. */
  retrying: Map<unknown, Retrying> | undefined = undefined
  stash: Envelope[] | undefined = undefined
  timers: Map<string, TimerTicket> | undefined = undefined
  /** Work that waits for a suspended actor to resume. */
  resumed: (() => void)[] | undefined = undefined
  watchers: Set<ActorCell> | undefined = undefined
  watching: Set<ActorCell> | undefined = undefined
  /** The dead that it has watched: which of its instances was told. */
  told: WeakMap<ActorCell, number> | undefined = undefined
  links: Set<ActorCell> | undefined = undefined
  /** Name of the current behavior, if it is not the first. */
  behavior: string | undefined = undefined
  lastFailed: Envelope | undefined = undefined
  /** The spawn options, where they differ from the definition. */
  mode: RestartMode | undefined = undefined
  significant: boolean | undefined = undefined
  selfStopped = false
  retiring = false
  /** Restarts of this child, if its supervisor counts each child separately. */
  window: readonly number[] = []
  /** The context of an asynchronous start that has not settled; after a crash, of an abandoned one. */
  starting: ActorContext | undefined = undefined
  /** Set while a restart waits for it. */
  startAgain: Timer | undefined = undefined
  stopError: unknown = undefined
  hadInstance = false
  shutdown: Timer | undefined = undefined
  onStopped: (() => void)[] | undefined = undefined
  /** The actor as a simulation sees it. */
  observed: Observed | undefined = undefined
  /** Waiters that may have given up since the last check. */
  #gaveUp = 0
  #record: LifecycleRecord | undefined = undefined
  #cancelled: WeakMap<Envelope, 'cancelled' | 'expired'> | undefined = undefined

  /** Messages set aside or between attempts. */
  get held(): number {
    let held = this.accepted + (this.stash === undefined ? 0 : this.stash.length)
    if (this.retrying !== undefined) for (const { parked } of this.retrying.values()) held += parked.length
    return held
  }

  /** Brings stashed messages back, in order and in front of the waiting ones, except those to `keep`. */
  unstash(cell: ActorCell, keep: (envelope: Envelope) => boolean): void {
    const { stash } = this
    if (stash === undefined) return
    this.stash = undefined
    const left: Envelope[] = []
    for (const envelope of stash.reverse()) {
      if (keep(envelope)) left.unshift(envelope)
      else cell.putBack(envelope)
    }
    if (left.length > 0) this.stash = left
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

  /** This message is no longer wanted, and the reason. */
  cancel(envelope: Envelope, why: 'cancelled' | 'expired'): void {
    this.#cancelled ??= new WeakMap()
    this.#cancelled.set(envelope, why)
  }

  /** Senders that gave up leave with their messages once they may be half of the waiters: a few moves for each. */
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

  /** Ends everything that an instance set up for itself; brings back its stashed messages. */
  endInstance(cell: ActorCell): void {
    for (const timer of this.timers?.values() ?? []) timer.cancel()
    this.timers = undefined
    this.resumed = undefined
    cell.instances += 1
    this.unstash(cell, () => false)
  }

  /** Notifies all watchers. */
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
