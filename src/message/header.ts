import type { ErrorLink } from '../kernel/errors.ts'

/**
 * One message as data: what a frame holds and what `--explain` shows.
 *
 *   ┌ header ──────────────┬ body ────────┬ trailer ─────────────────┐
 *   │ who, what, until when│ the data     │ what became of it (hops) │
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

/** What a message says about itself. */
export interface Header {
  /** Unique within the kernel that made it; with `origin` unique everywhere. */
  readonly id: number
  readonly kind: MessageKind
  /** The message type: a key of the recipient's handlers, or the processor's name. */
  readonly type: string
  /** Path of the sending actor, and the lifecycle or behavior state that it was in. */
  readonly source?: Endpoint
  /** Path of the recipient. */
  readonly destination: string
  /** What the recipient is to do with it after this hop (`'merge'`, `'reply'`, a stage's name). */
  readonly next?: string
  /** The root message that this one belongs to: parts of one question share it. */
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
  /** Paths of the actors that wait for this answer, oldest first: an ask into this chain is a cycle. */
  readonly chain?: readonly string[]
}

export interface Endpoint {
  readonly path: string
  readonly state: string
}

/** What became of a message: one hop for each processor it went through. */
export interface Trailer {
  readonly hops: readonly Hop[]
}

/** How one visit to one processor ended. Retry is a step, not an end. */
export type Outcome = 'handled' | 'answered' | 'merged' | 'forwarded' | 'retried' | 'failed' | 'dead-lettered'

/** One visit to one processor. Times in milliseconds. */
export interface Hop {
  readonly processor: string
  /** a_ij of the arrow by which the result went on; 1 where it went on whole. */
  readonly weight: number
  readonly attempt: number
  /** When its first attempt began, monotonic milliseconds; when it ended, where none did. */
  readonly startedAt: number
  readonly queueMs: number
  /** From the first attempt's start to the end, rests between attempts included: `cpuMs` and `awaitedMs` together. */
  readonly runMs: number
  /** In its handlers before they returned or gave a promise: nothing else could run meanwhile. */
  readonly cpuMs: number
  /** The rest: what it awaited, and what its handlers did after that. */
  readonly awaitedMs: number
  readonly outcome: Outcome
  readonly errors?: readonly ErrorLink[]
  /** One entry per inference call of this visit. */
  readonly inference?: readonly InferenceHop[]
  /** Size in bytes of the msgpack frame by which the message came, where it was encoded. */
  readonly frameBytes?: number
  /** It was a shadow's: what came of it went nowhere, but it has cost this. */
  readonly shadow?: true
}

/** Whether a result came from the response cache, from an identical row under way, or was computed. */
export type CacheUse = 'hit' | 'coalesced' | 'miss'

/** Accounting of one inference call. Times in milliseconds, with fractions. */
export interface InferenceHop {
  readonly model: string
  readonly version: string
  readonly rows: number
  /** Rows of the largest batch that the call's rows ran in; 0 where nothing was computed. */
  readonly batchSize: number
  /** From the call to its last row's batch. */
  readonly queueMs: number
  /** The part of `queueMs` in which a worker was free and the row waited for company. */
  readonly batchWaitMs: number
  /** The rows' shares of their batches' compute time. */
  readonly computeMs: number
  /** Share of the places computed that held data and not padding, 0 to 1; the worst batch. */
  readonly fill: number
  /** Number of the worker; 0 where nothing was computed. */
  readonly worker: number
  readonly cache: CacheUse
}
