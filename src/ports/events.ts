import type { ErrorLink } from '../kernel/errors.ts'
import type { Hop } from '../message/header.ts'

/** Why an envelope could not be delivered or processed. */
export type DeadLetterReason =
  | 'failed'
  | 'expired'
  | 'shed'
  | 'cancelled'
  | 'stopped'
  | 'late'
  | 'unhandled'
  | 'lost-by-fault'

/** What could not be read: a message by its sequence, a durable timer or an idempotency key by its name, a durable run by its key. */
export type UnreadRecord = 'message' | 'timer' | 'idempotency key' | 'run'

/** The one closed union of runtime events: metrics, dashboard, logs and tests read this stream. `at` is monotonic ms. */
export type RuntimeEvent =
  | {
      readonly type: 'lifecycle'
      readonly at: number
      readonly path: string
      readonly from: string
      readonly to: string
    }
  | {
      readonly type: 'restart'
      readonly at: number
      readonly path: string
      readonly restarts: number
      readonly errors: readonly ErrorLink[]
    }
  | {
      readonly type: 'escalate'
      readonly at: number
      readonly path: string
      readonly errors: readonly ErrorLink[]
    }
  | {
      readonly type: 'retry'
      readonly at: number
      readonly path: string
      readonly message: string
      readonly attempt: number
      readonly delayMs: number
      readonly errors: readonly ErrorLink[]
    }
  | {
      readonly type: 'dead-letter'
      readonly at: number
      readonly path: string
      readonly message: string
      readonly reason: DeadLetterReason
      readonly errors: readonly ErrorLink[]
    }
  | {
      /** What a journal or a store holds of an actor or a pipeline can't be read. It stays as it is, and others go on without it. */
      readonly type: 'unread'
      readonly at: number
      /** Of the actor or the pipeline. */
      readonly path: string
      readonly record: UnreadRecord
      readonly key: string
      readonly errors: readonly ErrorLink[]
    }
  | {
      readonly type: 'run-started'
      readonly at: number
      readonly pipeline: string
      readonly run: number
      /** The W3C trace context that it was given. */
      readonly trace?: string
    }
  | {
      readonly type: 'run-ended'
      readonly at: number
      readonly pipeline: string
      readonly run: number
      /** The W3C trace context that it was given. */
      readonly trace?: string
      /** `refused`: it waited, and could not be answered in time any more. `moved`: a checkpoint took it out of this process. */
      readonly outcome: 'answered' | 'failed' | 'late' | 'refused' | 'cancelled' | 'stopped' | 'moved'
      /** From its start. */
      readonly ms: number
      /** The path of its messages so far, in the order in which they ended; those that were given up with it are the last. */
      readonly hops: readonly Hop[]
      readonly errors: readonly ErrorLink[]
    }
  | {
      /** A message of a run has ended after its run: a shadow's, or one that was on its way. */
      readonly type: 'step-ended'
      readonly at: number
      readonly pipeline: string
      readonly run: number
      readonly hop: Hop
    }
  | {
      /** A pipeline had no room for a run, which never began. */
      readonly type: 'run-refused'
      readonly at: number
      readonly pipeline: string
      readonly tenant?: string
      /** Milliseconds. */
      readonly estimate: number
      /** Milliseconds. */
      readonly retryAfter: number
    }
  | {
      /** The number of runs that may be in flight has changed. */
      readonly type: 'limit'
      readonly at: number
      readonly pipeline: string
      readonly from: number
      readonly to: number
      readonly why: string
    }
  | {
      readonly type: 'worker'
      readonly at: number
      readonly worker: number
      readonly state: 'started' | 'died' | 'recycled' | 'stopped'
      readonly errors: readonly ErrorLink[]
    }
  | {
      readonly type: 'model'
      readonly at: number
      readonly model: string
      readonly version: string
      readonly state: 'loaded' | 'unloaded'
    }
  | {
      readonly type: 'log'
      readonly at: number
      readonly path: string
      /** Of a step: its run, the run's trace, and the attempt. */
      readonly run?: number
      readonly trace?: string
      readonly attempt?: number
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly text: string
    }

/** Where events go. */
export interface EventSink {
  /** False without a listener: the emitter then builds no event. */
  readonly active: boolean
  /** Tells every listener. */
  emit(event: RuntimeEvent): void
}

/** The events of a system, for whoever listens. */
export interface EventStream extends EventSink {
  /** Listeners run synchronously and must not throw; returns the unsubscribe function. */
  subscribe(listener: (event: RuntimeEvent) => void): () => void
}
