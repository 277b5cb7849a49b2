import { timeLimit } from '../../kernel/durations.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { RunMovedError, UnknownRunError } from '../errors.ts'
import type { Flow } from '../flow/flow.ts'
import type { PipelineRun } from '../run/run.ts'
import { type CheckpointState, decodeCheckpoint, encodeCheckpoint, restoreRun } from './checkpoint.ts'
import { checkStored, type Stored, storeCheckpoint, takeCheckpoint, undoStore } from './checkpoint-store.ts'
import type { Launcher } from './launcher.ts'
import type { ResumeOptions, Trace } from './running-pipeline.ts'

/** Takes runs out of a pipeline as bytes, and resumes those of another process. */
export class RunMover {
  readonly #pipeline: string
  readonly #kernel: Kernel
  readonly #flow: Flow
  readonly #launcher: Launcher

  constructor(pipeline: string, kernel: Kernel, flow: Flow, launcher: Launcher) {
    this.#pipeline = pipeline
    this.#kernel = kernel
    this.#flow = flow
    this.#launcher = launcher
  }

  /** Rejects with UnknownRunError if the run has settled, and with the error of the codec or the store. */
  async checkpoint(runId: number, to: Stored | undefined): Promise<Uint8Array> {
    if (to !== undefined) checkStored(to)
    const run = this.#launcher.inFlightRun(runId)
    if (run === undefined || run.pause !== undefined) throw this.#gone(runId)
    this.#launcher.bringIn(run)
    await this.#flow.pauses.pause(run)
    // It may have settled meanwhile: by its deadline, its signal, or its answer.
    if (run.settled) throw this.#gone(runId)
    try {
      const bytes = encodeCheckpoint(run.layout.plan, run, this.#kernel.clock.monotonic())
      if (to !== undefined) await storeCheckpoint(to, bytes)
      if (run.settled) {
        // Its deadline or its caller was faster than the store, so it must not continue elsewhere too.
        if (to !== undefined) await undoStore(to, bytes, undefined)
        throw this.#gone(runId)
      }
      this.#flow.fail(run, new RunMovedError(this.#pipeline, runId))
      return bytes
    } catch (error) {
      this.#flow.pauses.unpause(run)
      throw error
    }
  }

  /** Rejects with CheckpointError if the bytes are not a run of this pipeline. */
  async resume(from: Uint8Array | Stored, options: ResumeOptions): Promise<Trace<unknown>> {
    const { plan } = this.#flow.layout
    const stored = isStored(from)
    if (stored) checkStored(from)
    const bytes = stored ? await takeCheckpoint(from, (taken) => decodeCheckpoint(plan, taken)) : from
    let state: CheckpointState
    let run: PipelineRun
    try {
      // The pipeline may have changed while the store was working.
      state = decodeCheckpoint(this.#flow.layout.plan, bytes)
      run = this.#reopen(state, options)
    } catch (error) {
      // A run that can't begin here stays in the store for others.
      if (stored) await undoStore(from, undefined, bytes)
      throw error
    }
    const nextId = (): number => this.#kernel.ids.next()
    return this.#launcher.traceOf(run, options.signal, () =>
      this.#flow.pauses.proceed(run, restoreRun(run, state, nextId)),
    )
  }

  #reopen(state: CheckpointState, options: ResumeOptions): PipelineRun {
    const { timeout } = options
    const { orderKey, idempotencyKey, trace } = state
    return this.#launcher.open({
      input: state.input,
      timeoutMs: timeout === undefined ? Math.max(0, state.remainingMs) : timeLimit(timeout, 'timeout'),
      options: {
        ...(typeof trace === 'string' ? { trace } : {}),
        ...options,
        ...(typeof orderKey === 'string' ? { orderKey } : {}),
        ...(typeof idempotencyKey === 'string' ? { idempotencyKey } : {}),
      },
      explain: true,
      resumed: true,
      layout: this.#flow.layouts.withEdges(state.edges),
    })
  }

  #gone(runId: number): UnknownRunError {
    return new UnknownRunError(this.#pipeline, runId, 'in flight')
  }
}

function isStored(from: Uint8Array | Stored): from is Stored {
  try {
    return typeof from === 'object' && from !== null && 'store' in from
  } catch {
    return false
  }
}
