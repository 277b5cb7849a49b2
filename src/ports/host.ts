import type { AsyncContext } from '../kernel/async-context.ts'
import type { ErrorLink } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Endpoint, Hop, InferenceHop, Message } from '../message/header.ts'
import type { DeadLetterReason, EventStream } from './events.ts'
import type { InferencePort } from './inference.ts'
import type { RetryAllowance } from './supervision.ts'

/**
 * What `system.run(runnable)` gives to a runnable (a pipeline); a pipeline knows no other part of the system. It asks
 * for a supervised subtree of *stages* and sends *parcels* to them. The system owns mailboxes, dispatch, attempts,
 * backoff, timeouts, deadlines, restarts, the ledger and dead letters; the pipeline owns routes and merges.
 */
export interface Host {
  readonly kernel: Kernel
  readonly events: EventStream
  /** False once the system drains or stops: a runnable then refuses new work and finishes its work in flight. */
  readonly accepting: boolean
  /** The caller's asynchronous context, for work done on its behalf; undefined if contexts are not kept. */
  callersContext(): AsyncContext | undefined
  /** An answer as its caller gets it: a copy, if messages are serialized. @throws the codec's error, with the path. */
  copyOf(answer: unknown, from: string): unknown
  /** Made on first use; rejects with a remedy when no model engine is available. */
  inference(): Promise<InferencePort>
  /** A supervisor under the system's root. */
  supervise(name: string, options: SuperviseOptions): StageSupervisor
}

/** Something `system.run` can start. */
export interface Runnable<R> {
  readonly name: string
  /** Starts the stages on `host`; resolves to the running pipeline. */
  start(host: Host): Promise<R>
}

export interface SuperviseOptions {
  readonly strategy?: 'one-for-one' | 'one-for-all' | 'rest-for-one'
  readonly intensity?: { readonly restarts: number; readonly within: number | string }
  /** Called once all stages have stopped, to end runs that wait for no stage. */
  readonly stopped?: () => void
}

export interface StageSupervisor {
  readonly path: string
  /** Starts a stage as a supervised child. Children stop in reverse start order. */
  stage<S>(spec: StageSpec<S>): Stage
  /** A durable run of it can't be read: tells the log and the listeners. */
  unread(key: string, error: unknown): void
  /** Stops one stage; its remaining parcels are dead-lettered as `stopped`. */
  halt(stage: Stage): void
  /** Stops the children in reverse start order; their remaining parcels are dead-lettered as `stopped`. */
  stop(): void
}

/** A child of a stage supervisor: mailbox, lifecycle, and a function that runs for each parcel. */
export interface StageSpec<S> {
  readonly name: string
  /** Concurrent handlers; above 1 the order of outcomes per order key is kept. Default 1. */
  readonly concurrency?: number
  readonly mailbox?: MailboxOptions
  readonly attempts: number
  /** Delays before attempt 2, 3 …; the last repeats; jittered. */
  readonly backoffMs: readonly number[]
  /** Per attempt, in milliseconds. */
  readonly timeoutMs?: number
  /** Bounds its retries together with others'. Default: all that `attempts` allows. */
  readonly retries?: RetryAllowance
  /** Whose parcel it is: those of several tenants take turns. Absent, or undefined for every parcel: they are all one's. */
  whose?(parcel: Parcel): TenantShare | undefined
  /** The least goes first, then whatever was sent first. Absent: by priority, then in order of arrival. */
  turn?(parcel: Parcel): number
  /** Whether its caller has left: such a parcel never begins. */
  unwanted?(parcel: Parcel): boolean
  /** A fresh instance's state; called at start and after every crash of the instance. */
  start(): S
  /** Runs for each parcel: returns the outcome's value. Throwing or rejecting fails the attempt. */
  run(state: S, parcel: Parcel, run: StageRun): unknown
  /** How a parcel that ended well with `value` counts in the ledger. */
  ends(value: unknown): 'forwarded' | 'merged' | 'answered'
  /** Called exactly once for each parcel that ended well; anything that it sends is a new parcel. */
  done(parcel: Parcel, value: unknown, hop: Hop): void
  /** Called before a parcel is lost to its deadline, so that its run may settle, and be cancelled, first. */
  expires?(parcel: Parcel): void
  /** Whether its dead letters can be sent again: only if each parcel is independent. Default false. */
  readonly replays?: boolean
  /** Called exactly once for each parcel that became a dead letter. */
  lost(parcel: Parcel, loss: Loss): void
}

/** A tenant, and its share of what tenants have in common. */
export interface TenantShare {
  readonly tenant: string
  readonly share: number
}

/** How much a mailbox holds, and what happens to a message beyond that. */
export interface MailboxOptions {
  /** Maximum number of waiting envelopes. Default 1024. */
  readonly capacity?: number
  readonly overflow?: 'reject' | 'backpressure' | 'drop-oldest' | 'drop-newest'
}

export interface Loss {
  readonly reason: DeadLetterReason
  readonly errors: readonly ErrorLink[]
  readonly error: unknown
  readonly hop: Hop
}

/** What a handler may know and do while it runs one attempt of one parcel. */
export interface StageRun {
  readonly attempt: number
  /** Monotonic milliseconds: the minimum of the parcel's deadline and this attempt's timeout. Infinity without. */
  readonly deadline: number
  /** Aborted on cancellation, timeout, crash or kill. Made on first use. */
  readonly signal: AbortSignal
  /**
   * Ends this parcel as a dead letter once the handler returns, without a retry: `lost` is called instead of `done`.
   * A join uses it for parts that come `late`.
   */
  deadLetter(reason: DeadLetterReason, error: unknown): void
  /**
   * Ends this parcel well with `value` once the handler returns or throws, whatever its result: `done` is called with
   * `value`. A step that waits for a person frees its place this way.
   */
  finish(value: unknown): void
  readonly kernel: Kernel
  /** This attempt has failed or its parcel has ended: the result of its handler is discarded. */
  readonly over: boolean
  /** A named point at which a simulation may throw; it puts its own function here. */
  maybe: (point: string) => void
  /** Adds the accounting of an inference call to this hop. */
  account(hop: InferenceHop): void
  /** Resolves in a later turn of the event loop. */
  turn(): Promise<void>
  log(level: 'debug' | 'info' | 'warn' | 'error', text: string): void
}

/** The pipeline's side of an envelope between stages. The system wraps it into its own envelope. */
export interface Parcel {
  readonly id: number
  /** What the message is: the recipient processor's name. */
  readonly type: string
  body: unknown
  readonly correlation: number
  readonly weight: number
  readonly deadline: number
  readonly orderKey: string | undefined
  readonly source: Endpoint
  /** The destination of the recipient's output: the next stage's name, or `reply`. */
  readonly next: string
  /** Data that the pipeline gets back with `done` and `lost`: the run and the edge. Never encoded. */
  readonly tag: unknown
  /** Higher first, a whole number from -7 to 7. Default 0. */
  readonly priority?: number
  readonly idempotencyKey?: string
  /** W3C trace context, `traceparent` form. */
  readonly trace?: string | undefined
  /** How often its dead letter has been replayed. */
  readonly replays?: number
  frameBytes?: number
  /** Its sender's asynchronous context, if contexts are kept; a stage that gets it without one sets the caller's. */
  context: AsyncContext | undefined
}

export interface Stage {
  readonly name: string
  readonly path: string
  /** Puts a parcel in the mailbox. Throws `MailboxFullError` (which holds it) or `ActorStoppedError`. */
  send(parcel: Parcel): void
  /** Cancels every queued and running parcel with this correlation: each is dead-lettered as `cancelled`. */
  cancel(correlation: number): void
  /** A caller has left: at most half of the queued parcels stay unwanted. Others end as dead letters, `expired` or `cancelled`. */
  sweep(): void
  /** Crashes the instance as a fault would: running attempts fail, the supervisor restarts it, the mailbox is kept. */
  kill(reason: string): void
  /** Parcels waiting and running. */
  readonly load: number
  /** Lifecycle state: starting, running, suspended, restarting, stopping, stopped. */
  readonly state: string
  /** Lifecycle states of this stage so far, oldest first, at most the last 32. */
  readonly states: readonly string[]
  /** The parcel as header, body, trailer. */
  describe(parcel: Parcel, hops: readonly Hop[]): Message
}
