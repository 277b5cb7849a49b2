import type { InferenceHop } from '../message/header.ts'

/**
 * A task bound to a model by name: what a processor may ask of a model. `I` and `O` are the input and output of one
 * row; they exist only for the compiler.
 */
export interface ModelTask<I, O> {
  readonly kind: string
  /** Name in the model repository, or a folder's path. */
  readonly model: string
  /** Version in the repository; absent: the newest. */
  readonly version?: string
  /** Plain, cloneable options of the task: pooling, normalise, maxTokens … */
  readonly options: Readonly<Record<string, unknown>>
  /** A row of about this many tokens, to measure batch sizes at warm-up. It stays on the main thread. */
  readonly sample?: (tokens: number) => unknown
  /** For the compiler only: no object holds such a value. */
  readonly '~row'?: {
    /** The input. */
    readonly input: (input: I) => void
    readonly output: O
  }
}

export type TaskInput<T> = T extends ModelTask<infer I, unknown> ? I : never
export type TaskOutput<T> = T extends ModelTask<never, infer O> ? O : never

/** The deadline and urgency of rows, and the owner of their cost. */
export interface InferenceCall {
  /** Monotonic milliseconds after which the rows are useless; they leave the queue without running. */
  readonly deadline?: number
  /**
   * Monotonic milliseconds by which the work that the rows belong to is due: of equal priority, rows that are due earlier go
   * first. Default: the deadline.
   */
  readonly due?: number
  readonly signal?: AbortSignal
  /** Higher goes first. Default 0. */
  readonly priority?: number
  /**
   * Whose share of the workers the rows use: if rows of several tenants wait, each tenant gets worker time by its share,
   * and priority counts among its own rows. Default: all calls without one are one tenant.
   */
  readonly tenant?: string
  /** The tenant's share, above 0. Default 1. */
  readonly share?: number
  /** The owner of the compute time in the engine's totals: a pipeline's name. */
  readonly owner?: string
  /** Receives the accounting once the rows are done. */
  readonly account?: (hop: InferenceHop) => void
}

/** What a warm-up does besides loading. */
export interface WarmOptions<I> {
  /**
   * Measures the best batch size of each length on this machine, within this time (`true`: 4 s). Without it sizes are
   * learned from the batches themselves.
   */
  readonly learn?: boolean | number | string
  /** A row of about this many tokens; default: the task's own. */
  readonly sample?: (tokens: number) => I
}

/** The engine behind `ctx.infer`: Piscina workers in production, a table or a function under simulation. */
export interface InferencePort {
  /**
   * Runs rows through a model; results are in the order of the rows. Rows of many callers share batches.
   * Rejects with an `InferenceError` (codes `model-not-found`, `model-damaged`, `bad-input`, `worker-died`,
   * `worker-hung`, `queue-full`, `overloaded`, `deadline`, `cancelled`, `stopped`).
   */
  run<I, O>(task: ModelTask<I, O>, rows: readonly I[], call?: InferenceCall): Promise<O[]>
  /** Loads the model in every worker, so that the first question does not wait. */
  warm<I, O>(task: ModelTask<I, O>, options?: WarmOptions<I>): Promise<ModelInfo>
  /** Lets running work finish, refuses new work, then ends the workers. Never aborts a running session. */
  stop(): Promise<void>
}

/** Facts about a loaded model. */
export interface ModelInfo {
  readonly model: string
  readonly version: string
  /** Hex sha256 of the model file. */
  readonly sha256: string
  readonly licence: string
  /** Length of one output row, if fixed (embeddings). */
  readonly dimensions?: number
  readonly path: string
}
