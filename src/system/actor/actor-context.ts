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
import { InvalidArgumentError } from '../../kernel/errors.ts'
import type { Timer } from '../../kernel/kernel.ts'
import { Envelope } from '../../mailbox/envelope.ts'
import type { Observed } from '../dispatch/instruments.ts'
import {
  AskCancelledError,
  CancelledError,
  ReplyError,
  StaleContextError,
  StashFullError,
  UnknownStateError,
} from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { type ActorHandle, recipientOf } from './actor-handle.ts'
import { address, ask, held, offer } from './ask.ts'
import { ContextTimerTable } from './context-timers.ts'
import { link, unlink, unwatch, watch } from './death-watch.ts'
import { InnerCalls } from './inner-calls.ts'
import { MessageSignal } from './message-signal.ts'
import { replyFrame } from './message-view.ts'
import { observed } from './observed-cell.ts'
import { sendAfter } from './send-late.ts'

/** The context of one instance; `envelope` is the message under way. */
export class ActorContext implements Ctx<unknown> {
  /** The message of an asynchronous handler under way. */
  held: Envelope | undefined = undefined
  /** Whether the handler did anything that its end must look at: reply, stash, signal. */
  touched = false
  closed = false
  readonly #cell: ActorCell
  #stashed: Envelope | undefined = undefined
  #replied: Envelope | undefined = undefined
  #signal: MessageSignal | undefined = undefined
  /** Why the message was given up, for a handler that asks for its signal only then. */
  #aborted: { readonly reason: unknown } | undefined = undefined
  #calls: InnerCalls | undefined = undefined

  constructor(cell: ActorCell) {
    this.#cell = cell
  }

  /** The message under way: while the handler is on the stack the dispatcher's cursor points to it. */
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
    return this.#deadline
  }

  get #deadline(): number {
    const deadline = this.envelope === undefined ? 0 : this.envelope.deadline
    return deadline === 0 ? Number.POSITIVE_INFINITY : deadline
  }

  get trace(): string | undefined {
    this.#live()
    return this.envelope?.extra?.trace
  }

  /** Made on use: most handlers never look at it. */
  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const { runtime, path } = this.#cell
      this.#signal = new MessageSignal()
      this.touched = true
      if (this.#aborted !== undefined) this.#signal.abort(this.#aborted.reason)
      else if (this.closed) this.#signal.abort(new StaleContextError(path))
      else if (this.#unwanted) this.#signal.abort(new CancelledError(path))
      else this.#signal.expireAt(this.#deadline, runtime, path)
    }
    return this.#signal.signal
  }

  get log(): Log {
    return logBy((level, text) => this.#cell.log(level, text))
  }

  get timers(): ContextTimers {
    this.#live()
    return new ContextTimerTable(this.#cell, this.envelope?.context)
  }

  get behavior(): string | undefined {
    const { extra, definition } = this.#cell
    const name = extra?.behavior ?? definition.initial
    return name === '' ? undefined : name
  }

  tell(to: Watchable, type: string, body?: unknown, options?: TellOptions): void {
    this.#live()
    const recipient = recipientOf(to)
    const envelope = this.#envelope(type, body)
    if (options !== undefined) address(recipient.runtime, envelope, options)
    if (!recipient.trySend(envelope)) throw recipient.full(envelope)
  }

  ask(to: Watchable, type: string, body?: unknown, options?: AskOptions): Promise<never> {
    if (this.closed) return held(Promise.reject(new StaleContextError(this.#cell.path)))
    const { envelope: current } = this
    const recipient = recipientOf(to)
    if (this.#unwanted) return held(Promise.reject(this.#cancelled(recipient.path, type)))
    const chain = { party: this.#cell, envelope: current ?? this, before: current?.replyTo?.chain }
    const within = current === undefined ? undefined : this.#inner()
    return ask(recipient, this.#envelope(type, body), options, chain, within) as Promise<never>
  }

  offer(to: Watchable, type: string, body?: unknown, options?: OfferOptions): Promise<void> {
    if (this.closed) return held(Promise.reject(new StaleContextError(this.#cell.path)))
    const recipient = recipientOf(to)
    if (this.#unwanted) return held(Promise.reject(this.#cancelled(recipient.path, type)))
    const within = this.envelope === undefined ? undefined : this.#inner()
    return held(offer(recipient, this.#envelope(type, body), options, within))
  }

  /** Whoever asked has given up, and has not been answered. */
  get #unwanted(): boolean {
    const { envelope } = this
    return envelope?.replyTo?.settled === true && this.#replied !== envelope
  }

  #cancelled(recipient: string, type: string): AskCancelledError {
    return new AskCancelledError(recipient, type, new CancelledError(this.#cell.path))
  }

  /** The calls of the message under way; what of them is left at its end goes on by itself. */
  #inner(): InnerCalls {
    this.touched = true
    this.#calls ??= new InnerCalls()
    return this.#calls
  }

  /** What a message inherits of the one under way: sender, deadline, trace. */
  #envelope(type: string, body: unknown): Envelope {
    const { envelope: current } = this
    const envelope = new Envelope(type, body, this.#cell.ref, undefined, current?.deadline ?? 0)
    if (current !== undefined) envelope.inherit(current)
    return envelope
  }

  reply(value: unknown): void {
    this.#live()
    const { envelope } = this
    const { path } = this.#cell
    if (envelope?.replyTo === undefined)
      throw new ReplyError(path, envelope?.type ?? '', 'replies where nobody asked:')
    if (this.#replied === envelope) throw new ReplyError(path, envelope.type, 'replies twice to')
    if (this.#stashed === envelope)
      throw new ReplyError(path, envelope.type, 'answers what it has set aside:')
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
    const cell = (child as ActorHandle)['~cell']
    if (cell?.parent !== this.#cell) {
      throw new InvalidArgumentError(`'${child.path}' is no child of '${this.#cell.path}'`, {
        path: 'child',
        value: child.path,
        remedy: 'Stop it through its own handle, or ask its parent',
      })
    }
    cell.stop(undefined)
  }

  stopSelf(): void {
    this.#live()
    this.#cell.exit()
  }

  fail(error: unknown): void {
    this.#live()
    this.#cell.signal((cell) => {
      // The instance that called it may have ended by another failure before.
      if (!this.closed) cell.crash(error)
    })
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
    if (this.#replied === envelope) {
      throw new ReplyError(this.#cell.path, envelope.type, 'sets aside what it has answered:')
    }
    const extra = this.#cell.extras()
    extra.stash ??= []
    if (extra.stash.length >= this.#cell.definition.stash) {
      throw new StashFullError(this.#cell.path, this.#cell.definition.stash)
    }
    this.#stashed = envelope
    this.touched = true
    extra.stash.push(envelope)
  }

  unstash(): void {
    this.#live()
    this.#cell.extra?.unstash(this.#cell, this.#stashed)
    this.#cell.settle()
  }

  become(name: string): void {
    this.#live()
    const handlers = this.#cell.definition.behaviors.get(name)
    if (handlers === undefined || name === '') {
      const known = [...this.#cell.definition.behaviors.keys()].filter((known) => known !== '')
      throw new UnknownStateError(this.#cell.path, name, known)
    }
    this.#cell.handlers = handlers
    this.#cell.extras().behavior = name
  }

  maybe(point: string): void {
    this.#live()
    this.#cell.runtime.network?.maybe(this.#cell.path, point)
  }

  /** Its actor, as a simulation sees it. */
  get observed(): Observed {
    return observed(this.#cell)
  }

  // ─── the cell's side ──────────────────────────────────────────────────────────────────────────────────────────────

  /** Whether the handler under way has answered this message or set it aside. */
  isDoneWith(envelope: Envelope): boolean {
    return this.#replied === envelope || this.#stashed === envelope
  }

  /** After the handler returned: true when the message has not ended with it, or has ended before. */
  ended(envelope: Envelope, value: unknown): boolean {
    const stashed = this.#stashed === envelope
    const replied = this.#replied === envelope
    this.#clear()
    if (replied && value !== undefined) {
      this.#cell.log(
        'error',
        new ReplyError(this.#cell.path, envelope.type, 'replied and then returned a value to').message,
      )
    }
    return stashed || replied
  }

  /**
   * After the handler failed: it takes back a stash. True when the message has been answered already, or stands in the
   * mailbox again because its instance ended while the handler was on the stack.
   */
  failed(envelope: Envelope, error: unknown): boolean {
    let ended = this.#replied === envelope
    if (this.#stashed === envelope) {
      const stash = this.#cell.extra?.stash
      const at = stash === undefined ? -1 : stash.indexOf(envelope)
      if (at === -1) ended = true
      else stash?.splice(at, 1)
    }
    this.abort(error)
    this.#clear()
    return ended
  }

  abort(reason: unknown): void {
    this.touched = true
    this.#aborted ??= { reason }
    this.#signal?.abort(reason)
    this.#calls?.abandon(reason)
  }

  /** The instance is gone. */
  close(reason: unknown): void {
    this.closed = true
    this.abort(reason)
    this.#signal?.over()
  }

  #clear(): void {
    this.touched = false
    this.#stashed = undefined
    this.#replied = undefined
    if (this.#calls?.empty === false) this.#calls = undefined
    this.#signal?.over()
    this.#signal = undefined
    this.#aborted = undefined
  }

  /** @throws StaleContextError: the instance is gone. */
  #live(): void {
    if (this.closed) throw new StaleContextError(this.#cell.path)
  }
}
