import type { ErrorRecord } from './errors.ts'
import type { ModelFolder } from './repository/model-repository.ts'
import type { RowTensor, TensorArray } from './tasks/tensors.ts'

/** Plain, cloneable options of a task, as `ModelTask.options` carries them. */
export type TaskOptions = Readonly<Record<string, unknown>>

/**
 * A task's output for one batch, one result per row.
 *
 * `packed`: vectors of one length in one buffer, which moves to the main thread without a copy.
 * `columns`: small tensors by name, with rows as their first dimension, so that two arrays cross per batch instead of two per row.
 * `values`: anything cloneable; the buffers in `transfer` move.
 */
export type TaskOutput = (
  | { readonly packed: Float32Array; readonly width: number }
  | { readonly columns: Readonly<Record<string, RowTensor>> }
  | { readonly values: readonly unknown[]; readonly transfer?: readonly ArrayBuffer[] }
) & {
  /** Places of the batch that held data, and all places computed: their ratio is the fill. */
  readonly used?: number
  readonly computed?: number
}

/** What a worker is told at its start. */
export interface WorkerStart {
  /** The limit per session. */
  readonly threads: number
  /** How much less urgent it is than the main thread, as a Unix nice value. */
  readonly niceness: number
}

/** Rows of one model that run together. */
export interface BatchRequest {
  /** Names the task group: one model version, task and set of options. */
  readonly group: string
  readonly model: ModelFolder
  readonly kind: string
  readonly options: TaskOptions
  readonly rows: readonly unknown[]
}

/**
 * What is sent to a worker, cloned. A worker remembers each group, so the model's card crosses once and not with every
 * batch.
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

/** A batch sent to a worker process over its pipe. */
export interface ProcessRequest {
  readonly id: number
  readonly request: WorkerRequest
}

/** The answer over the pipe. */
export interface ProcessResponse {
  readonly id: number
  readonly response: BatchResponse
  /** Resident bytes of the process. */
  readonly bytes: number
}

/** Without the list of buffers to move: with it, each would cross once more. */
export function lean(done: BatchDone): BatchDone {
  return 'values' in done && done.transfer !== undefined ? { ...done, transfer: [] } : done
}

/** How many rows a batch that is done has results for. */
export function countOf(done: BatchDone): number {
  if ('packed' in done) return done.packed.length / Math.max(1, done.width)
  if ('values' in done) return done.values.length
  for (const name in done.columns) return (done.columns[name] as RowTensor).dims[0] ?? 0
  return 0
}

/** The result of row `i` of a batch that is done, which nothing else refers to. */
export function resultOf(done: BatchDone, i: number): unknown {
  if ('packed' in done) return done.packed.slice(i * done.width, (i + 1) * done.width)
  if ('values' in done) return done.values[i]
  const row: Record<string, RowTensor> = {}
  for (const name in done.columns) {
    const column = done.columns[name] as RowTensor
    row[name] = column.dims[0] === 1 ? { data: column.data, dims: column.dims.slice(1) } : rowOf(column, i)
  }
  return row
}

/** Row `row` of a tensor whose first dimension is the rows, copied: its buffer would be kept alive by any of them. */
export function rowOf({ data, dims }: RowTensor, row: number): RowTensor {
  const size = data.length / (dims[0] as number)
  return { data: data.slice(row * size, (row + 1) * size) as TensorArray, dims: dims.slice(1) }
}
