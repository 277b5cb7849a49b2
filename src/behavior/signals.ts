import type { Ctx } from './context.ts'
import type { AnyRef } from './ref.ts'

/** What happened to an actor that was watched. */
export interface Terminated {
  readonly ref: AnyRef
  /** Undefined when it stopped normally. */
  readonly error: unknown
}

/**
 * Notifications from the system to an actor. Signals use the system lane: they come before every message and are never
 * shed.
 */
export interface Signals<S, C = Ctx<S>> {
  /** Before the first message of every instance; messages wait until it has settled. A throw is a failed start. */
  started?(ctx: C): void | Promise<void>
  /** After the last message. */
  stopping?(ctx: C): void
  /** The instance will be replaced because of `error`. */
  restarting?(ctx: C, error: unknown): void
  /** A watched actor has stopped. */
  terminated?(ctx: C, death: Terminated): void
}
