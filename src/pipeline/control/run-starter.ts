import type { Kernel } from '../../kernel/kernel.ts'
import type { RunKeeper } from '../run/keeper.ts'
import type { PipelineRun } from '../run/run.ts'
import type { Launch } from './launcher.ts'

/** How a run of a record is started. */
export interface RunStarter {
  readonly name: string
  readonly kernel: Kernel
  readonly timeoutMs: number
  /** The record of a run can't be read: tells the log and the listeners. */
  unread(key: string, error: unknown): void
  /** False once the pipeline stops. */
  accepting(): boolean
  /**
   * The input as the schema returns it, and what is left of `timeoutMs`. Rejects with SchemaError, and where the schema does not answer
   * with PipelineDeadlineError or PipelineStoppedError.
   */
  check(input: unknown, timeoutMs: number): Promise<{ readonly input: unknown; readonly timeoutMs: number }>
  /** @throws OverloadedError, PipelineFullError, PipelineStoppedError: then there is no run. */
  open(launch: Pick<Launch, 'input' | 'timeoutMs' | 'options' | 'keeper'>): PipelineRun
  begin(run: PipelineRun): Promise<unknown>
  /** Continues a run from a frame. Rejects with CheckpointError before it has begun. */
  resume(frame: Uint8Array, timeoutMs: number, keeper: RunKeeper): Promise<unknown>
  /** The state of a run as a frame. */
  frameOf(run: PipelineRun): Promise<Uint8Array>
  /** The same, where nothing of it is running; undefined where something is. */
  frameAtRest(run: PipelineRun): Uint8Array | undefined
}
