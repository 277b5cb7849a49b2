import type { Ctx } from './context.ts'
import type { AnyRef } from './ref.ts'

/** What happened to an actor that was watched. */
export interface Terminated {
  readonly ref: AnyRef
  /** Undefined when it stopped by itself or was told to. */
  readonly error: unknown
}

/** What the system tells an actor. Signals go through the system lane: before every message, and never shed. */
export interface Signals<S, C = Ctx<S>> {
  /** Before the first message of every instance; messages wait until it has settled. Throwing is a failed start. */
  started?(ctx: C): void | Promise<void>
  /** After the last message. */
  stopping?(ctx: C): void
  /** The instance is to be replaced because of `error`. */
  restarting?(ctx: C, error: unknown): void
  /** A watched actor has stopped. */
  terminated?(ctx: C, death: Terminated): void
}
