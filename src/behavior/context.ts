import type { Duration } from '../kernel/durations.ts'
import type { Timer } from '../kernel/kernel.ts'
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
 * Messages to oneself, later. They end with the instance: a restart cancels them. What is cancelled or replaced is not
 * handled, even when its message waits in the mailbox already: that one ends as a dead letter, `cancelled`.
 */
export interface ContextTimers {
  /** Replaces a timer with the same key. */
  after(key: string, delay: Duration, type: string, body?: unknown): void
  /** Replaces a timer with the same key. Missed beats are not made up for: one waits at most. */
  every(key: string, interval: Duration, type: string, body?: unknown): void
  /** Whether there was one. */
  cancel(key: string): boolean
}

/** What the system's own behaviors have besides. */
export interface SystemTimers extends ContextTimers {
  /** Runs it by the system lane, which no mailbox bound sheds: between messages, not while suspended; a throw crashes. */
  call(key: string, delay: Duration, run: () => void): void
  /** Monotonic milliseconds of the clock that the timers run on. */
  now(): number
}

/** Name and restart mode of one child, and whether its end takes its parent along. */
export interface SpawnOptions {
  /** Unique among its siblings; without it the actor gets one. */
  readonly name?: string
  readonly restart?: 'permanent' | 'transient' | 'temporary'
  readonly significant?: boolean
}

/**
 * What a handler may know and do. It belongs to one instance of the actor: after a crash, a timeout or a stop whatever the
 * old handler still does with it is refused with `StaleContextError`.
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
   * What its sender calls the work, given with the message: the same in every attempt, in what a network repeats and in a replay of
   * its dead letter. Nothing is left out by it here; hand it to whatever takes effect, which then does so once.
   */
  readonly idempotencyKey: string | undefined
  /** Monotonic milliseconds after which nobody wants the result; Infinity without a deadline. */
  readonly deadline: number
  /** The trace context (W3C `traceparent`) that its sender gave or inherited; what is sent for it inherits it. */
  readonly trace: string | undefined
  /** Aborted when the message is cancelled or its deadline passes, and when the instance crashes or stops. */
  readonly signal: AbortSignal
  readonly log: Log
  readonly timers: ContextTimers
  /** As `ref.tell`, with deadline, call chain, trace and sender of the message under way. */
  tell<R, K extends keyof R & string>(
    to: Ref<R>,
    type: K,
    ...args: MessageArgs<BodyOf<R[K]>, TellOptions>
  ): void
  /**
   * As `ref.ask`, never beyond the deadline of the message under way. It is cancelled (`cancelled`) as `signal` is aborted: when
   * whoever asked for this message gives up, and when the instance ends. One that a handler does not await goes on after it.
   */
  ask<R, K extends keyof R & string>(
    to: Ref<R>,
    type: K,
    ...args: MessageArgs<BodyOf<R[K]>, AskOptions>
  ): Promise<ReplyOf<R[K]>>
  /** As `ref.offer`, never beyond the deadline of the message under way; cancelled as `ask` is. */
  offer<R, K extends keyof R & string>(
    to: Ref<R>,
    type: K,
    ...args: MessageArgs<BodyOf<R[K]>, OfferOptions>
  ): Promise<void>
  /** Answers before the handler ends; it must then return nothing. @throws ReplyError when there is no ask, or a second reply. */
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
  /** Stops this actor after the message under way. */
  stopSelf(): void
  /** Crashes this instance with `error`, after the message under way: for failures outside of any message. @throws StaleContextError */
  fail(error: unknown): void
  /** `signals.terminated` is called once when `ref` has stopped, at once if it has stopped already. */
  watch(ref: Watchable): void
  /** Ends a watch. */
  unwatch(ref: Watchable): void
  /** Death goes both ways: when one of the two stops by a failure, the other fails with it. */
  link(ref: Watchable): void
  /** Ends a link. */
  unlink(ref: Watchable): void
  /** Sets the message under way aside; `unstash` brings all of them back, in order. @throws StashFullError */
  stash(): void
  /** Puts what was set aside back in front of the mailbox, in its order. */
  unstash(): void
  /** From the next message on: handles by `states[name]`. @throws UnknownStateError */
  become(name: string): void
  /** A named point at which a simulation may crash this handler; nothing happens anywhere else. */
  maybe(point: string): void
  /** Name of the behavior in force; `undefined` for an actor without `states`. */
  readonly behavior: string | undefined
}
