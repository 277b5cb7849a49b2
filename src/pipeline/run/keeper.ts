import type { PipelineRun } from './run.ts'

/** Keeps the record of a run that outlives its process. */
export interface RunKeeper {
  /** It waits for a person. */
  waits(run: PipelineRun): void
  /** A person has answered; resolves once that is durable. */
  answered(run: PipelineRun): Promise<void>
}
