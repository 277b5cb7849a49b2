import type { Duration } from '../kernel/durations.ts'
import type { ContextTimers, Ctx } from './context.ts'
import type { ActorRef, BodyOf } from './ref.ts'

/** What an actor knows of its own messages while its handlers are read: their types, and neither bodies nor replies. */
export type OwnMessages<T extends string> = { readonly [K in T]: (...message: unknown[]) => never }

/** Messages to oneself, later: of the types that the actor takes. */
export interface OwnTimers<H> extends ContextTimers {
  /** Replaces a timer with the same key. */
  after<K extends keyof H & string>(
    key: string,
    delay: Duration,
    type: K,
    ...body: TimerBody<BodyOf<H[K]>>
  ): void
  /** Replaces a timer with the same key. Missed beats are not made up for: one waits at most. */
  every<K extends keyof H & string>(
    key: string,
    interval: Duration,
    type: K,
    ...body: TimerBody<BodyOf<H[K]>>
  ): void
}

type TimerBody<B> = undefined extends B ? [body?: B] : [body: B]

/**
 * The context of an actor's own handlers: it knows the actor's message types and behaviors.
 *
 * @typeParam S - the actor's state
 * @typeParam H - its own messages: as declared in `messages`, else their types alone
 * @typeParam N - the names of its behaviors
 */
export interface OwnCtx<S, H, N extends string> extends Ctx<S> {
  /**
   * This actor's own ref. It takes the actor's own message types alone. It knows their bodies and replies where the definition
   * declares its `messages`; else the compiler would have to know the handlers before it has read them.
   */
  readonly self: ActorRef<H>
  readonly timers: OwnTimers<H>
  /** From the next message on: handles by `states[name]`. @throws UnknownStateError */
  become(name: N): void
  /** Name of the behavior in force; `undefined` for an actor without `states`. */
  readonly behavior: N | undefined
}
