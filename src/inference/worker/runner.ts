import type { ModelFolder } from '../repository/model-repository.ts'
import type { RowTensor } from './tensor-rows.ts'

/** Plain, cloneable options of a task, as `ModelTask.options` carries them. */
export type TaskOptions = Readonly<Record<string, unknown>>

/**
 * What a task makes of one batch, a result for each row.
 *
 * `packed`: vectors of one length, one after another in one buffer, which moves to the main thread and is not copied.
 * `columns`: small tensors by name, whose first dimension is the rows: two arrays cross for a batch and not two a row.
 * `values`: anything that can be cloned; the buffers in `transfer` move.
 */
export type TaskOutput = (
  | { readonly packed: Float32Array; readonly width: number }
  | { readonly columns: Readonly<Record<string, RowTensor>> }
  | { readonly values: readonly unknown[]; readonly transfer?: readonly ArrayBuffer[] }
) & {
  /** Places of the batch that held data, and all places that the model computed: their ratio is the fill. */
  readonly used?: number
  readonly computed?: number
}

/** One task on one model inside a worker: pre-processing, `session.run`, post-processing. */
export interface TaskRunner {
  /** A small row that the task takes: a batch of no rows warms the model up with it. Absent: loading is all. */
  readonly sample?: unknown
  /**
   * Runs one batch of at least one row.
   *
   * @throws InferenceError (`bad-input`, path `rows[i]…`) for a row that is not what the task takes: the engine halves
   * the batch until the bad row is alone. (`model-unsupported`, `model-damaged`) fail all rows at once.
   */
  run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput>
  /** Gives the memory of the sessions back. */
  dispose(): Promise<void>
}

/** Loads a task's sessions and tokenizer. @throws InferenceError (`model-damaged`, `model-unsupported`) */
export type RunnerLoader = (model: ModelFolder, options: TaskOptions) => Promise<TaskRunner>
