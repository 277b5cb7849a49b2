import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions, TaskOutput } from '../wire.ts'

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
