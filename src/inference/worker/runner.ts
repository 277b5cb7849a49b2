import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'

/** One task on one model inside a worker: pre-processing, `session.run`, post-processing. */
export interface TaskRunner {
  /** A small sample row: a batch without rows warms the model up with it. Absent: loading is enough. */
  readonly sample?: unknown
  /**
   * Runs one batch of at least one row.
   *
   * @throws InferenceError (`bad-input`, path `rows[i]…`) for a row of another kind than the task's: the engine halves
   * the batch until the bad row is alone. (`model-unsupported`, `model-damaged`) fail all rows at once.
   */
  run(rows: readonly unknown[], options: TaskOptions): Promise<TaskOutput>
  /** Frees the memory of the sessions. */
  dispose(): Promise<void>
}

/** Loads a task's sessions and tokenizer. @throws InferenceError (`model-damaged`, `model-unsupported`) */
export type RunnerLoader = (model: ModelFolder, options: TaskOptions) => Promise<TaskRunner>
