import { type Duration, milliseconds } from '../kernel/durations.ts'
import type { Hop, Message } from '../message/header.ts'
import { checkSchema } from '../message/schema.ts'
import type { Host } from '../ports/host.ts'
import {
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelineStoppedError,
} from './errors.ts'
import { Network } from './network.ts'
import type { Plan } from './plan.ts'
import { type JoinRecord, PipelineRun, type RunEvent } from './run.ts'

/** Deadline, cancellation and observers of one run. */
export interface AskOptions {
  /** Default: the pipeline's timeout. */
  readonly timeout?: Duration
  /** Aborting it cancels everything that the run still holds. */
  readonly signal?: AbortSignal
  /** Partial results and hops as they happen. */
  readonly onEvent?: (event: RunEvent) => void
}

/** An answer with the way it took. */
export interface Trace<O> {
  readonly id: number
  readonly value: O
  /** In the order in which they ended. */
  readonly hops: readonly Hop[]
  readonly joins: readonly JoinRecord[]
  /** Every message as header, body, trailer. */
  readonly messages: readonly Message[]
  /** From ask to answer, milliseconds. */
  readonly totalMs: number
}

/** One processor as it stands: lifecycle states and load. */
export interface ProcessorStatus {
  readonly name: string
  readonly path: string
  readonly state: string
  /** Lifecycle states so far, oldest first. */
  readonly states: readonly string[]
  /** Parcels waiting and running. */
  readonly load: number
}

/** A pipeline under supervision. */
export interface RunningPipeline<I, O> {
  readonly name: string
  /**
   * One message through the pipeline.
   *
   * Always settles. Rejects with `SchemaError`, `PipelineFullError`, `PipelineStoppedError` (nothing was started),
   * `PipelineDeadlineError`, `PipelineCancelledError` or `ProcessorFailedError`.
   */
  ask(input: I, options?: AskOptions): Promise<O>
  /** The same, with the path that the message took. */
  trace(input: I, options?: AskOptions): Promise<Trace<O>>
  /** A: `names`, and row i holds what each name's output counts at name i. */
  matrix(): { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] }
  /** Every processor as it stands. */
  processors(): readonly ProcessorStatus[]
  /** Crashes one processor as a fault would; its supervisor restarts it and nothing is lost. */
  kill(processor: string, reason?: string): void
  readonly inFlight: number
}

/** Starts every node of the plan as a supervised stage. Called by `system.run`. */
export function startPipeline<I, O>(plan: Plan, host: Host): RunningPipeline<I, O> {
  return new Runtime<I, O>(plan, host)
}

class Runtime<I, O> implements RunningPipeline<I, O> {
  readonly name: string
  readonly #plan: Plan
  readonly #host: Host
  readonly #network: Network
  readonly #runs = new Map<number, PipelineRun>()

  constructor(plan: Plan, host: Host) {
    this.name = plan.name
    this.#plan = plan
    this.#host = host
    this.#network = new Network(plan, host)
  }

  get inFlight(): number {
    return this.#runs.size
  }

  async ask(input: I, options: AskOptions = {}): Promise<O> {
    const { value } = await this.#start(input, options, false)
    return value
  }

  trace(input: I, options: AskOptions = {}): Promise<Trace<O>> {
    return this.#start(input, options, true)
  }

  matrix(): { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] } {
    return this.#network.matrix.toJSON()
  }

  /** Every processor as it stands. */
  processors(): ProcessorStatus[] {
    return this.#network.stages.flatMap((stage) => {
      if (stage === undefined) return []
      const { name, path, state, states, load } = stage
      return [{ name, path, state, states, load }]
    })
  }

  kill(processor: string, reason = 'killed by its user'): void {
    this.#network.stages[this.#network.matrix.indexOf(processor)]?.kill(reason)
  }

  async #start(input: I, options: AskOptions, explain: boolean): Promise<Trace<O>> {
    const timeoutMs =
      options.timeout === undefined ? this.#plan.timeoutMs : milliseconds(options.timeout, 'timeout')
    const checked = await checkSchema(this.#plan.input, input, `${this.name}.input`)
    if (!this.#host.accepting) throw new PipelineStoppedError(this.name, input)
    if (this.#runs.size >= this.#plan.maxInFlight) {
      throw new PipelineFullError(this.name, this.#plan.maxInFlight, input)
    }
    if (options.signal?.aborted) throw new PipelineCancelledError(this.name, options.signal.reason)
    const startedAt = this.#host.kernel.clock.monotonic()
    const run = new PipelineRun({
      id: this.#host.kernel.ids.next(),
      input: checked,
      startedAt,
      deadline: startedAt + timeoutMs,
      explain,
      onEvent: options.onEvent,
    })
    const value = await this.#settled(run, timeoutMs, options.signal)
    return {
      id: run.id,
      value: value as O,
      hops: run.hops,
      joins: run.joinRecords(),
      messages: run.messages,
      totalMs: this.#host.kernel.clock.monotonic() - startedAt,
    }
  }

  /** Sends the run's first parcels, and settles it on its answer, failure, deadline or cancellation: whichever is first. */
  #settled(run: PipelineRun, timeoutMs: number, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#network.fail(run, new PipelineCancelledError(this.name, signal?.reason))
      const timer = this.#host.kernel.timers.after(
        timeoutMs,
        (late: PipelineRun) =>
          this.#network.fail(
            late,
            new PipelineDeadlineError(this.name, timeoutMs, [...late.hops], [...late.holding.keys()]),
          ),
        run,
      )
      run.settle = (error, value) => {
        run.settled = true
        timer.cancel()
        signal?.removeEventListener('abort', onAbort)
        run.close()
        this.#runs.delete(run.id)
        if (error === undefined) resolve(value)
        else reject(error)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#runs.set(run.id, run)
      this.#network.begin(run)
    })
  }
}
