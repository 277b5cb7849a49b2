import type { Duration } from '../kernel/durations.ts'
import type { ActorDefinition } from './define-actor.ts'

/** What one handler takes: the type of its second parameter; `undefined` when it has none. */
export type BodyOf<F> = F extends (...args: infer A) => unknown
  ? 2 extends A['length']
    ? A[1 & keyof A]
    : undefined
  : never

/** What one handler answers: its return type, awaited; unknown if it always throws. */
export type ReplyOf<F> = F extends (...args: never) => infer R
  ? [R] extends [never]
    ? unknown
    : Awaited<R>
  : never

/** Body and options of a message; the body may be omitted if there is none. */
export type MessageArgs<B, O> = undefined extends B ? [body?: B, options?: O] : [body: B, options?: O]

/** Order, priority and deadline of one message. */
export interface TellOptions {
  /** Higher first, a whole number from -7 to 7. Default 0. */
  readonly priority?: number
  /** Once this much time has passed, it is not handled but becomes a dead letter `expired`. */
  readonly timeout?: Duration
  /** Messages with the same key are handled in order, even across retries. Default: the sender. */
  readonly orderKey?: string
  /**
   * Names the work for whatever must take effect once: the handler reads it as `ctx.idempotencyKey` in every attempt,
   * repeated delivery and replay of this message. The key alone drops no message.
   */
  readonly idempotencyKey?: string
  /** W3C trace context, `traceparent` form; anything else is refused. The handler reads it as `ctx.trace`. */
  readonly trace?: string
}

/**
 * Deadline, cancellation and order of one ask. Inside a handler the deadline is limited to that of the current message.
 */
export interface AskOptions extends TellOptions {
  /** Default: the system's `askTimeout`, 30 s. */
  readonly timeout?: Duration
  /** Aborting it settles the ask with `AskCancelledError` and cancels the message. */
  readonly signal?: AbortSignal
}

/** How long an offer may wait for room. */
export interface OfferOptions extends TellOptions {
  /** Also bounds the wait for room. */
  readonly timeout?: Duration
  readonly signal?: AbortSignal
}

/** Any actor, to name, watch or stop. */
export interface Watchable {
  readonly path: string
  /** Lifecycle state: starting, running, suspended, restarting, stopping, stopped. */
  readonly state: string
}

/** An actor whose messages the compiler does not know. */
export interface AnyRef extends Watchable {
  /** Puts a message into the mailbox. @throws ActorStoppedError, MailboxFullError; both hold the message. */
  tell(type: string, body?: unknown, options?: TellOptions): void
}

/**
 * The target of messages: an actor, or a router in front of several. A plain `ref.…` is a root call: inside a handler
 * use `ctx.tell`, `ctx.ask`, `ctx.offer`, which inherit deadline, call chain, trace and sender.
 */
export interface Ref<H> extends Watchable {
  /** Messages waiting and running. */
  readonly load: number
  /**
   * Sends a message without waiting.
   *
   * @throws MailboxFullError (`mailbox-full`), ActorStoppedError (`actor-stopped`), both hold the message.
   */
  tell<K extends keyof H & string>(type: K, ...args: MessageArgs<BodyOf<H[K]>, TellOptions>): void
  /**
   * Sends a message and waits for its reply. Always settles.
   *
   * Rejects with `HandlerFailedError`, `AskTimeoutError`, `AskCancelledError`, `MailboxFullError`, `ActorStoppedError`,
   * `MessageLostError`, or `UnhandledMessageError`.
   */
  ask<K extends keyof H & string>(
    type: K,
    ...args: MessageArgs<BodyOf<H[K]>, AskOptions>
  ): Promise<ReplyOf<H[K]>>
  /**
   * Sends a message; the promise resolves once the mailbox has taken it, and waits for room if the mailbox's overflow
   * strategy is `backpressure`. Rejects with the errors that `tell` throws.
   */
  offer<K extends keyof H & string>(type: K, ...args: MessageArgs<BodyOf<H[K]>, OfferOptions>): Promise<void>
  /** Finishes the current message, stops the children, and dead-letters waiting messages as `stopped`. */
  stop(): Promise<void>
  readonly '~handlers'?: H
}

/**
 * The address of an actor. It stays valid across restarts. `ActorRef<typeof Counter>` is the same as `RefOf<typeof
 * Counter>`.
 */
export interface ActorRef<H> extends Ref<MessagesOf<H>> {
  /** Lifecycle states so far, oldest first, at most the last 32. */
  readonly states: readonly string[]
  /** Crashes the instance as a fault would: the current message fails, and the supervisor restarts the actor. */
  kill(reason: string): void
  /** Stops handling; the mailbox keeps receiving. */
  suspend(): void
  /** Resumes handling. */
  resume(): void
}

/**
 * The address of an entity: a durable actor by definition and key. A message activates it, with the state that it had; idle, it leaves
 * memory. `state` is `stopped` while it is passive, `stop` passivates it.
 */
export interface EntityRef<H> extends Ref<MessagesOf<H>> {
  readonly key: string
}

/** The messages of an actor, by its definition or by its handlers. */
export type MessagesOf<D> = D extends ActorDefinition<infer H> ? H : D

/**
 * The ref of an actor by its definition, to name it in a state or a signature: `RefOf<typeof Counter>`. A handler can't
 * name its own actor this way, because its return type would depend on itself. Use `ctx.self` there.
 */
export type RefOf<D extends ActorDefinition<unknown>> =
  D extends ActorDefinition<infer H> ? ActorRef<H> : never
