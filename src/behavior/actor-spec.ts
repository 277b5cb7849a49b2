import type { Duration } from '../kernel/durations.ts'
import type { MailboxOptions } from '../ports/host.ts'
import type { RestartMode, SupervisionOptions } from '../ports/supervision.ts'
import type { RetryOptions } from './define-processor.ts'
import type { DurableOptions } from './durable-options.ts'
import type { OwnCtx } from './own-context.ts'
import type { Allowed, AllTyped, DeclaredBody, DeclaredReply, Missing, Own, Typed } from './protocol.ts'
import type { Signals } from './signals.ts'

export interface ActorMailboxOptions extends MailboxOptions {
  /** Maximum bytes of waiting messages, as measured by `sizeOf`. */
  readonly bytes?: number
  /** Size of a message's body in bytes. Needed with `bytes`. */
  readonly sizeOf?: (body: unknown) => number
  /** Messages that have waited this long become dead letters `expired`. */
  readonly ttl?: Duration
  /** Maximum number of messages set aside by `ctx.stash`. Default 1024. */
  readonly stash?: number
}

export interface ActorRetryOptions extends RetryOptions {
  /** Whether later messages of an order key may overtake one that waits for its next attempt. Default false. */
  readonly skipAhead?: boolean
}

/** One handler; its return value is the reply. */
type HandlerFor<S, P, T, K extends string, N extends string> =
  T extends Allowed<P, T>
    ? (ctx: OwnCtx<S, Own<P, K>, N>, body: DeclaredBody<P, T>) => DeclaredReply<P, T>
    : `'${T & string}' is not among the declared messages`

/** A handler for each message type: the compiler reads the types before it reads the handlers. */
type HandlersFor<S, P, T extends string, K extends string, N extends string> = {
  readonly [U in T]?: HandlerFor<S, P, U, K, N>
}

/** What `defineActor` takes. Its type parameters are those of `defineActor`. */
export interface ActorSpec<S, P, K extends string, L extends string, N extends string, H, B>
  extends ActorSettings {
  readonly name: string
  /**
   * The messages and their replies, for the compiler alone: `{} as { add(body: { by: number }): void; total(): number }`.
   * `ctx.self` and `ctx.timers` then know bodies and replies, and the handlers' bodies need no types.
   */
  readonly messages?: P & Missing<NoInfer<P>, NoInfer<K | L>>
  /** A fresh state; called at start and after every crash. */
  readonly state?: () => S
  /**
   * Mailbox and state live in the system's journal, under the actor's path: they outlive the process. The state must be plain
   * data; after a crash it is what the last handled message left.
   */
  readonly durable?: boolean | DurableOptions<NoInfer<S>>
  readonly on?: H & HandlersFor<S, NoInfer<P>, K, NoInfer<K | L>, NoInfer<N>> & Typed<H>
  /**
   * Named behaviors: `ctx.become(name)` moves between them. The actor looks up a message in the behavior, then in `on`.
   */
  readonly states?: B & {
    readonly [M in N]: HandlersFor<S, NoInfer<P>, L, NoInfer<K | L>, NoInfer<N>>
  } & AllTyped<B>
  /** The behavior to start with; by default the first of `states`. */
  readonly initial?: NoInfer<N>
  readonly signals?: Signals<S, OwnCtx<S, Own<NoInfer<P>, NoInfer<K | L>>, NoInfer<N>>>
}

/** How an actor runs, whatever its messages are. */
export interface ActorSettings {
  readonly mailbox?: ActorMailboxOptions
  /** One attempt by default: repeating a half-run handler repeats its effects. */
  readonly retry?: ActorRetryOptions
  /** Per attempt of an asynchronous handler; beyond it the instance is restarted and the old handler fenced off. */
  readonly timeout?: Duration
  readonly restart?: RestartMode
  readonly significant?: boolean
  /** How long a stop waits for the running handler. Default 5 s. */
  readonly shutdown?: Duration
  /** How it supervises its children. */
  readonly supervision?: SupervisionOptions
  /** Whether asks of its own call chain are handled while its handler waits. Default false: a cycle fails. */
  readonly reentrant?: boolean
}

/** Any spec, to name its fields. */
export type AnySpec = ActorSpec<unknown, object, string, string, string, object, object>
