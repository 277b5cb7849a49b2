import type { Processor } from '../../behavior/define-processor.ts'
import { milliseconds, timeLimit } from '../../kernel/durations.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import { checkSchema, isLate } from '../../message/schema.ts'
import type { Host } from '../../ports/host.ts'
import type { Store } from '../../ports/store.ts'
import type { PipelineLoad } from '../admission/load.ts'
import { PipelineStoppedError } from '../errors.ts'
import type { PipelineRoutes } from '../flow/fan-routes.ts'
import { Flow } from '../flow/flow.ts'
import type { PendingQuestion } from '../flow/human.ts'
import { ASK_OPTIONS, RESUME_OPTIONS, STREAM_OPTIONS } from '../plan/known-options.ts'
import type { Plan } from '../plan/plan.ts'
import {
  type NewBranch,
  type NewWeights,
  withBranch,
  withoutBranch,
  withProcessor,
  withSomeWeights,
  withWeights,
} from '../plan/reshape.ts'
import type { RouteDecision } from '../run/decisions.ts'
import type { Explanation } from '../run/explanation.ts'
import type { PipelineRun } from '../run/run.ts'
import { AskAll } from './ask-all.ts'
import { type AskAllOptions, type AskAllResult, type Inputs, jobOptions } from './ask-all-options.ts'
import { checkOptions, NO_OPTIONS } from './call-options.ts'
import type { Stored } from './checkpoint-store.ts'
import { explainRun, unknownRun } from './explain.ts'
import { InputChecks } from './input-checks.ts'
import { Launcher } from './launcher.ts'
import { processorStatus } from './processor-status.ts'
import { checkReplacement } from './replacement.ts'
import { checkReplay, type ReplayOptions, replayFrom } from './replay.ts'
import { RunMover } from './run-mover.ts'
import { claimName } from './running-names.ts'
import type {
  DurableRuns,
  DurableRunsOptions,
  PipelineAskOptions,
  PipelineStopOptions,
  ProcessorStatus,
  ResumeOptions,
  RunningPipeline,
  StreamOptions,
  Trace,
} from './running-pipeline.ts'
import { bufferOf, RunStream, type StreamEvent } from './streams.ts'

/**
 * Starts every node of the plan as a supervised stage. Called by `system.run`.
 *
 * @throws InvalidArgumentError (`invalid-argument`): a pipeline of that name is running. PipelinePlanError (`pipeline-plan`)
 */
export function startPipeline<I, O>(plan: Plan, host: Host): RunningPipeline<I, O> {
  const { name } = plan
  const free = claimName(host, name)
  try {
    return new Running<I, O>(plan, host, free)
  } catch (error) {
    free()
    throw error
  }
}

class Running<I, O> implements RunningPipeline<I, O> {
  readonly name: string
  readonly #host: Host
  readonly #flow: Flow
  readonly #launcher: Launcher
  readonly #mover: RunMover
  readonly #checks: InputChecks
  #stopping: Promise<void> | undefined = undefined

  constructor(plan: Plan, host: Host, stopped: () => void) {
    this.name = plan.name
    this.#host = host
    this.#flow = new Flow(plan, host, () => {
      this.#launcher.abandon()
      this.#checks.close()
      stopped()
    })
    this.#launcher = new Launcher(plan, host, this.#flow)
    this.#checks = new InputChecks(plan.name, host.kernel)
    this.#mover = new RunMover(plan.name, host.kernel, this.#flow, this.#launcher, this.#checks)
  }

  get inFlight(): number {
    return this.#launcher.inFlight
  }

  get plan(): Plan {
    return this.#flow.layout.plan
  }

  get routes(): PipelineRoutes {
    return this.#flow.routes
  }

  /** One promise per run, if the input's schema answers at once. */
  ask(input: I, options: PipelineAskOptions = NO_OPTIONS): Promise<O> {
    try {
      checkOptions(this.name, options, ASK_OPTIONS)
      const timeoutMs = this.#timeoutOf(options)
      const checked = checkSchema(this.plan.input, input, this.name, 'input')
      if (!isLate(checked)) return this.#answer(checked, options, timeoutMs)
      return this.#checks
        .within(checked, input, timeoutMs, options.signal)
        .then((accepted) => this.#answer(accepted.input, options, accepted.timeoutMs))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #answer(input: unknown, options: PipelineAskOptions, timeoutMs: number): Promise<O> {
    const run = this.#launcher.open({ input, timeoutMs, options, explain: false, layout: this.#flow.layout })
    return this.#launcher.settle(run, options.signal, this.#first) as Promise<O>
  }
  readonly #first = (run: PipelineRun): void => this.#flow.forward(run, 0, run.input)

  askAll<T extends I>(
    inputs: Inputs<T>,
    options: AskAllOptions<T> = {},
  ): AsyncIterableIterator<AskAllResult<T, O>> {
    return new AskAll<T, O>(inputs, jobOptions(this.name, inputs, options), {
      name: this.name,
      kernel: this.#host.kernel,
      maxInFlight: this.#flow.layout.plan.maxInFlight,
      limit: () => this.#launcher.load().limit,
      ask: (input, asked) => this.ask(input, asked),
    })
  }

  async trace(input: I, options: PipelineAskOptions = NO_OPTIONS): Promise<Trace<O>> {
    checkOptions(this.name, options, ASK_OPTIONS)
    return this.#start(input, options, true)
  }

  stream(input: I, options: StreamOptions = {}): AsyncIterableIterator<StreamEvent<O>> {
    checkOptions(this.name, options, STREAM_OPTIONS)
    const { signal } = options
    return new RunStream<O>((onEvent, onStart, left) => {
      const both = signal === undefined ? left : AbortSignal.any([signal, left])
      return this.#start(input, { ...options, onEvent, signal: both }, true, onStart)
    }, bufferOf(options.buffer))
  }

  matrix(): { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] } {
    return this.#flow.layout.matrix.toJSON()
  }

  swap(to: NewWeights): void {
    this.#reshape((plan) => withWeights(plan, to))
  }

  weights(changes: Readonly<Record<string, number>>): void {
    this.#reshape((plan) => withSomeWeights(plan, changes))
  }

  async replace(name: string, processor: Processor<never, unknown>): Promise<void> {
    const { plan } = this.#flow.layout
    withProcessor(plan, name, processor)
    await this.#checks.ofReplacement(name, checkReplacement(name, processor, this.#flow.layouts.seen(name)))
    // The plan may have changed while a schema was working.
    this.#reshape((now) => withProcessor(now, name, processor))
  }

  add(branch: string, processor: Processor<never, unknown>, where: NewBranch): void {
    this.#reshape((plan) => withBranch(plan, branch, processor, where))
  }

  remove(branch: string): void {
    this.#reshape((plan) => withoutBranch(plan, branch))
  }

  resize(name: string, replicas: number): void {
    this.#mustRun(name)
    this.#flow.layouts.resize(name, replicas)
  }

  feedback(runId: number, reward: number): void {
    this.#flow.routes.feedback(runId, reward)
  }

  why(runId: number): readonly RouteDecision[] {
    return this.#flow.routes.why(runId, this.#launcher.find(runId)?.decisions)
  }

  explain(runId: number): Explanation {
    const run = this.#launcher.find(runId) ?? unknownRun(this.name, runId)
    return explainRun(run, this.#flow.routes, this.#host.kernel.clock.monotonic())
  }

  runs(): readonly number[] {
    return this.#launcher.ids()
  }

  checkpoint(runId: number, to?: Stored): Promise<Uint8Array> {
    return this.#mover.checkpoint(runId, to)
  }

  async resume(from: Uint8Array | Stored, options: ResumeOptions = {}): Promise<Trace<O>> {
    checkOptions(this.name, options, RESUME_OPTIONS)
    this.#mustRun(from)
    return this.#mover.resume(from, options) as Promise<Trace<O>>
  }

  durable(store: Store, options: DurableRunsOptions = {}): Promise<DurableRuns<I, O>> {
    return this.#mover.durable(store, options)
  }

  pending(): readonly PendingQuestion[] {
    return this.#flow.people.pending()
  }

  answer(questionId: string, value: unknown): Promise<void> {
    return this.#flow.people.answer(questionId, value)
  }

  async replay(
    trace: Trace<unknown>,
    replay: ReplayOptions,
    options: PipelineAskOptions = NO_OPTIONS,
  ): Promise<Trace<O>> {
    checkReplay(this.name, trace, replay)
    checkOptions(this.name, options, ASK_OPTIONS)
    const { layout } = this.#flow
    return this.#launcher.trace({
      input: trace.input,
      timeoutMs: this.#timeoutOf(options),
      options,
      explain: true,
      layout,
      begin: (run) => this.#flow.pauses.proceed(run, replayFrom(layout, run, trace, replay)),
    })
  }

  load(): PipelineLoad {
    return this.#launcher.load()
  }

  arrows(): ReturnType<RunningPipeline<I, O>['arrows']> {
    return this.#flow.layouts.arrows()
  }

  processors(): ProcessorStatus[] {
    return processorStatus(this.#flow.layout)
  }

  async stop(options: PipelineStopOptions = {}): Promise<void> {
    onlyOptions(options, `${this.name}.stop`, ['drain'])
    const drainMs = milliseconds(options.drain ?? '5s', `${this.name}.drain`)
    const drained = this.#launcher.close(drainMs)
    this.#stopping ??= drained.then(() => {
      this.#launcher.failAll()
      this.#flow.stop()
    })
    return this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  kill(processor: string, reason = 'killed by its user'): void {
    const { layout } = this.#flow
    layout.stations[layout.matrix.indexOf(processor)]?.kill(reason)
  }

  #reshape(change: (plan: Plan) => Plan): void {
    this.#mustRun(undefined)
    this.#flow.layouts.install(change(this.#flow.layout.plan))
  }

  /** @throws PipelineStoppedError */
  #mustRun(input: unknown): void {
    if (!this.#launcher.accepting) throw new PipelineStoppedError(this.name, input)
  }

  #timeoutOf({ timeout }: PipelineAskOptions): number {
    return timeout === undefined ? this.plan.timeoutMs : timeLimit(timeout, 'timeout')
  }

  async #start(
    input: I,
    options: PipelineAskOptions,
    explain: boolean,
    onStart?: (id: number) => void,
  ): Promise<Trace<O>> {
    const timeoutMs = this.#timeoutOf(options)
    const checked = checkSchema(this.plan.input, input, this.name, 'input')
    const accepted = isLate(checked)
      ? await this.#checks.within(checked, input, timeoutMs, options.signal)
      : { input: checked, timeoutMs }
    const run = this.#launcher.open({ ...accepted, options, explain, layout: this.#flow.layout })
    onStart?.(run.id)
    return this.#launcher.traceOf(run, options.signal, this.#first)
  }
}
