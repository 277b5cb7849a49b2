import type { Duration } from '../kernel/durations.ts'
import type { Kernel, Timer } from '../kernel/kernel.ts'
import type { ActorDefinition } from './define-actor.ts'
import type {
  ActorRef,
  AnyRef,
  AskOptions,
  BodyOf,
  MessageArgs,
  OfferOptions,
  Ref,
  ReplyOf,
  TellOptions,
  Watchable,
} from './ref.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface Log {
  debug(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}

/**
 * Delayed messages to the actor itself. Those of `after` and `every` end with the instance: a restart cancels them. A cancelled or replaced
 * timer is not handled, even when its message already waits in the mailbox: the message becomes a dead letter
 * `cancelled`.
 */
export interface ContextTimers {
  /** Replaces a timer with the same key. */
  after(key: string, delay: Duration, type: string, body?: unknown): void
  /** Replaces a timer with the same key. Missed beats are skipped: at most one waits. */
  every(key: string, interval: Duration, type: string, body?: unknown): void
  /**
   * A timer in the journal of a durable actor. It is written with the end of the message and outlives the process. One that was due
   * while its actor did not run fires once when the actor starts. It replaces one with the same key; one with the same beat for the same
   * type keeps its times. A timer that has fired is handled even if it is cancelled after that. @throws NotDurableError
   */
  durable(key: string, when: DurableTime, type: string, body?: unknown): void
  /** The durable timer whose message this is. */
  readonly fired: FiredTimer | undefined
  /** Whether there was one. */
  cancel(key: string): boolean
}

/**
 * When a durable timer fires: after a while, which may be years, at a time of the wall clock, or again and again. `cron` has five
 * fields, or six with the second first, in the time of `zone` (default `'UTC'`); it needs the package `croner`.
 */
export type DurableTime =
  | Duration
  | { readonly at: Date | number }
  | { readonly every: Duration }
  | { readonly cron: string; readonly zone?: string }

/** The durable timer whose message is handled. */
export interface FiredTimer {
  readonly key: string
  /** Wall time for which it was set, milliseconds since the epoch. */
  readonly dueAt: number
  /** By how much the handler is late: much, if no process ran when it was due. */
  readonly lateMs: number
}

/** The additional part for the system's own behaviors. */
export interface SystemTimers extends ContextTimers {
  /**
   * Runs it through the system lane, which never sheds: between messages, not while suspended. A throw crashes the
   * instance.
   */
  call(key: string, delay: Duration, run: () => void): void
  /** Monotonic milliseconds of the timers' clock. */
  now(): number
  /** Milliseconds since the epoch. */
  wall(): number
}

/** Name and restart mode of one child, and whether its end also ends its parent. */
export interface SpawnOptions {
  /** Unique among its siblings; the system generates a missing name. */
  readonly name?: string
  readonly restart?: 'permanent' | 'transient' | 'temporary'
  readonly significant?: boolean
}

/**
 * What a handler may know and do. It belongs to one attempt at one message, also after the handler has ended. After a
 * crash, a timeout or a stop it refuses every call of the old handler with `StaleContextError`.
 */
export interface Ctx<S> {
  readonly state: S
  /** This actor's own ref. */
  readonly self: AnyRef
  /** Who sent the message with `ctx.tell`, `ctx.ask` or `ctx.offer`; undefined for a root call. */
  readonly sender: AnyRef | undefined
  /** 1 for the first try of this message. */
  readonly attempt: number
  /**
   * The sender's name for the work, sent with the message. It is the same in every attempt, in a delivery that a
   * network repeats and in a replay of the dead letter; pass it to whatever must take effect once. It drops a message only
   * at a durable actor, which handles each key once. There a message without one gets a name from the journal.
   */
  readonly idempotencyKey: string | undefined
  /** Monotonic milliseconds after which the result is useless; Infinity without a deadline. */
  readonly deadline: number
  /**
   * The trace context (W3C `traceparent`) that its sender set or inherited; messages sent while handling this one
   * inherit it.
   */
  readonly trace: string | undefined
  /** Aborted when the message is cancelled or its deadline passes, and when the instance crashes or stops. */
  readonly signal: AbortSignal
  /**
   * Time, chance and ids of the system: `kernel.clock.now()`, `kernel.random.stream('dice').next()`, `kernel.ids.unique()`. A test
   * sets them, and a simulation repeats them. `deadline` is in the time of `kernel.clock.monotonic()`.
   */
  readonly kernel: Kernel
  readonly log: Log
  readonly timers: ContextTimers
  /** As `ref.tell`, with deadline, call chain, trace and sender of the current message. */
  tell<R, K extends keyof R & string>(
    to: Ref<R>,
    type: K,
    ...args: MessageArgs<BodyOf<R[K]>, TellOptions>
  ): void
  /**
   * As `ref.ask`, never beyond the deadline of the current message. It is cancelled (`cancelled`) when `signal` is
   * aborted: when the asker of this message cancels or times out, and when the instance ends. An ask that the handler
   * does not await continues after it.
   */
  ask<R, K extends keyof R & string>(
    to: Ref<R>,
    type: K,
    ...args: MessageArgs<BodyOf<R[K]>, AskOptions>
  ): Promise<ReplyOf<R[K]>>
  /** As `ref.offer`, never beyond the deadline of the current message; cancelled like `ask`. */
  offer<R, K extends keyof R & string>(
    to: Ref<R>,
    type: K,
    ...args: MessageArgs<BodyOf<R[K]>, OfferOptions>
  ): Promise<void>
  /**
   * Answers before the handler ends; it must then return nothing. After the handler has ended it answers nobody and logs
   * an error. @throws ReplyError without an ask, or for a second reply.
   */
  reply(value: unknown): void
  /** Sends a message later; a restart of this actor does not cancel it, stopping the recipient makes it a dead letter. */
  schedule<R, K extends keyof R & string>(
    delay: Duration,
    to: Ref<R>,
    type: K,
    ...args: MessageArgs<BodyOf<R[K]>, TellOptions>
  ): Timer
  /** Starts a child under this actor's supervision. */
  spawn<R>(definition: ActorDefinition<R>, options?: SpawnOptions): ActorRef<R>
  /** Stops a child. */
  stop(child: Watchable): void
  /** Stops this actor after the current message. */
  stopSelf(): void
  /**
   * Crashes this instance with `error`, after the current message: for failures outside any message. @throws
   * StaleContextError
   */
  fail(error: unknown): void
  /**
   * `signals.terminated` is called once when `ref` has stopped, or at once if it has already stopped; only once an
   * instance, however often it watches.
   */
  watch(ref: Watchable): void
  /** Ends a watch. A death that was not yet signalled is not signalled any more. */
  unwatch(ref: Watchable): void
  /** Ties the two actors together: when a failure stops one of them, the other fails too. */
  link(ref: Watchable): void
  /** Ends a link. */
  unlink(ref: Watchable): void
  /** Sets the current message aside; `unstash` brings all stashed messages back, in order. @throws StashFullError */
  stash(): void
  /** Puts the stashed messages back at the front of the mailbox, in order. */
  unstash(): void
  /**
   * Applies the event `durable.events[name]` to the state and writes it to the journal, with the end of the message. @throws
   * NotDurableError without `durable`, JournalError (`journal-state`) for an unknown name.
   */
  persist(name: string, data?: unknown): void
  /** From the next message on, uses the behavior `states[name]`. @throws UnknownStateError */
  become(name: string): void
  /** A named point at which a simulation may crash this handler; nothing happens anywhere else. */
  maybe(point: string): void
  /** Name of the current behavior; `undefined` for an actor without `states`. */
  readonly behavior: string | undefined
}
