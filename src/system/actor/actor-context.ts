import type { ContextTimers, Ctx, Log, SpawnOptions } from '../../behavior/context.ts'
import type { ActorDefinition } from '../../behavior/define-actor.ts'
import { logBy } from '../../behavior/log.ts'
import type {
  ActorRef,
  AnyRef,
  AskOptions,
  OfferOptions,
  TellOptions,
  Watchable,
} from '../../behavior/ref.ts'
import { type Duration, milliseconds } from '../../kernel/durations.ts'
import type { Timer } from '../../kernel/kernel.ts'
import { Envelope } from '../../mailbox/envelope.ts'
import type { Observed } from '../dispatch/instruments.ts'
import { AskCancelledError, CancelledError, StaleContextError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { innerCall, recipientOf } from './actor-handle.ts'
import { address, ask, held, offer } from './ask.ts'
import { Cancellation } from './cancellation.ts'
import { ContextTimerTable } from './context-timers.ts'
import { link, unlink, unwatch, watch } from './death-watch.ts'
import { stopChild } from './family.ts'
import type { InnerCalls } from './inner-calls.ts'
import { replyFrame } from './message-view.ts'
import { observed } from './observed-cell.ts'
import { failLater } from './own-call.ts'
import { mayReply, mayStash, noteSecondReply } from './reply-rules.ts'
import { sendAfter } from './send-late.ts'
import { setAside, takeOut } from './stash.ts'
import { behaviorOf, switchBehavior } from './states.ts'

/** The context of one instance; `envelope` is the current message. */
export class ActorContext implements Ctx<unknown> {
  /** The message of an asynchronous handler in flight. */
  held: Envelope | undefined = undefined
  /** Whether the handler did anything that its end must check: reply, stash, signal. */
  touched = false
  closed = false
  readonly #cell: ActorCell
  #stashed: Envelope | undefined = undefined
  #replied: Envelope | undefined = undefined
  #cancellation: Cancellation | undefined = undefined

  constructor(cell: ActorCell) {
    this.#cell = cell
  }

  /** The current message: while the handler is on the stack the dispatcher's cursor points to it. */
  get envelope(): Envelope | undefined {
    if (this.held !== undefined) return this.held
    return this.#cell.handling ? this.#cell.runtime.dispatcher.cursor.envelope : undefined
  }

  get state(): unknown {
    this.#live()
    return this.#cell.state
  }

  get self(): AnyRef {
    return this.#cell.ref
  }

  get sender(): AnyRef | undefined {
    this.#live()
    return this.envelope?.sender as AnyRef | undefined
  }

  get attempt(): number {
    this.#live()
    return this.envelope?.extra?.attempt ?? 1
  }

  get idempotencyKey(): string | undefined {
    this.#live()
    return this.envelope?.extra?.idempotencyKey
  }

  get deadline(): number {
    this.#live()
    return this.envelope?.deadline || Number.POSITIVE_INFINITY
  }

  get trace(): string | undefined {
    this.#live()
    return this.envelope?.extra?.trace
  }

  /** Made on use: most handlers never read it. */
  get signal(): AbortSignal {
    const cancellation = this.#attend()
    if (cancellation.signal !== undefined) return cancellation.signal
    const { runtime, path } = this.#cell
    const signal = cancellation.open()
    if (this.closed) cancellation.abort(new StaleContextError(path))
    else if (this.#unwanted) cancellation.abort(new CancelledError(path))
    else cancellation.expireAt(this.envelope?.deadline ?? 0, runtime, path)
    return signal
  }

  #attend(): Cancellation {
    this.touched = true
    this.#cancellation ??= new Cancellation()
    return this.#cancellation
  }

  get log(): Log {
    return logBy((level, text) => this.#cell.log(level, text))
  }

  get timers(): ContextTimers {
    this.#live()
    return new ContextTimerTable(this.#cell, this.envelope?.context)
  }

  get behavior(): string | undefined {
    return behaviorOf(this.#cell)
  }

  tell(to: Watchable, type: string, body?: unknown, options?: TellOptions): void {
    this.#live()
    const recipient = recipientOf(to)
    const envelope = innerCall(this.#cell, this.envelope, type, body)
    if (options !== undefined) address(recipient.runtime, envelope, options)
    if (!recipient.trySend(envelope)) throw recipient.full(envelope)
  }

  ask(to: Watchable, type: string, body?: unknown, options?: AskOptions): Promise<never> {
    const refused = this.#refusal(to, type)
    if (refused !== undefined) return held(Promise.reject(refused))
    const { envelope: current } = this
    const chain = { party: this.#cell, envelope: current ?? this, before: current?.replyTo?.chain }
    const envelope = innerCall(this.#cell, current, type, body)
    return ask(recipientOf(to), envelope, options, chain, this.#calls()) as Promise<never>
  }

  offer(to: Watchable, type: string, body?: unknown, options?: OfferOptions): Promise<void> {
    const refused = this.#refusal(to, type)
    if (refused !== undefined) return held(Promise.reject(refused))
    const envelope = innerCall(this.#cell, this.envelope, type, body)
    return held(offer(recipientOf(to), envelope, options, this.#calls()))
  }

  /** Those of the current message, if there is one. */
  #calls(): InnerCalls | undefined {
    return this.envelope === undefined ? undefined : this.#attend().calls()
  }

  /** Why a call can't be made: its instance has ended, or its message was cancelled. */
  #refusal(to: Watchable, type: string): Error | undefined {
    const { path } = this.#cell
    if (this.closed) return new StaleContextError(path)
    if (!this.#unwanted) return undefined
    return new AskCancelledError(recipientOf(to).path, type, new CancelledError(path))
  }

  /** The asker has cancelled or timed out, and has not been answered. */
  get #unwanted(): boolean {
    const { envelope } = this
    return envelope?.replyTo?.settled === true && this.#replied !== envelope
  }

  reply(value: unknown): void {
    this.#live()
    const { envelope } = this
    mayReply(this.#cell.path, envelope, this.#replied === envelope, this.#stashed === envelope)
    const copy = replyFrame(this.#cell, envelope, value)
    this.#replied = envelope
    this.touched = true
    if (envelope.replyTo.resolve(copy)) this.#cell.runtime.ledger.answered()
    else this.#cell.lose(envelope, 'late', undefined)
  }

  schedule(delay: Duration, to: Watchable, type: string, body?: unknown, options?: TellOptions): Timer {
    this.#live()
    const envelope = new Envelope(type, body, this.#cell.ref, undefined, 0)
    if (this.envelope !== undefined) envelope.inherit(this.envelope)
    return sendAfter(milliseconds(delay, 'delay'), recipientOf(to), envelope, options)
  }

  spawn<H>(definition: ActorDefinition<H>, options?: SpawnOptions): ActorRef<H> {
    this.#live()
    return this.#cell.runtime.spawn(this.#cell, definition, options)
  }

  stop(child: Watchable): void {
    this.#live()
    stopChild(this.#cell, child)
  }

  stopSelf(): void {
    this.#live()
    this.#cell.exit()
  }

  fail(error: unknown): void {
    this.#live()
    failLater(this.#cell, this, error)
  }

  watch(ref: Watchable): void {
    this.#live()
    watch(this.#cell, ref)
  }

  unwatch(ref: Watchable): void {
    this.#live()
    unwatch(this.#cell, ref)
  }

  link(ref: Watchable): void {
    this.#live()
    link(this.#cell, ref)
  }

  unlink(ref: Watchable): void {
    this.#live()
    unlink(this.#cell, ref)
  }

  stash(): void {
    this.#live()
    const { envelope } = this
    if (envelope === undefined || this.#stashed === envelope) return
    mayStash(this.#cell.path, envelope, this.#replied === envelope)
    setAside(this.#cell, envelope)
    this.#stashed = envelope
    this.touched = true
  }

  unstash(): void {
    this.#live()
    this.#cell.extra?.unstash(this.#cell, this.#stashed)
    this.#cell.settle()
  }

  become(name: string): void {
    this.#live()
    switchBehavior(this.#cell, name)
  }

  maybe(point: string): void {
    this.#live()
    this.#cell.runtime.network?.maybe(this.#cell.path, point)
  }

  /** Its actor, as the simulation sees it. */
  get observed(): Observed {
    return observed(this.#cell)
  }

  /** Whether the running handler has answered this message or set it aside. */
  isDoneWith(envelope: Envelope): boolean {
    return this.#replied === envelope || this.#stashed === envelope
  }

  /** After the handler returned: true when the message has not ended with it, or had ended before. */
  ended(envelope: Envelope, value: unknown): boolean {
    const stashed = this.#stashed === envelope
    const replied = this.#replied === envelope
    this.#clear()
    if (replied && value !== undefined) noteSecondReply(this.#cell, envelope)
    return stashed || replied
  }

  /**
   * After the handler failed: it takes back a stash. True when the message has already been answered, or is back in the
   * mailbox because its instance ended while the handler was on the stack.
   */
  failed(envelope: Envelope, error: unknown): boolean {
    const backAgain = this.#stashed === envelope && !takeOut(this.#cell, envelope)
    const ended = this.#replied === envelope || backAgain
    this.abort(error)
    this.#clear()
    return ended
  }

  abort(reason: unknown): void {
    this.#attend().abort(reason)
  }

  /** The instance has ended. */
  close(reason: unknown): void {
    this.closed = true
    this.abort(reason)
    this.#cancellation?.over()
  }

  #clear(): void {
    this.touched = false
    this.#stashed = undefined
    this.#replied = undefined
    this.#cancellation?.clear()
  }

  /** @throws StaleContextError if the instance has ended. */
  #live(): void {
    if (this.closed) throw new StaleContextError(this.#cell.path)
  }
}
