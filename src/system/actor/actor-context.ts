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
import type { Kernel, Timer } from '../../kernel/kernel.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { Observed } from '../dispatch/instruments.ts'
import { AskCancelledError, CancelledError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { innerCall, recipientOf } from './actor-handle.ts'
import { address, ask, held, offer } from './ask.ts'
import { Cancellation, openSignal } from './cancellation.ts'
import { ContextTimerTable } from './context-timers.ts'
import { link, unlink, unwatch, watch } from './death-watch.ts'
import { NotDurableError } from './durability.ts'
import { stopChild } from './family.ts'
import { inWork } from './in-flight.ts'
import { replyFrame } from './message-view.ts'
import { observed } from './observed-cell.ts'
import { failLater } from './own-call.ts'
import { RareContextState } from './rare-context-state.ts'
import { isTooLate, mayReply, mustBeSettled, stale } from './reply-rules.ts'
import { sendAfter } from './send-late.ts'
import { stashBy } from './stash.ts'
import { behaviorOf, switchBehavior } from './states.ts'

/**
 * What a handler acts through: the context of one attempt at one message, or of an instance's signals, which have none. A
 * handler that has ended may still use it, from a timer: it must never get hold of a later message. One is made a message,
 * so it is flat: a base class and private fields cost a quarter of the time of a tell.
 */
export class ActorContext implements Ctx<unknown> {
  declare readonly '~cell': ActorCell
  declare readonly message: Envelope | undefined
  /** The instance that it belongs to; -1 once its attempt was ended from outside. */
  declare instance: number
  declare '~rare': RareContextState | undefined

  constructor(cell: ActorCell, message: Envelope | undefined) {
    this['~cell'] = cell
    this.message = message
    this.instance = cell.instances
    this['~rare'] = undefined
  }

  rare(): RareContextState {
    this['~rare'] ??= new RareContextState()
    return this['~rare']
  }

  /** The message, until its handler ends. */
  get envelope(): Envelope | undefined {
    if (this['~rare']?.held === true) return this.message
    return this['~cell'].handling && this['~cell'].runtime.dispatcher.cursor.context === this
      ? this.message
      : undefined
  }

  /** Whether its instance has ended, or its attempt was fenced off. */
  get closed(): boolean {
    return this.instance !== this['~cell'].instances
  }

  get sender(): AnyRef | undefined {
    this.live()
    return this.message?.sender as AnyRef | undefined
  }

  get attempt(): number {
    this.live()
    return this.message?.extra?.attempt ?? 1
  }

  get idempotencyKey(): string | undefined {
    this.live()
    return this.message?.extra?.idempotencyKey
  }

  get deadline(): number {
    this.live()
    return this.message?.deadline || Number.POSITIVE_INFINITY
  }

  get trace(): string | undefined {
    this.live()
    return this.message?.extra?.trace
  }

  live(): void {
    if (this.closed) throw stale(this)
  }

  get state(): unknown {
    this.live()
    return this['~cell'].state
  }

  get self(): AnyRef {
    return this['~cell'].ref
  }

  /** Made on use: most handlers never read it. */
  get signal(): AbortSignal {
    const cancellation = this.attend()
    return cancellation.signal ?? openSignal(this, cancellation, this.unwanted)
  }

  private attend(): Cancellation {
    const rare = this.rare()
    rare.touched = true
    rare.cancellation ??= new Cancellation(this.message?.context)
    return rare.cancellation
  }

  get kernel(): Kernel {
    return this['~cell'].runtime.kernel
  }

  get log(): Log {
    return logBy((level, text) => this['~cell'].log(level, text))
  }

  get timers(): ContextTimers {
    this.live()
    return new ContextTimerTable(this)
  }

  get behavior(): string | undefined {
    return behaviorOf(this['~cell'])
  }

  tell(to: Watchable, type: string, body?: unknown, options?: TellOptions): void {
    this.live()
    const recipient = recipientOf(to)
    const envelope = this.inner(type, body)
    if (options !== undefined) address(recipient.runtime, envelope, options)
    if (!recipient.trySend(envelope)) throw recipient.full(envelope)
  }

  ask(to: Watchable, type: string, body?: unknown, options?: AskOptions): Promise<never> {
    const refused = this.refusal(to, type)
    if (refused !== undefined) return held(Promise.reject(refused))
    const { envelope: current } = this
    const chain = { party: this['~cell'], envelope: current ?? this, before: current?.replyTo?.chain }
    const calls = current === undefined ? undefined : this.attend().calls()
    return ask(recipientOf(to), this.inner(type, body), options, chain, calls) as Promise<never>
  }

  offer(to: Watchable, type: string, body?: unknown, options?: OfferOptions): Promise<void> {
    const refused = this.refusal(to, type)
    if (refused !== undefined) return held(Promise.reject(refused))
    const calls = this.envelope === undefined ? undefined : this.attend().calls()
    return held(offer(recipientOf(to), this.inner(type, body), options, calls))
  }

  /** A message to send. It belongs to the context's own message even later, but then has no deadline. */
  private inner(type: string, body: unknown): Envelope {
    const { message } = this
    const deadline =
      message === undefined || message.deadline === 0 || this.envelope === undefined ? 0 : message.deadline
    return innerCall(this['~cell'], message, type, body, deadline)
  }

  /** Why a call can't be made: its instance has ended, or its message was cancelled. */
  private refusal(to: Watchable, type: string): Error | undefined {
    const { path } = this['~cell']
    if (this.closed) return stale(this)
    if (!this.unwanted) return undefined
    return new AskCancelledError(recipientOf(to).path, type, new CancelledError(path))
  }

  /** The asker has cancelled or timed out, and has not been answered. */
  private get unwanted(): boolean {
    const { envelope } = this
    return envelope?.replyTo?.settled === true && this['~rare']?.end !== 'replied'
  }

  reply(value: unknown): void {
    this.live()
    if (isTooLate(this, 'replied after its handler had ended to')) return
    const { envelope } = this
    mayReply(this['~cell'].path, envelope, this['~rare']?.end)
    mustBeSettled(this['~cell'].path, envelope, value)
    const copy = replyFrame(this['~cell'], envelope, value)
    this.rare().endBy('replied')
    if (envelope.replyTo.resolve(copy)) this['~cell'].runtime.ledger.answered()
    else this['~cell'].lose(envelope, 'late', undefined)
  }

  schedule(delay: Duration, to: Watchable, type: string, body?: unknown, options?: TellOptions): Timer {
    this.live()
    const envelope = innerCall(this['~cell'], this.message, type, body, 0)
    return sendAfter(milliseconds(delay, 'delay'), recipientOf(to), envelope, options)
  }

  spawn<H>(definition: ActorDefinition<H>, options?: SpawnOptions): ActorRef<H> {
    this.live()
    return this['~cell'].runtime.spawn(this['~cell'], definition, options)
  }

  stop(child: Watchable): void {
    this.live()
    stopChild(this['~cell'], child)
  }

  stopSelf(): void {
    this.live()
    this['~cell'].exit()
  }

  fail(error: unknown): void {
    this.live()
    failLater(this['~cell'], this, error)
  }

  watch(ref: Watchable): void {
    this.live()
    watch(this['~cell'], ref)
  }

  unwatch(ref: Watchable): void {
    this.live()
    unwatch(this['~cell'], ref)
  }

  link(ref: Watchable): void {
    this.live()
    link(this['~cell'], ref)
  }

  unlink(ref: Watchable): void {
    this.live()
    unlink(this['~cell'], ref)
  }

  stash(): void {
    this.live()
    if (isTooLate(this, 'set aside after its handler had ended')) return
    if (this.envelope !== undefined && this['~rare']?.end !== 'stashed') stashBy(this, this.envelope)
  }

  unstash(): void {
    this.live()
    this['~cell'].extra?.unstash(this['~cell'], (envelope) => inWork(this['~cell'], envelope) !== undefined)
    this['~cell'].settle()
  }

  become(name: string): void {
    this.live()
    switchBehavior(this['~cell'], name)
  }

  maybe(point: string): void {
    this.live()
    this['~cell'].runtime.network?.maybe(this['~cell'].path, point)
  }

  /** Its actor, as the simulation sees it. */
  get observed(): Observed {
    return observed(this['~cell'])
  }

  /** Whether its handler has answered the message or set it aside. */
  get done(): boolean {
    return this['~rare']?.end !== undefined
  }

  /** Its handler has returned `value`. True when the message has not ended with that, or had ended before. */
  handled(_value: unknown): boolean {
    return this.done
  }

  /** Its handler has failed: what waited for its end is not done. */
  undo(): void {}

  persist(_name: string, _data?: unknown): void {
    throw new NotDurableError(this['~cell'].path, 'ctx.persist')
  }

  abort(reason: unknown): void {
    this.attend().abort(reason)
  }

  /** Its instance has ended, or its attempt took too long. */
  close(reason: unknown): void {
    this.instance = -1
    this.abort(reason)
    this['~rare']?.cancellation?.over()
  }
}
