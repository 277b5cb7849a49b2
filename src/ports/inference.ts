import type { InferenceHop } from '../message/header.ts'

/**
 * What a processor may ask of a model: a task bound to a model by name.
 * `I` and `O` are what goes in and what comes out for one row; they exist only for the compiler.
 */
export interface ModelTask<I, O> {
  readonly kind: string
  /** Name in the model repository, or a folder's path. */
  readonly model: string
  /** Version in the repository; absent: the newest. */
  readonly version?: string
  /** Plain, cloneable options of the task: pooling, normalise, maxTokens … */
  readonly options: Readonly<Record<string, unknown>>
  /** For the compiler alone. @internal */
  readonly '~row'?: { readonly input: (input: I) => void; readonly output: O }
}

export type TaskInput<T> = T extends ModelTask<infer I, unknown> ? I : never
export type TaskOutput<T> = T extends ModelTask<never, infer O> ? O : never

export interface InferenceCall {
  /** Monotonic milliseconds after which the rows are worthless; they leave the queue unrun. */
  readonly deadline?: number
  readonly signal?: AbortSignal
  readonly priority?: number
  /** Receives the accounting once the rows are done. */
  readonly account?: (hop: InferenceHop) => void
}

/** The engine behind `ctx.infer`: Piscina workers in production, a table or a function under simulation. */
export interface InferencePort {
  /**
   * Runs rows through a model; results in the order of the rows. Rows of many callers share batches.
   * Rejects with an `InferenceError` (codes `model-not-found`, `model-damaged`, `bad-input`, `worker-died`,
   * `queue-full`, `deadline`, `cancelled`, `stopped`).
   */
  run<I, O>(task: ModelTask<I, O>, rows: readonly I[], call?: InferenceCall): Promise<O[]>
  /** Loads the model in every worker, so that the first question does not wait. */
  warm<I, O>(task: ModelTask<I, O>): Promise<ModelInfo>
  /** Lets running work finish, refuses new work, then ends the workers. Never aborts a running session. */
  stop(): Promise<void>
}

/** What is known of a loaded model. */
export interface ModelInfo {
  readonly model: string
  readonly version: string
  /** Hex sha256 of the model file. */
  readonly sha256: string
  readonly licence: string
  /** Length of one output row where it is fixed (embeddings). */
  readonly dimensions?: number
  readonly path: string
}
