import { timeLimit } from '../../kernel/durations.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { checkSchema, isLate } from '../../message/schema.ts'
import type { Store } from '../../ports/store.ts'
import { PipelineStoppedError, RunMovedError, UnknownRunError } from '../errors.ts'
import type { Flow } from '../flow/flow.ts'
import { standingAt } from '../flow/pauses.ts'
import type { Standing } from '../run/pause.ts'
import type { PipelineRun, Tag } from '../run/run.ts'
import { type CheckpointState, decodeCheckpoint, encodeCheckpoint, restoreRun } from './checkpoint.ts'
import {
  checkStored,
  replaceStored,
  type Stored,
  storeCheckpoint,
  takeCheckpoint,
} from './checkpoint-store.ts'
import { KeptRuns } from './durable-runs.ts'
import type { InputChecks } from './input-checks.ts'
import type { Launch, Launcher } from './launcher.ts'
import type { RunStarter } from './run-starter.ts'
import type { DurableRuns, DurableRunsOptions, ResumeOptions, Trace } from './running-pipeline.ts'

/** Takes runs out of a pipeline as bytes, and resumes those of another process. */
export class RunMover {
  readonly #pipeline: string
  readonly #kernel: Kernel
  readonly #flow: Flow
  readonly #launcher: Launcher
  readonly #checks: InputChecks

  constructor(pipeline: string, kernel: Kernel, flow: Flow, launcher: Launcher, checks: InputChecks) {
    this.#pipeline = pipeline
    this.#kernel = kernel
    this.#flow = flow
    this.#launcher = launcher
    this.#checks = checks
  }

  /** Rejects with UnknownRunError if the run has settled, and with the error of the codec or the store. */
  async checkpoint(runId: number, to: Stored | undefined): Promise<Uint8Array> {
    if (to !== undefined) checkStored(to)
    const run = this.#launcher.inFlightRun(runId)
    if (run === undefined || run.pause !== undefined) throw this.#gone(runId)
    await this.#paused(run)
    try {
      const bytes = this.#encoded(run, pausedAt(run))
      if (to !== undefined) await storeCheckpoint(to, bytes)
      if (run.settled) {
        // Its deadline or its caller was faster than the store, so it must not continue elsewhere too.
        if (to !== undefined) await replaceStored(to, bytes, undefined)
        throw this.#gone(runId)
      }
      this.#flow.fail(run, new RunMovedError(this.#pipeline, runId))
      return bytes
    } catch (error) {
      this.#flow.pauses.unpause(run)
      throw error
    }
  }

  /** Its state, without ending it: what is running is abandoned, and runs again. Rejects like `checkpoint`. */
  async #frameOf(run: PipelineRun): Promise<Uint8Array> {
    if (run.settled || run.pause !== undefined) throw this.#gone(run.id)
    await this.#paused(run)
    try {
      return this.#encoded(run, pausedAt(run))
    } finally {
      this.#flow.pauses.unpause(run)
    }
  }

  /** The same for a run that does nothing but wait for people; undefined for any other. @throws NotSerializableError */
  #frameAtRest(run: PipelineRun): Uint8Array | undefined {
    const parcels = this.#flow.people.waiting(run)
    if (run.settled || run.pause !== undefined || parcels.length < run.holding.size) return undefined
    const standing = parcels.map(({ type, weight, body, tag }) => standingAt(type, weight, body, tag as Tag))
    return this.#encoded(run, standing)
  }

  /** Runs of an earlier process in that store go on first. */
  async durable<I, O>(store: Store, options: DurableRunsOptions): Promise<DurableRuns<I, O>> {
    if (!this.#launcher.accepting) throw new PipelineStoppedError(this.#pipeline, undefined)
    const { plan } = this.#flow.layout
    const begin = (run: PipelineRun) => this.#flow.forward(run, 0, run.input)
    const starter: RunStarter = {
      name: this.#pipeline,
      kernel: this.#kernel,
      timeoutMs: plan.timeoutMs,
      unread: (key, error) => this.#flow.unread(key, error),
      accepting: () => this.#launcher.accepting,
      check: async (input, timeoutMs) => {
        const checked = checkSchema(plan.input, input, this.#pipeline, 'input')
        if (!isLate(checked)) return { input: checked, timeoutMs }
        return this.#checks.within(checked, input, timeoutMs, undefined)
      },
      open: (launch) => this.#launcher.open({ ...launch, explain: false, layout: this.#flow.layout }),
      begin: (run) => this.#launcher.settle(run, undefined, begin),
      resume: async (frame, timeout, keeper) => (await this.resume(frame, { timeout }, { keeper })).value,
      frameOf: (run) => this.#frameOf(run),
      frameAtRest: (run) => this.#frameAtRest(run),
    }
    return new KeptRuns<I, O>(starter, store, options).recover()
  }

  async #paused(run: PipelineRun): Promise<void> {
    this.#launcher.bringIn(run)
    await this.#flow.pauses.pause(run)
    // It may have settled meanwhile: by its deadline, its signal, or its answer.
    if (run.settled) throw this.#gone(run.id)
  }

  #encoded(run: PipelineRun, parcels: readonly Standing[]): Uint8Array {
    return encodeCheckpoint(run.layout.plan, run, parcels, this.#kernel.clock.monotonic())
  }

  /** Rejects with CheckpointError if the bytes are not a run of this pipeline. */
  async resume(
    from: Uint8Array | Stored,
    options: ResumeOptions,
    kept: Pick<Launch, 'keeper'> = {},
  ): Promise<Trace<unknown>> {
    const { plan } = this.#flow.layout
    const stored = isStored(from)
    if (stored) checkStored(from)
    const bytes = stored ? await takeCheckpoint(from, (taken) => decodeCheckpoint(plan, taken)) : from
    let state: CheckpointState
    let run: PipelineRun
    try {
      // The pipeline may have changed while the store was working.
      state = decodeCheckpoint(this.#flow.layout.plan, bytes)
      run = this.#reopen(state, options, kept)
    } catch (error) {
      // A run that can't begin here stays in the store for others.
      if (stored) await replaceStored(from, undefined, bytes)
      throw error
    }
    const nextId = (): number => this.#kernel.ids.next()
    return this.#launcher.traceOf(run, options.signal, () =>
      this.#flow.pauses.proceed(run, restoreRun(run, state, nextId)),
    )
  }

  #reopen(state: CheckpointState, options: ResumeOptions, kept: Pick<Launch, 'keeper'>): PipelineRun {
    const { timeout } = options
    const { orderKey, idempotencyKey, trace } = state
    return this.#launcher.open({
      ...kept,
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

/** Where its parcels are, while it is paused. */
function pausedAt({ pause }: PipelineRun): readonly Standing[] {
  return pause?.parcels ?? []
}

function isStored(from: Uint8Array | Stored): from is Stored {
  try {
    return typeof from === 'object' && from !== null && 'store' in from
  } catch {
    return false
  }
}
