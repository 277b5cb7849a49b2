import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { HandlerTable } from '../../behavior/handler-table.ts'
import type { LifecycleEvent, LifecycleState } from '../../behavior/lifecycle.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import { MailboxFullError } from '../../mailbox/errors.ts'
import { Mailbox } from '../../mailbox/mailbox.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { Drainable } from '../dispatch/dispatcher.ts'
import type { Receiver } from '../dispatch/instruments.ts'
import { writeLine } from '../dispatch/lifecycle-record.ts'
import type { Recipient, Runtime } from '../dispatch/runtime.ts'
import { ActorStoppedError, KilledError } from '../errors.ts'
import { ActorContext } from './actor-context.ts'
import { ActorHandle } from './actor-handle.ts'
import {
  admitWaiters,
  arrive,
  lostOnTheWay,
  overflow,
  repeat,
  sendMeasured,
  waitForRoom,
} from './admission.ts'
import { undelivered } from './ask.ts'
import { CellExtra } from './cell-extra.ts'
import { loseEnvelope } from './dead-envelope.ts'
import { take } from './delivery.ts'
import type { Family } from './family.ts'
import { tellTerminated } from './own-call.ts'
import { reenter } from './reentry.ts'
import { begin } from './start.ts'
import { become, settle } from './states.ts'
import { breakDown, exit, stop, terminate } from './stop.ts'
import { childFailed } from './supervisor.ts'
import { drainSignals, mayBeTold, type Signal, signalBy } from './system-lane.ts'
import { cancel } from './unwanted.ts'

/**
 * One actor: mailbox → behavior, one handler at a time, under its parent's supervision.
 *
 *   tell ─▶ [system lane]  ─┐
 *        ─▶ [mailbox lanes] ┴▶ deliver ─▶ handler ─┬─ returned   ▶ handled, answered
 *               ▲  ▲                               ├─ promise    ▶ the mailbox waits for it
 *               │  └─ stash, retry ◀───────────────┼─ stash
 *               └─ backpressure: waiters           └─ threw      ▶ retry or dead letter; the parent decides
 *
 * The handle, the mailbox and the children's names outlive the instance; state and context are the instance.
 */
export class ActorCell implements Drainable, Recipient, Receiver<Envelope> {
  ready = false
  more = false
  /** Whether it may take the next message now: running, and no handler under way. */
  able = false
  /** Whether the mailbox takes messages. */
  open = true
  lifecycle: LifecycleState = 'starting'
  /** Asynchronous handlers under way (above 1 only when reentrant). */
  underway = 0
  /** Failures in a row, on distinct messages. */
  failures = 0
  readonly id: number
  readonly runtime: Runtime
  readonly definition: ActorDefinition<unknown>
  readonly parent: ActorCell | undefined
  readonly ref: ActorHandle
  givenName: string | undefined
  state: unknown = undefined
  handlers: HandlerTable
  mailbox: Mailbox<Envelope> | undefined = undefined
  context: ActorContext | undefined = undefined
  /** Whether a handler is on the stack. Which message it handles, the dispatcher's cursor knows. */
  handling = false
  extra: CellExtra | undefined = undefined
  family: Family | undefined = undefined
  older: ActorCell | undefined = undefined
  younger: ActorCell | undefined = undefined
  /** Nothing about its messages needs more than a look at the size. */
  readonly #plain: boolean

  constructor(
    runtime: Runtime,
    definition: ActorDefinition<unknown>,
    parent: ActorCell | undefined,
    name: string | undefined,
  ) {
    this.id = runtime.kernel.ids.next()
    this.runtime = runtime
    this.definition = definition
    this.parent = parent
    this.givenName = name
    this.handlers = definition.behaviors.get(definition.initial) as HandlerTable
    this.ref = new ActorHandle(this)
    this.#plain = definition.ttlMs === 0 && definition.sizeOf === undefined && runtime.codec === undefined
    if (runtime.network !== undefined) this.#plain = false
  }

  /** Made by the system when none was given: '#' keeps it apart from every given name. */
  get name(): string {
    return this.givenName ?? `${this.definition.name}#${this.id}`
  }

  get path(): string {
    let path = this.name
    for (let above = this.parent; above !== undefined; above = above.parent) path = `${above.name}/${path}`
    return path
  }

  get backpressure(): boolean {
    return this.definition.mailbox.overflow === 'backpressure'
  }

  /** Messages waiting, set aside, between attempts and under way. */
  get load(): number {
    const underway = this.underway + (this.handling ? 1 : 0)
    const waiting = this.mailbox === undefined ? 0 : this.mailbox.size
    return waiting + (this.extra === undefined ? 0 : this.extra.held) + underway
  }

  extras(): CellExtra {
    this.extra ??= new CellExtra()
    return this.extra
  }

  // ─── the mailbox ──────────────────────────────────────────────────────────────────────────────────────────────────

  trySend(envelope: Envelope): boolean {
    if (!this.open) throw this.gone(envelope)
    if (!this.#plain || envelope.extra !== undefined) return sendMeasured(this, envelope)
    const mailbox = this.mailbox ?? this.box()
    if (mailbox.size + mailbox.held >= this.definition.mailbox.capacity) return overflow(this, envelope, 0)
    mailbox.push(envelope)
    this.runtime.ledger.accept()
    if (this.able && !this.ready) this.runtime.dispatcher.wake(this)
    else if (this.underway > 0 && this.definition.reentrant) reenter(this, envelope)
    return true
  }

  full(envelope: Envelope): MailboxFullError {
    return new MailboxFullError(this.path, this.definition.mailbox.capacity, undelivered(envelope))
  }

  /** The error that hands the message back when the actor has stopped. */
  gone(envelope: Envelope): ActorStoppedError {
    return new ActorStoppedError(this.path, undelivered(envelope))
  }

  /** It could not even be accepted, and there is nobody to tell: it counts, and ends, here. */
  refuse(envelope: Envelope, error: unknown): void {
    this.runtime.ledger.accept()
    this.lose(envelope, this.open ? 'shed' : 'stopped', error)
  }

  wait(envelope: Envelope, admitted: () => void, refused: (error: unknown) => void): void {
    waitForRoom(this, { envelope, accepted: false, admitted, refused })
  }

  /** The mailbox, made on use. */
  box(): Mailbox<Envelope> {
    this.mailbox ??= new Mailbox<Envelope>(this.definition.mailbox)
    return this.mailbox
  }

  arrive(envelope: Envelope): void {
    arrive(this, envelope)
  }

  repeat(envelope: Envelope): void {
    repeat(this, envelope)
  }

  lost(envelope: Envelope, error: unknown): void {
    lostOnTheWay(this, envelope, error)
  }

  put(mailbox: Mailbox<Envelope>, envelope: Envelope): void {
    if (envelope.extra === undefined) mailbox.push(envelope)
    else mailbox.pushTo(envelope.extra.priority, envelope, envelope.extra.bytes)
    if (this.able && !this.ready) this.runtime.dispatcher.wake(this)
    else if (this.underway > 0 && this.definition.reentrant) reenter(this, envelope)
  }

  /** In front of its lane: it was accepted before. */
  putBack(envelope: Envelope): void {
    envelope.extra?.ticket?.waiting(envelope)
    this.box().unshift(envelope.extra?.priority ?? 0, envelope, envelope.extra?.bytes ?? 0)
  }

  signal(signal: Signal): void {
    signalBy(this, signal)
  }

  // ─── from mailbox to behavior ─────────────────────────────────────────────────────────────────────────────────────

  drain(messages: number): number {
    let handled = 0
    if (this.extra !== undefined && this.extra.signals !== undefined)
      handled += drainSignals(this, this.extra.signals)
    const { mailbox } = this
    if (mailbox !== undefined) {
      while (handled < messages && this.able) {
        const envelope = mailbox.shift()
        if (envelope === undefined) break
        handled += 1
        take(this, envelope, mailbox)
      }
      if (this.extra?.waiters !== undefined) admitWaiters(this, this.extra, this.extra.waiters, mailbox)
    }
    this.more =
      (this.able && mailbox !== undefined && mailbox.size > 0) ||
      (mayBeTold(this) && this.extra?.signals?.size !== 0)
    if (this.extra?.retiring === true || !this.runtime.accepting) this.settle()
    return handled
  }

  lose(envelope: Envelope, reason: DeadLetterReason, error: unknown): void {
    loseEnvelope(this, envelope, reason, error)
  }

  cancel(envelope: Envelope, reason: unknown): void {
    cancel(this, envelope, reason)
  }

  waitsIn(envelope: object): boolean {
    const underway = this.handling || this.underway > 0
    return underway && this.context?.envelope === envelope && !this.definition.reentrant
  }

  // ─── lifecycle ────────────────────────────────────────────────────────────────────────────────────────────────────

  begin(): void {
    begin(this)
  }

  /** Crashes the instance: messages under way have failed an attempt. The parent decides what comes next. */
  crash(error: unknown): void {
    if (!this.breakDown(error)) return
    childFailed(this, 'crash', error)
  }

  kill(reason: string): void {
    this.crash(new KilledError(this.path, reason))
  }

  breakDown(error: unknown): boolean {
    return breakDown(this, error)
  }

  /** A watched actor has stopped. */
  terminated(dead: ActorCell, error: unknown): void {
    tellTerminated(this, dead, error)
  }

  /** The context of the present instance. */
  instance(): ActorContext {
    this.context ??= new ActorContext(this)
    return this.context
  }

  suspend(): void {
    this.become('SUSPEND')
  }

  resume(): void {
    this.become('RESUME')
    this.extra?.goOn()
    this.settle()
  }

  /** Takes no more from its router, finishes what it holds, and ends. */
  retire(): void {
    this.extras().retiring = true
    this.settle()
  }

  exit(): void {
    exit(this)
  }

  stop(error: unknown): void {
    stop(this, error)
  }

  terminate(error: unknown): void {
    terminate(this, error)
  }

  settle(): void {
    settle(this)
  }

  become(event: LifecycleEvent): void {
    become(this, event)
  }

  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void {
    writeLine(this.runtime, this, level, text)
  }
}
