import type { ActorDefinition } from '../../behavior/define-actor.ts'
import type { HandlerTable } from '../../behavior/handler-table.ts'
import { type LifecycleEvent, type LifecycleState, nextState } from '../../behavior/lifecycle.ts'
import { errorChain, messageOfError } from '../../kernel/errors.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import { type Admission, admission } from '../../mailbox/admission.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import { MailboxFullError } from '../../mailbox/errors.ts'
import { Mailbox } from '../../mailbox/mailbox.ts'
import { Ring } from '../../mailbox/ring.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import { nextAttempt } from '../../supervision/attempts.ts'
import type { Drainable } from '../dispatch/dispatcher.ts'
import type { MessageCodec, Recipient, Runtime } from '../dispatch/runtime.ts'
import {
  ActorStoppedError,
  AttemptTimeoutError,
  CancelledError,
  ExpiredError,
  HandlerFailedError,
  KilledError,
  UnhandledMessageError,
} from '../errors.ts'
import { ActorContext } from './actor-context.ts'
import { ActorHandle } from './actor-handle.ts'
import { undelivered } from './ask.ts'
import { CellExtra, Handling, NONE_UNDERWAY, type Waiter } from './cell-extra.ts'
import { loseEnvelope } from './dead-envelope.ts'
import type { Family } from './family.ts'
import { replyRoundTrip, roundTrip } from './message-view.ts'
import { childEnded, childFailed } from './supervisor.ts'

/** The key under which messages without a sender and without an order key stand in order. */
const OUTSIDE = 'outside'

type AnyHandler = (context: unknown, body: unknown) => unknown

/** What a signal asks of its actor, by the system lane. */
export type Signal = (cell: ActorCell) => void

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
export class ActorCell implements Drainable, Recipient {
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
    const waiting = this.mailbox === undefined ? 0 : this.mailbox.size
    const underway = this.underway + (this.handling ? 1 : 0)
    return waiting + (this.extra === undefined ? 0 : this.extra.held) + underway
  }

  extras(): CellExtra {
    this.extra ??= new CellExtra()
    return this.extra
  }

  // ─── the mailbox ──────────────────────────────────────────────────────────────────────────────────────────────────

  trySend(envelope: Envelope): boolean {
    if (!this.open) throw this.gone(envelope)
    if (!this.#plain || envelope.extra !== undefined) return this.#trySendMeasured(envelope)
    const mailbox = this.mailbox ?? this.#openMailbox()
    if (mailbox.size + mailbox.held >= this.definition.mailbox.capacity) return this.#overflow(envelope, 0)
    mailbox.push(envelope)
    this.runtime.ledger.accept()
    if (this.able && !this.ready) this.runtime.dispatcher.wake(this)
    else if (this.underway > 0 && this.definition.reentrant) this.#reenter(envelope)
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
    const extra = this.extras()
    extra.waiters ??= new Ring()
    extra.waiters.push({ envelope, accepted: false, admitted, refused })
    // There may be room by now, or there always was: behind a router.
    if (this.mailbox === undefined) this.#openMailbox()
    this.runtime.dispatcher.wake(this)
  }

  #openMailbox(): Mailbox<Envelope> {
    this.mailbox = new Mailbox<Envelope>(this.definition.mailbox)
    return this.mailbox
  }

  /** The rarer half of `trySend`: serialized, with a priority, a size, or a time to live. */
  #trySendMeasured(envelope: Envelope): boolean {
    const { runtime, definition } = this
    if (runtime.codec !== undefined) envelope.body = roundTrip(runtime.codec, this, envelope)
    if (definition.ttlMs > 0) {
      const due = Math.ceil(runtime.kernel.clock.monotonic() + definition.ttlMs)
      if (envelope.deadline === 0 || due < envelope.deadline) envelope.deadline = due
    }
    const bytes = definition.sizeOf === undefined ? 0 : definition.sizeOf(envelope.body)
    if (bytes > 0) envelope.more().bytes = bytes
    if (runtime.network?.carry(this, envelope) === true) {
      runtime.ledger.accept()
      this.runtime.onTheWay += 1
      return true
    }
    const mailbox = this.mailbox ?? this.#openMailbox()
    if (mailbox.full(bytes)) return this.#overflow(envelope, bytes)
    this.#put(mailbox, envelope)
    runtime.ledger.accept()
    return true
  }

  /** Comes out of the network, where nobody is left to throw at. */
  arrive(envelope: Envelope): void {
    this.runtime.onTheWay -= 1
    const mailbox = this.mailbox ?? this.#openMailbox()
    const bytes = envelope.extra?.bytes ?? 0
    if (!this.open) this.lose(envelope, 'stopped', this.gone(envelope))
    else {
      const rule = admission(mailbox.full(bytes), this.definition.mailbox.overflow, true)
      if (rule === 'take') this.#put(mailbox, envelope)
      else if (rule === 'wait') this.#waitAccepted(envelope)
      else this.#shed(rule, envelope, bytes)
    }
    if (!this.runtime.accepting) this.runtime.idle()
  }

  /** Its sender has been told that it was taken: it waits for room by itself. */
  #waitAccepted(envelope: Envelope): void {
    const extra = this.extras()
    extra.waiters ??= new Ring()
    extra.accepted += 1
    extra.waiters.push({
      envelope,
      accepted: true,
      admitted: () => undefined,
      refused: (error) => this.lose(envelope, 'stopped', error),
    })
  }

  /** The network delivers it once more. */
  repeat(envelope: Envelope): void {
    this.runtime.ledger.accept()
    this.runtime.onTheWay += 1
    this.arrive(envelope)
  }

  /** The network has lost it: the ledger knows, the sender does not. */
  lostOnTheWay(envelope: Envelope, error: unknown): void {
    this.runtime.onTheWay -= 1
    envelope.replyTo = undefined
    this.lose(envelope, 'lost-by-fault', error)
    if (!this.runtime.accepting) this.runtime.idle()
  }

  #put(mailbox: Mailbox<Envelope>, envelope: Envelope): void {
    if (envelope.extra === undefined) mailbox.push(envelope)
    else mailbox.pushTo(envelope.extra.priority, envelope, envelope.extra.bytes)
    if (this.able && !this.ready) this.runtime.dispatcher.wake(this)
    else if (this.underway > 0 && this.definition.reentrant) this.#reenter(envelope)
  }

  /** An ask that came back along the actor's own call chain is handled now: its handler waits for just this. */
  #reenter(envelope: Envelope): void {
    for (let link = envelope.replyTo?.chain; link !== undefined; link = link.before) {
      if (link.party !== this) continue
      this.runtime.kernel.turns.soon(() => {
        // Unless the outer handler has ended by now and the message has been taken in its turn.
        const [waiting] = this.mailbox?.removeWhere((candidate) => candidate === envelope) ?? []
        if (waiting !== undefined) this.#take(waiting, this.mailbox as Mailbox<Envelope>)
      })
      return
    }
  }

  #overflow(envelope: Envelope, bytes: number): boolean {
    const rule = admission(true, this.definition.mailbox.overflow, false)
    if (rule === 'refuse') return false
    this.runtime.ledger.accept()
    this.#shed(rule, envelope, bytes)
    return true
  }

  /** Makes room at the cost of the oldest, where the rule says so and there is one; else the newcomer goes. */
  #shed(rule: Admission, envelope: Envelope, bytes: number): void {
    const mailbox = this.mailbox as Mailbox<Envelope>
    while (rule === 'shed-oldest' && mailbox.full(bytes)) {
      const oldest = mailbox.shiftLeast()
      if (oldest === undefined) break
      if (oldest.extra !== undefined) mailbox.released(oldest.extra.bytes)
      this.lose(oldest, 'shed', this.full(oldest))
    }
    if (mailbox.full(bytes)) this.lose(envelope, 'shed', this.full(envelope))
    else this.#put(mailbox, envelope)
  }

  /** Room has come: whoever waits longest goes in. */
  #admit(extra: CellExtra, waiters: Ring<Waiter>): void {
    const mailbox = this.mailbox as Mailbox<Envelope>
    for (let next = waiters.peek(); next !== undefined; next = waiters.peek()) {
      const { envelope, accepted, admitted } = next
      const wanted = envelope.replyTo?.settled !== true
      if (wanted && mailbox.full(envelope.extra?.bytes ?? 0)) return
      waiters.shift()
      if (accepted) extra.accepted -= 1
      if (wanted) {
        admitted()
        this.#put(mailbox, envelope)
        if (!accepted) this.runtime.ledger.accept()
      } else if (accepted) this.#loseUnwanted(envelope)
    }
  }

  /** In front of its lane: it was accepted before. */
  putBack(envelope: Envelope): void {
    envelope.extra?.ticket?.waiting(envelope)
    const mailbox = this.mailbox ?? this.#openMailbox()
    mailbox.unshift(envelope.extra?.priority ?? 0, envelope, envelope.extra?.bytes ?? 0)
  }

  /** By the system lane: before every message, never shed. */
  signal(signal: Signal): void {
    if (this.lifecycle === 'stopped') return
    const extra = this.extras()
    extra.signals ??= new Ring()
    extra.signals.push(signal)
    this.runtime.dispatcher.wake(this)
  }

  // ─── from mailbox to behavior ─────────────────────────────────────────────────────────────────────────────────────

  drain(messages: number): number {
    let handled = 0
    if (this.extra !== undefined && this.extra.signals !== undefined)
      handled += this.#drainSignals(this.extra.signals)
    const { mailbox } = this
    if (mailbox !== undefined) {
      while (handled < messages && this.able) {
        const envelope = mailbox.shift()
        if (envelope === undefined) break
        handled += 1
        this.#take(envelope, mailbox)
      }
      if (this.extra?.waiters !== undefined) this.#admit(this.extra, this.extra.waiters)
    }
    this.more =
      (this.able && mailbox !== undefined && mailbox.size > 0) ||
      (this.#mayBeTold() && this.extra?.signals?.size !== 0)
    if (this.extra?.retiring === true || !this.runtime.accepting) this.settle()
    return handled
  }

  #mayBeTold(): boolean {
    return (
      this.extra?.signals !== undefined &&
      this.underway === 0 &&
      (this.lifecycle === 'running' || this.lifecycle === 'suspended')
    )
  }

  #drainSignals(signals: Ring<Signal>): number {
    let handled = 0
    while (this.#mayBeTold()) {
      const signal = signals.shift()
      if (signal === undefined) break
      handled += 1
      signal(this)
    }
    return handled
  }

  #take(envelope: Envelope, mailbox: Mailbox<Envelope>): void {
    if (envelope.extra !== undefined && envelope.extra.bytes > 0) mailbox.released(envelope.extra.bytes)
    if (envelope.extra?.ticket?.taken(envelope) === false) return
    const { now } = this.runtime.dispatcher
    const { replyTo } = envelope
    if (replyTo !== undefined) {
      if (replyTo.settled) {
        this.#loseUnwanted(envelope)
        return
      }
      replyTo.startedAt = now
    }
    if (envelope.deadline !== 0 && envelope.deadline <= now) {
      this.lose(envelope, 'expired', new ExpiredError(this.path, now - envelope.deadline))
      return
    }
    const retrying = this.extra?.retrying
    if (retrying !== undefined && retrying.size > 0 && !this.definition.skipAhead) {
      const before = retrying.get(orderKeyOf(envelope))
      if (before !== undefined) {
        before.parked.push(envelope)
        mailbox.held += 1
        return
      }
    }
    this.deliver(envelope)
  }

  /** Runs the handler for one message. */
  deliver(envelope: Envelope): void {
    const handler = this.handlers.get(envelope.type)
    if (handler === undefined) {
      const known = this.handlers.types()
      this.lose(
        envelope,
        'unhandled',
        new UnhandledMessageError(
          this.path,
          envelope.type,
          this.extra?.behavior ?? this.definition.initial,
          known,
        ),
      )
      return
    }
    const context = this.definition.reentrant ? new ActorContext(this) : (this.context ?? this.instance())
    this.runtime.dispatcher.cursor.envelope = envelope
    this.handling = true
    let result: unknown
    let follow: boolean
    try {
      result =
        envelope.context === undefined
          ? handler(context as never, envelope.body as never)
          : envelope.context.runInAsyncScope(handler as AnyHandler, undefined, context, envelope.body)
      // A thenable is followed, an ordinary reply is not looked at further.
      follow = typeof result === 'object' && isThenable(result)
    } catch (error) {
      this.handling = false
      this.#failed(envelope, context, error)
      this.settle()
      return
    }
    if (follow) {
      this.#follow(envelope, context, promiseOf(result as PromiseLike<unknown>))
      return
    }
    this.handling = false
    this.#ended(envelope, context, result)
    if (this.lifecycle !== 'running') this.settle()
  }

  /** One handler at a time: the mailbox waits for an asynchronous one. */
  #follow(envelope: Envelope, context: ActorContext, promise: Promise<unknown>): void {
    const handling = new Handling(this, envelope, context)
    this.handling = false
    context.held = envelope
    this.underway += 1
    this.able = false
    this.extras().handlings.add(handling)
    const { timeoutMs } = this.definition
    if (timeoutMs > 0) this.runtime.wheel.add(handling, this.runtime.kernel.clock.monotonic() + timeoutMs)
    promise.then(
      (value) => {
        if (!this.#release(handling)) return
        this.#ended(envelope, context, value)
        this.settle()
      },
      (error: unknown) => {
        if (!this.#release(handling)) return
        this.#failed(envelope, context, error)
        this.settle()
      },
    )
  }

  /** False when the handling was fenced off: its result comes too late and counts for nothing. */
  #release(handling: Handling): boolean {
    if (this.extra?.handlings.delete(handling) !== true) return false
    this.runtime.wheel.remove(handling)
    handling.context.held = undefined
    this.underway -= 1
    return true
  }

  /** An asynchronous handler took longer than its timeout. */
  timedOut(handling: Handling): void {
    if (!this.#release(handling)) return
    const { context, envelope } = handling
    const error = new AttemptTimeoutError(this.path, this.definition.timeoutMs)
    this.#failed(envelope, context, error)
    // Even where its supervisor resumes it: the old handler still runs, and must not answer the next message.
    if (!context.closed) context.close(error)
    if (this.context === context) this.context = undefined
    this.settle()
  }

  #ended(envelope: Envelope, context: ActorContext, value: unknown): void {
    if (this.failures !== 0) this.failures = 0
    if (context.touched && context.ended(envelope, value)) return
    const { replyTo } = envelope
    if (replyTo === undefined) this.runtime.ledger.handled()
    else if (this.runtime.codec !== undefined)
      this.#answerByFrame(envelope, context, value, this.runtime.codec)
    else if (replyTo.resolve(value)) this.runtime.ledger.answered()
    else
      this.lose(envelope, this.extra?.cancelled(envelope) === 'cancelled' ? 'cancelled' : 'late', undefined)
  }

  /** The reply makes the round trip too; one that can't leave the thread has failed its handler. */
  #answerByFrame(envelope: Envelope, context: ActorContext, value: unknown, codec: MessageCodec): void {
    let copy: unknown
    try {
      copy = value === undefined ? undefined : replyRoundTrip(codec, this, envelope, value)
    } catch (error) {
      this.#failed(envelope, context, error)
      return
    }
    if (envelope.replyTo?.resolve(copy) === true) this.runtime.ledger.answered()
    else
      this.lose(envelope, this.extra?.cancelled(envelope) === 'cancelled' ? 'cancelled' : 'late', undefined)
  }

  /** It was still waiting when its asker gave up. */
  #loseUnwanted(envelope: Envelope): void {
    const why = this.extra?.cancelled(envelope) ?? 'expired'
    this.lose(
      envelope,
      why,
      why === 'cancelled' ? new CancelledError(this.path) : new ExpiredError(this.path, 0),
    )
  }

  #failed(envelope: Envelope, context: ActorContext, error: unknown): void {
    // What it had answered has ended well; only its actor has failed.
    const answered = context.touched && context.failed(envelope, error)
    const row = this.extra?.lastFailed !== envelope
    this.extras().lastFailed = envelope
    if (row) this.failures += 1
    if (!answered) this.failAttempt(envelope, error)
    childFailed(this, 'message', error)
  }

  /** Counts the attempt as failed: another one, or a dead letter. */
  failAttempt(envelope: Envelope, error: unknown): void {
    const { attempts, backoffMs } = this.definition
    const attempt = envelope.extra?.attempt ?? 1
    const { clock, random } = this.runtime.kernel
    const deadline = envelope.deadline === 0 ? Number.POSITIVE_INFINITY : envelope.deadline
    const next = this.open
      ? nextAttempt(attempt, attempts, backoffMs, clock.monotonic(), deadline, random.stream('backoff'))
      : 'failed'
    if (typeof next === 'number') {
      const extra = envelope.more()
      extra.errors = [...extra.errors, ...errorChain(error)]
      extra.attempt += 1
      this.#retry(envelope, attempt, next, error)
    } else {
      this.lose(envelope, next, new HandlerFailedError(this.path, envelope.type, attempt, error))
    }
  }

  /** Later messages of the same order key wait behind it. */
  #retry(envelope: Envelope, attempt: number, delayMs: number, error: unknown): void {
    const { runtime } = this
    runtime.ledger.retry()
    if (runtime.events.active) {
      const { path } = this
      const at = runtime.kernel.clock.monotonic()
      const errors = errorChain(error)
      runtime.events.emit({ type: 'retry', at, path, message: envelope.type, attempt, delayMs, errors })
    }
    if (delayMs === 0) {
      this.putBack(envelope)
      return
    }
    const extra = this.extras()
    const key = this.definition.skipAhead ? envelope : orderKeyOf(envelope)
    extra.retrying ??= new Map()
    const timer = runtime.wheel.after(delayMs, (late: unknown) => this.#rested(late), key)
    extra.retrying.set(key, { parked: [envelope], timer })
    // It keeps its place: what is between two attempts takes room like what waits.
    const mailbox = this.mailbox ?? this.#openMailbox()
    mailbox.held += 1
  }

  #rested(key: unknown): void {
    const rested = this.extra?.retrying?.get(key)
    if (rested === undefined) return
    this.extra?.retrying?.delete(key)
    if (this.mailbox !== undefined) this.mailbox.held -= rested.parked.length
    for (const envelope of rested.parked.reverse()) this.putBack(envelope)
    this.settle()
  }

  lose(envelope: Envelope, reason: DeadLetterReason, error: unknown): void {
    loseEnvelope(this, envelope, reason, error)
  }

  cancel(envelope: Envelope, reason: unknown): void {
    this.extras().cancel(
      envelope,
      (reason as { code?: string }).code === 'cancelled' ? 'cancelled' : 'expired',
    )
    for (const { envelope: running, context } of this.extra?.handlings ?? NONE_UNDERWAY) {
      if (running === envelope) context.abort(reason)
    }
    this.extra?.forgetWaiter()
  }

  waitsIn(envelope: object): boolean {
    const underway = this.handling || this.underway > 0
    return underway && this.context?.envelope === envelope && !this.definition.reentrant
  }

  // ─── lifecycle ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Makes an instance. A throw, now or in `started`, is a failed start: the parent decides. */
  begin(): void {
    if (this.lifecycle !== 'starting' && this.lifecycle !== 'restarting') return
    if (this.#waitsForStart()) return
    const { definition } = this
    try {
      this.state = definition.state()
      this.handlers = definition.behaviors.get(definition.initial) as HandlerTable
      if (this.extra !== undefined) this.extra.behavior = undefined
      if (definition.signals.started === undefined) {
        this.#started()
        return
      }
      this.context = new ActorContext(this)
      const starting = definition.signals.started(this.context as never)
      if (isThenable(starting)) this.#followStart(promiseOf(starting), this.context)
      else this.#started()
    } catch (error) {
      this.#failedStart(error)
    }
  }

  /** One start at a time: one that was given up is waited for as long as a stop would wait for a handler. */
  #waitsForStart(): boolean {
    const { extra } = this
    if (extra?.starting === undefined) return false
    if (extra.starting === this.context) return true
    extra.startAgain ??= this.runtime.wheel.after(
      this.definition.shutdownMs,
      (given: ActorContext) => this.#startOver(given),
      extra.starting,
    )
    return true
  }

  #startOver(context: ActorContext): void {
    const { extra } = this
    if (extra?.starting !== context) return
    extra.starting = undefined
    if (extra.startAgain === undefined) return
    extra.startAgain.cancel()
    extra.startAgain = undefined
    this.begin()
  }

  #followStart(starting: Promise<unknown>, context: ActorContext): void {
    this.extras().starting = context
    starting.then(
      () => {
        if (!context.closed) this.#started()
        this.#startOver(context)
      },
      (error: unknown) => {
        if (!context.closed) this.#failedStart(error)
        this.#startOver(context)
      },
    )
  }

  #started(): void {
    this.become('STARTED')
    this.settle()
  }

  #failedStart(error: unknown): void {
    this.#endInstance(error)
    this.become('CRASHED')
    childFailed(this, 'start', error)
  }

  /** Crashes the instance: messages under way have failed an attempt. The parent decides what comes next. */
  crash(error: unknown): void {
    if (!this.breakDown(error)) return
    childFailed(this, 'crash', error)
  }

  kill(reason: string): void {
    this.crash(new KilledError(this.path, reason))
  }

  /** Ends the instance and waits for `begin`; false when there was none to end. Messages that wait stay. */
  breakDown(error: unknown): boolean {
    if (this.lifecycle === 'stopping' || this.lifecycle === 'stopped') return false
    if (this.lifecycle === 'restarting' && this.context === undefined) return false
    const { restarting } = this.definition.signals
    if (restarting !== undefined && (this.lifecycle === 'running' || this.lifecycle === 'suspended')) {
      this.#tell(() => restarting(this.instance() as never, error))
    }
    this.become('CRASHED')
    this.#endInstance(error)
    this.family?.terminateAll(error)
    return true
  }

  /** Fences off everything that belonged to the instance. */
  #endInstance(error: unknown): void {
    const handlings = this.extra === undefined ? [] : [...this.extra.handlings]
    for (const handling of handlings) {
      this.#release(handling)
      const { context, envelope } = handling
      const ended = context.touched && context.failed(envelope, error)
      context.close(error)
      if (!ended) this.failAttempt(envelope, error)
    }
    this.context?.close(error)
    this.context = undefined
    this.state = undefined
    this.extra?.endInstance(this)
  }

  /** Calls one of the actor's own functions where nothing may come of a throw but a note. */
  #tell(call: () => unknown): void {
    this.#call(call, (error) => this.log('error', `a signal handler failed: ${messageOfError(error)}`))
  }

  /** Calls one of the actor's own functions: whether it throws now or rejects later, `failed` hears of it. */
  #call(call: () => unknown, failed: (error: unknown) => void): void {
    try {
      const result = call()
      if (isThenable(result)) promiseOf(result).then(undefined, failed)
    } catch (error) {
      failed(error)
    }
  }

  /** A watched actor has stopped. */
  terminated(dead: ActorCell, error: unknown): void {
    const { terminated } = this.definition.signals
    if (terminated === undefined) return
    this.signal((cell) => {
      const context = cell.instance()
      cell.#hear(() => terminated(context as never, { ref: dead.ref, error }))
    })
  }

  /** A signal handler that throws has broken the actor, not a message: it crashes. */
  #hear(call: () => unknown): void {
    const { context } = this
    this.#call(call, (error) => {
      // One that rejects after its instance has ended has broken nothing that still runs.
      if (this.context === context) this.crash(error)
    })
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

  /** Ends by itself, after the message under way; a permanent child is started again. */
  exit(): void {
    const extra = this.extras()
    if ((extra.mode ?? this.definition.restart) === 'permanent') {
      this.signal((cell) => childFailed(cell, 'exit', undefined))
    } else {
      extra.selfStopped = true
      this.stop(undefined)
    }
  }

  /** Ends it: the message under way first, then the children from the youngest, then what waits. Idempotent. */
  stop(error: unknown): void {
    if (this.lifecycle === 'stopping' || this.lifecycle === 'stopped') return
    this.open = false
    const extra = this.extras()
    extra.stopError = error
    extra.hadInstance = this.lifecycle === 'running' || this.lifecycle === 'suspended'
    this.become('STOP')
    if (this.underway > 0) {
      extra.shutdown = this.runtime.wheel.after(
        this.definition.shutdownMs,
        () => {
          this.#endInstance(new ActorStoppedError(this.path, undefined))
          this.settle()
        },
        undefined,
        true,
      )
    }
    this.settle()
  }

  /** Ends it without waiting for the handler under way. */
  terminate(error: unknown): void {
    this.stop(error)
    if (this.lifecycle === 'stopped') return
    this.#endInstance(error ?? new ActorStoppedError(this.path, undefined))
    const { family } = this
    if (family !== undefined) this.runtime.walks.go(() => family.terminateAll(error))
    this.settle()
  }

  /** After everything that may change what the actor can do next. */
  settle(): void {
    this.able = this.lifecycle === 'running' && this.underway === 0
    if (this.lifecycle === 'stopping') this.runtime.walks.go(() => this.#windUp())
    else if (this.extra?.retiring === true && this.load === 0) this.stop(undefined)
    else if ((this.able && this.mailbox !== undefined && this.mailbox.size > 0) || this.#mayBeTold()) {
      this.runtime.dispatcher.wake(this)
    }
    if (!this.runtime.accepting) this.runtime.idle()
  }

  #windUp(): void {
    if (this.underway > 0 || this.handling || this.lifecycle !== 'stopping') return
    if (this.family !== undefined && !this.family.stopYoungestFirst()) return
    if (this.lifecycle !== 'stopping') return
    const { extra } = this
    const { stopping } = this.definition.signals
    if (stopping !== undefined && extra?.hadInstance === true) {
      this.#tell(() => stopping(this.instance() as never))
    }
    const error = extra?.stopError
    this.#endInstance(error ?? new ActorStoppedError(this.path, undefined))
    extra?.shutdown?.cancel()
    for (const envelope of [...(extra?.takeHeld() ?? []), ...(this.mailbox?.removeWhere(() => true) ?? [])]) {
      this.lose(envelope, 'stopped', this.gone(envelope))
    }
    this.become('STOPPED')
    extra?.stopped(this, error)
    childEnded(this, error)
  }

  become(event: LifecycleEvent): void {
    const from = this.lifecycle
    const to = nextState(from, event)
    if (from === to) return
    this.lifecycle = to
    this.able = to === 'running' && this.underway === 0
    if (from !== 'starting' || to !== 'running') this.extras().remember(from, to)
    const { events } = this.runtime
    if (events.active) {
      events.emit({ type: 'lifecycle', at: this.runtime.kernel.clock.monotonic(), path: this.path, from, to })
    }
  }

  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void {
    const { events, kernel, log } = this.runtime
    log?.write(level, { path: this.path }, text)
    if (events.active)
      events.emit({ type: 'log', at: kernel.clock.monotonic(), path: this.path, level, text })
  }
}

/** Messages with the same key are handled in order: by default all of one sender. */
function orderKeyOf(envelope: Envelope): unknown {
  return envelope.extra?.orderKey ?? envelope.sender ?? OUTSIDE
}
