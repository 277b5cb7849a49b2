import type { ErrorLink } from '../kernel/errors.ts'

/**
 * One message as data: the content of a frame, shown by `--explain`.
 *
 *   ┌ header ──────────────┬ body ────────┬ trailer ─────────────────┐
 *   │ who, what, until when│ the data     │ what happened (hops)     │
 *   └──────────────────────┴──────────────┴──────────────────────────┘
 *
 * In memory the runtime keeps a flat `Envelope` and makes these views on use.
 */
export interface Message {
  readonly header: Header
  readonly body: unknown
  readonly trailer: Trailer
}

export type MessageKind = 'input' | 'processing' | 'output' | 'system'

/** The metadata of a message. */
export interface Header {
  /** Unique within the kernel that made it; together with `origin`, unique everywhere. */
  readonly id: number
  readonly kind: MessageKind
  /** The message type: a key of the recipient's handlers, or the processor's name. */
  readonly type: string
  /** Path of the sending actor, and its lifecycle or behavior state. */
  readonly source?: Endpoint
  /** Path of the recipient. */
  readonly destination: string
  /** What the recipient does with it after this hop (`'merge'`, `'reply'`, a stage's name). */
  readonly next?: string
  /** The root message of this one: the parts of one question share it. */
  readonly correlation: number
  /** 1 for the first try. */
  readonly attempt: number
  /** Milliseconds left until the deadline when the frame was made; absent without a deadline. */
  readonly budgetMs?: number
  /** Higher first; 0 by default. */
  readonly priority: number
  readonly orderKey?: string
  readonly idempotencyKey?: string
  /** W3C trace context, `traceparent` form. */
  readonly trace?: string
  /** Paths of the actors that wait for this answer, oldest first: an ask to one of them is a cycle. */
  readonly chain?: readonly string[]
}

export interface Endpoint {
  readonly path: string
  readonly state: string
}

/** The history of a message: one hop for each processor that it visited. */
export interface Trailer {
  readonly hops: readonly Hop[]
}

/** How one visit to one processor ended. Retry is a step, not an end. */
export type Outcome = 'handled' | 'answered' | 'merged' | 'forwarded' | 'retried' | 'failed' | 'dead-lettered'

/** One visit to one processor. Times in milliseconds. */
export interface Hop {
  readonly processor: string
  /** a_ij of the result's outgoing arrow; 1 where the result is not weighted. */
  readonly weight: number
  readonly attempt: number
  /** When its first attempt began, monotonic milliseconds; if none began, when it ended. */
  readonly startedAt: number
  readonly queueMs: number
  /**
   * From the first attempt's start to the end, including delays between attempts: the sum of `cpuMs` and `awaitedMs`.
   */
  readonly runMs: number
  /** In its handlers before they returned or returned a promise: nothing else could run meanwhile. */
  readonly cpuMs: number
  /** The rest: awaited time, and the handlers' work after it. */
  readonly awaitedMs: number
  readonly outcome: Outcome
  readonly errors?: readonly ErrorLink[]
  /** One entry per inference call of this visit. */
  readonly inference?: readonly InferenceHop[]
  /** Size in bytes of the msgpack frame by which the message came, where it was encoded. */
  readonly frameBytes?: number
  /** It was a shadow's: its result was discarded, but it had this cost. */
  readonly shadow?: true
}

/** Whether a result came from the response cache, from an identical row in flight, or was computed. */
export type CacheUse = 'hit' | 'coalesced' | 'miss'

/** Accounting of one inference call. Times in milliseconds, with fractions. */
export interface InferenceHop {
  readonly model: string
  readonly version: string
  readonly rows: number
  /** Rows of the largest batch that the call's rows ran in; 0 where nothing was computed. */
  readonly batchSize: number
  /** Number of that batch in its engine: calls with the same one shared it. Absent where nothing was computed. */
  readonly batch?: number
  /** From the call to its last row's batch. */
  readonly queueMs: number
  /** The part of `queueMs` in which a worker was free and the row waited for more rows. */
  readonly batchWaitMs: number
  /** The rows' shares of their batches' compute time. */
  readonly computeMs: number
  /** Share of the computed places that held data and not padding, 0 to 1, in the worst batch. */
  readonly fill: number
  /** Number of the worker; 0 where nothing was computed. */
  readonly worker: number
  readonly cache: CacheUse
}
