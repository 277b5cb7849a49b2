import type { Duration } from '../kernel/durations.ts'
import type { ContextTimers, Ctx, DurableTime } from './context.ts'
import type { ActorRef, BodyOf } from './ref.ts'

/**
 * What an actor knows of its own messages while the compiler reads its handlers: their types, but neither bodies nor
 * replies.
 */
export type OwnMessages<T extends string> = { readonly [K in T]: (...message: unknown[]) => never }

/** Delayed messages to the actor itself, of the types that it takes. */
export interface OwnTimers<H> extends ContextTimers {
  /** Replaces a timer with the same key. */
  after<K extends keyof H & string>(
    key: string,
    delay: Duration,
    type: K,
    ...body: TimerBody<BodyOf<H[K]>>
  ): void
  /** Replaces a timer with the same key. Missed beats are skipped: at most one waits. */
  every<K extends keyof H & string>(
    key: string,
    interval: Duration,
    type: K,
    ...body: TimerBody<BodyOf<H[K]>>
  ): void
  /** A timer in the journal: see `ContextTimers.durable`. */
  durable<K extends keyof H & string>(
    key: string,
    when: DurableTime,
    type: K,
    ...body: TimerBody<BodyOf<H[K]>>
  ): void
}

type TimerBody<B> = undefined extends B ? [body?: B] : [body: B]

/**
 * The context of an actor's own handlers: it knows the actor's message types and behaviors.
 *
 * @typeParam S - the actor's state
 * @typeParam H - its own messages: as declared in `messages`, or else only their types
 * @typeParam N - the names of its behaviors
 */
export interface OwnCtx<S, H, N extends string> extends Ctx<S> {
  /**
   * This actor's own ref. It takes only the actor's own message types. It knows their bodies and replies if the
   * definition declares its `messages`; otherwise the compiler would have to know the handlers before reading them.
   */
  readonly self: ActorRef<H>
  readonly timers: OwnTimers<H>
  /** From the next message on, uses the behavior `states[name]`. @throws UnknownStateError */
  become(name: N): void
  /** Name of the current behavior; `undefined` for an actor without `states`. */
  readonly behavior: N | undefined
}
