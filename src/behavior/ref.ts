import type { Duration } from '../kernel/durations.ts'
import type { ActorDefinition } from './define-actor.ts'

/** What one handler takes: the type of its second parameter; `undefined` when it has none. */
export type BodyOf<F> = F extends (...args: infer A) => unknown
  ? 2 extends A['length']
    ? A[1 & keyof A]
    : undefined
  : never

/** What one handler answers: its return type, awaited; nobody knows of what when it only ever throws. */
export type ReplyOf<F> = F extends (...args: never) => infer R
  ? [R] extends [never]
    ? unknown
    : Awaited<R>
  : never

/** Body and options of a message; the body may be left out where there is none. */
export type MessageArgs<B, O> = undefined extends B ? [body?: B, options?: O] : [body: B, options?: O]

/** Order, priority and deadline of one message. */
export interface TellOptions {
  /** Higher first, a whole number from -7 to 7. Default 0. */
  readonly priority?: number
  /** Not handled once so much time has passed: it becomes a dead letter `expired`. */
  readonly timeout?: Duration
  /** Messages with the same key are handled in order, even across retries. Default: the sender. */
  readonly orderKey?: string
  /**
   * Names the work for whatever takes effect: the handler reads it as `ctx.idempotencyKey` in every attempt, repeated delivery and
   * replay of this message. It leaves no message out by itself.
   */
  readonly idempotencyKey?: string
  /** W3C trace context, `traceparent` form; anything else is refused. The handler reads it as `ctx.trace`. */
  readonly trace?: string
}

/** Deadline, cancellation and order of one ask. Inside a handler the deadline is cut to that of the message under way. */
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

/** An actor whose messages are not known to the compiler. */
export interface AnyRef extends Watchable {
  /** Puts a message into the mailbox. @throws ActorStoppedError, MailboxFullError, which hold it. */
  tell(type: string, body?: unknown, options?: TellOptions): void
}

/**
 * Where messages go: an actor, or a router in front of many. A plain `ref.…` is a root call: inside a handler use `ctx.tell`,
 * `ctx.ask`, `ctx.offer`, which inherit deadline, call chain, trace and sender.
 */
export interface Ref<H> extends Watchable {
  /** Messages waiting and running. */
  readonly load: number
  /**
   * Sends a message without waiting.
   *
   * @throws MailboxFullError (`mailbox-full`), ActorStoppedError (`actor-stopped`), both holding the message.
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
   * Sends a message; the promise resolves once the mailbox has taken it, and waits for room where the mailbox's overflow
   * strategy is `backpressure`. Rejects as `tell` throws.
   */
  offer<K extends keyof H & string>(type: K, ...args: MessageArgs<BodyOf<H[K]>, OfferOptions>): Promise<void>
  /** Finishes the message under way, stops the children, dead-letters what waits as `stopped`. */
  stop(): Promise<void>
  readonly '~handlers'?: H
}

/** Where an actor is reached. It stays valid across restarts. `ActorRef<typeof Counter>` is the same as `RefOf<typeof Counter>`. */
export interface ActorRef<H> extends Ref<MessagesOf<H>> {
  /** Lifecycle states so far, oldest first, at most the last 32. */
  readonly states: readonly string[]
  /** Crashes the instance as a fault would: the message under way fails, the supervisor restarts it. */
  kill(reason: string): void
  /** Stops handling; the mailbox goes on receiving. */
  suspend(): void
  /** Goes on with the mailbox. */
  resume(): void
}

/** The messages of an actor: of its definition, or the handlers themselves. */
export type MessagesOf<D> = D extends ActorDefinition<infer H> ? H : D

/**
 * The ref of an actor by its definition, to name it in a state or a signature: `RefOf<typeof Counter>`. A handler can't
 * name its own actor so: what it returns would depend on itself. It has `ctx.self`.
 */
export type RefOf<D extends ActorDefinition<unknown>> =
  D extends ActorDefinition<infer H> ? ActorRef<H> : never
