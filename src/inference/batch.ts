import type { ErrorRecord } from './errors.ts'
import type { ModelFolder } from './repository/model-repository.ts'
import type { TaskOutput } from './worker/runner.ts'

/** Rows of one model that run together. */
export interface BatchRequest {
  /** Names the task group: one model version, task and set of options. */
  readonly group: string
  readonly model: ModelFolder
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  readonly rows: readonly unknown[]
}

/**
 * What goes to a worker, cloned. A worker remembers what a group is, so that the model's card goes over once and not
 * with every batch.
 */
export interface WorkerRequest {
  readonly group: string
  readonly kind: string
  readonly rows: readonly unknown[]
  /** With a request that loads or unloads. */
  readonly task?: Pick<BatchRequest, 'model' | 'options'>
}

export type BatchDone = TaskOutput & {
  readonly ok: true
  readonly computeMs: number
}

export interface BatchFailed {
  readonly ok: false
  /** The task's model or module did not load: no row is at fault. */
  readonly atLoad?: boolean
  readonly error: ErrorRecord
}

export type BatchResponse = BatchDone | BatchFailed

/** The result of row `i` of a batch that is done. */
export function resultOf(done: BatchDone, i: number): unknown {
  return 'packed' in done ? done.packed.slice(i * done.width, (i + 1) * done.width) : done.values[i]
}
