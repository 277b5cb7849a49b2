import type { Processor } from '../behavior/define-processor.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { TimerWheel } from '../kernel/timer-wheel.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { Hop, Message } from '../message/header.ts'
import { checkSchema } from '../message/schema.ts'
import type { Host } from '../ports/host.ts'
import {
  type CheckpointState,
  decodeCheckpoint,
  encodeCheckpoint,
  restoreRun,
  type Stored,
  storeCheckpoint,
  takeCheckpoint,
  undoStore,
} from './checkpoint.ts'
import {
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelineStoppedError,
  RunMovedError,
  UnknownRunError,
} from './errors.ts'
import { type Explanation, explainRun } from './explain.ts'
import type { PipelineRoutes, RouteDecision } from './fan-routes.ts'
import { History } from './history.ts'
import type { PendingQuestion } from './human.ts'
import type { Layout } from './layout.ts'
import { Network } from './network.ts'
import type { Plan } from './plan.ts'
import { checkReplacement } from './replacement.ts'
import { type ReplayOptions, replayFrom } from './replay.ts'
import {
  type NewBranch,
  type NewWeights,
  withBranch,
  withoutBranch,
  withProcessor,
  withSomeWeights,
  withWeights,
} from './reshape.ts'
import { type JoinRecord, PipelineRun, type RunEvent, type RunOwner } from './run.ts'
import { REPLICAS_MAX } from './stage-options.ts'
import { bufferOf, RunStream, type StreamEvent } from './streams.ts'

/** Deadline, cancellation and observers of one run. */
export interface AskOptions {
  /** Default: the pipeline's timeout. */
  readonly timeout?: Duration
  /** Aborting it cancels everything that the run still holds. */
  readonly signal?: AbortSignal
  /** Partial results and hops as they happen. A promise that it returns is what `await ctx.emit(x)` waits for. */
  readonly onEvent?: (event: RunEvent) => unknown
  /** Messages of one key keep their order at every step, also while steps are replaced or resized; sticky policies go by it. */
  readonly orderKey?: string
}

/** Options of a run that is watched. */
export interface StreamOptions extends Omit<AskOptions, 'onEvent'> {
  /** Partial results that wait for the consumer; a full buffer holds `await ctx.emit(x)`. Default 16. */
  readonly buffer?: number
}

/** Deadline and cancellation of a run that goes on. */
export interface ResumeOptions extends Pick<AskOptions, 'signal' | 'onEvent'> {
  /** Default: what was left of it when it was checkpointed. */
  readonly timeout?: Duration
}

/** An answer with the way it took. */
export interface Trace<O> {
  readonly id: number
  /** The pipeline's input, as its schema gave it back. */
  readonly input: unknown
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
  /** Parcels waiting and running, of all its replicas. */
  readonly load: number
  readonly replicas: number
}

/** A pipeline under supervision. */
export interface RunningPipeline<I, O> {
  readonly name: string
  /**
   * One message through the pipeline.
   *
   * Always settles. Rejects with `SchemaError`, `PipelineFullError`, `PipelineStoppedError` (nothing was started),
   * `PipelineDeadlineError`, `PipelineCancelledError`, `ProcessorFailedError`, or `RunMovedError` after a checkpoint.
   */
  ask(input: I, options?: AskOptions): Promise<O>
  /** The same, with the path that the message took. */
  trace(input: I, options?: AskOptions): Promise<Trace<O>>
  /**
   * The same, event by event: `for await (const event of running.stream(x))`. It begins with the first `next`. Leaving the
   * loop cancels the run: queued work goes, inference rows leave their batches.
   *
   * @throws InvalidArgumentError (`invalid-argument`) for a buffer below 1; iterating throws as `ask` rejects.
   */
  stream(input: I, options?: StreamOptions): AsyncIterableIterator<StreamEvent<O>>
  /** A: `names`, and row i holds what each name's output counts at name i. */
  matrix(): { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] }
  /**
   * Puts another A in force while messages flow. Runs that have begun keep theirs: each is routed wholly by one A.
   * An arrow of weight 0 out of a fan closes its branch; a part of weight 0 is joined and counts nothing.
   *
   * @throws RoutingMatrixError (`routing-matrix`), PipelinePlanError (`pipeline-plan`), PipelineStoppedError (`pipeline-stopped`)
   */
  swap(to: NewWeights): void
  /** Some weights of A: `{ 'dense→fuse': 0.4 }` (or `'dense->fuse'`); the others stay. @throws as `swap` */
  weights(changes: Readonly<Record<string, number>>): void
  /**
   * Another processor at a step. Runs that have begun go to the old one, which stops after the last of them; messages of
   * one order key keep their order. The new one must take what the old one took last, and its output schema what that gave.
   *
   * Rejects with `ReshapeError` (`reshape`), `PipelinePlanError`, `PipelineStoppedError`; then nothing has changed.
   */
  replace(name: string, processor: Processor<never, unknown>): Promise<void>
  /** One more branch of a fan. @throws ReshapeError (`reshape`), RoutingMatrixError, PipelineStoppedError */
  add(branch: string, processor: Processor<never, unknown>, where: NewBranch): void
  /** One branch less; it ends what it has. @throws ReshapeError (`reshape`): the last branch, or a quorum out of reach. */
  remove(branch: string): void
  /** So many copies of a step. Those that go end what they have. @throws ReshapeError, InvalidArgumentError, PipelineStoppedError */
  resize(name: string, replicas: number): void
  /**
   * How well a run went, from 0 to 1: what the policies of its fans learn from.
   *
   * @throws UnknownDecisionError (`unknown-decision`): never decided here, settled, or expired; InvalidArgumentError.
   */
  feedback(runId: number, reward: number): void
  /** What the policies decided for a run. @throws UnknownDecisionError (`unknown-decision`) */
  why(runId: number): readonly RouteDecision[]
  /** The policies of the fans: save and restore what they have learned, freeze them. */
  readonly routes: PipelineRoutes
  /** How a run went: of those in flight and the last `history` of the others. @throws UnknownRunError (`unknown-run`) */
  explain(runId: number): Explanation
  /** Ids of the runs in flight, oldest first. */
  runs(): readonly number[]
  /**
   * Takes a run out of this process: a frame that `resume` goes on with, here or elsewhere. Whoever waits for it here is told
   * `run-moved`. What is running is given up and runs again there. With `to` it is durable in the store before it ends here.
   *
   * Rejects with `UnknownRunError`, `NotSerializableError`, or the store's error: then the run goes on here.
   */
  checkpoint(runId: number, to?: Stored): Promise<Uint8Array>
  /**
   * Goes on with a run, as a new one of this pipeline. From a store it is taken away: of several that try, one gets it.
   *
   * Rejects as `ask`, or with `CheckpointError` (`checkpoint-damaged`, `-version`, `-mismatch`).
   */
  resume(from: Uint8Array | Stored, options?: ResumeOptions): Promise<Trace<O>>
  /** Questions that steps have for people (`ctx.human`), oldest first. */
  pending(): readonly PendingQuestion[]
  /** Answers one. Rejects with `UnknownQuestionError`, or `SchemaError`: the question then stays open. */
  answer(questionId: string, value: unknown): Promise<void>
  /**
   * Runs again from a step of an earlier run (`trace`), with another input for that step if given.
   *
   * Rejects as `ask`, or with InvalidArgumentError (`invalid-argument`): no such step, or the trace never came to it.
   */
  replay(trace: Trace<unknown>, replay: ReplayOptions, options?: AskOptions): Promise<Trace<O>>
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

/** How one run begins, and who watches it. */
interface Launch {
  readonly input: unknown
  readonly timeoutMs: number
  readonly options: Pick<AskOptions, 'signal' | 'onEvent' | 'orderKey'>
  readonly explain: boolean
  readonly layout: Layout
  /** Sends the first parcels. */
  readonly begin: (run: PipelineRun) => void
}

class Runtime<I, O> implements RunningPipeline<I, O>, RunOwner {
  readonly name: string
  readonly #host: Host
  readonly #network: Network
  readonly #runs = new Map<number, PipelineRun>()
  readonly #history: History
  /** Deadlines of all runs: one timer of the kernel. */
  readonly #wheel: TimerWheel

  constructor(plan: Plan, host: Host) {
    this.name = plan.name
    this.#host = host
    this.#network = new Network(plan, host)
    this.#history = new History(plan.history ?? 100)
    this.#wheel = new TimerWheel(host.kernel)
  }

  get inFlight(): number {
    return this.#runs.size
  }

  get routes(): PipelineRoutes {
    return this.#network.routes
  }

  /** One promise a run, where the input's schema answers at once. */
  ask(input: I, options: AskOptions = NO_OPTIONS): Promise<O> {
    try {
      const timeoutMs = this.#timeoutOf(options)
      const { layout } = this.#network
      const checked = checkSchema(layout.plan.input, input, this.name, 'input')
      if (checked instanceof Promise) return checked.then((late) => this.#answer(late, options, timeoutMs))
      return this.#answer(checked, options, timeoutMs)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #answer(input: unknown, options: AskOptions, timeoutMs: number): Promise<O> {
    const { layout } = this.#network
    const run = this.#open({ input, timeoutMs, options, explain: false, layout })
    return this.#settled(run, options.signal, this.#first) as Promise<O>
  }

  readonly #first = (run: PipelineRun): void => this.#network.forward(run, 0, run.input)

  trace(input: I, options: AskOptions = {}): Promise<Trace<O>> {
    return this.#start(input, options, true)
  }

  stream(input: I, options: StreamOptions = {}): AsyncIterableIterator<StreamEvent<O>> {
    const { signal } = options
    return new RunStream<O>((onEvent, onStart, left) => {
      const both = signal === undefined ? left : AbortSignal.any([signal, left])
      return this.#start(input, { ...options, onEvent, signal: both }, true, onStart)
    }, bufferOf(options.buffer))
  }

  matrix(): { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] } {
    return this.#network.layout.matrix.toJSON()
  }

  swap(to: NewWeights): void {
    this.#reshape((plan) => withWeights(plan, to))
  }

  weights(changes: Readonly<Record<string, number>>): void {
    this.#reshape((plan) => withSomeWeights(plan, changes))
  }

  async replace(name: string, processor: Processor<never, unknown>): Promise<void> {
    const { plan } = this.#network.layout
    withProcessor(plan, name, processor)
    await checkReplacement(name, processor, this.#network.seen(name))
    // The plan may have changed while a schema was at work.
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
    this.#network.resize(name, wholeNumber(replicas, `${name}.replicas`, 1, REPLICAS_MAX))
  }

  feedback(runId: number, reward: number): void {
    this.#network.routes.feedback(runId, reward)
  }

  why(runId: number): readonly RouteDecision[] {
    return this.#network.routes.why(runId, this.#find(runId)?.decisions)
  }

  explain(runId: number): Explanation {
    const run = this.#find(runId)
    if (run === undefined) throw new UnknownRunError(this.name, runId, 'remembered')
    const decisions = this.#network.routes.decisions(runId, run.decisions ?? [])
    return explainRun(run, decisions, this.#host.kernel.clock.monotonic())
  }

  runs(): readonly number[] {
    return [...this.#runs.keys()]
  }

  async checkpoint(runId: number, to?: Stored): Promise<Uint8Array> {
    const run = this.#runs.get(runId)
    if (run === undefined || run.pause !== undefined) throw new UnknownRunError(this.name, runId, 'in flight')
    await this.#network.pause(run)
    // It may have settled meanwhile: by its deadline, its signal, or its answer.
    if (run.settled) throw new UnknownRunError(this.name, runId, 'in flight')
    try {
      const bytes = encodeCheckpoint(run.layout.plan, run, this.#host.kernel.clock.monotonic())
      if (to !== undefined) await storeCheckpoint(to, bytes)
      if (run.settled) {
        // Its deadline or its caller was faster than the store: it must not go on elsewhere as well.
        if (to !== undefined) await undoStore(to, bytes, undefined)
        throw new UnknownRunError(this.name, runId, 'in flight')
      }
      this.#network.fail(run, new RunMovedError(this.name, runId))
      return bytes
    } catch (error) {
      this.#network.unpause(run)
      throw error
    }
  }

  async resume(from: Uint8Array | Stored, options: ResumeOptions = {}): Promise<Trace<O>> {
    const { plan } = this.#network.layout
    this.#mustRun(from)
    const stored = typeof from === 'object' && from !== null && 'store' in from
    const bytes = stored ? await takeCheckpoint(from, (taken) => decodeCheckpoint(plan, taken)) : from
    let state: CheckpointState
    let run: PipelineRun
    try {
      // The pipeline may have changed while the store was at work.
      state = decodeCheckpoint(this.#network.layout.plan, bytes)
      run = this.#reopen(state, options)
    } catch (error) {
      // What can't begin here stays for others.
      if (stored) await undoStore(from, undefined, bytes)
      throw error
    }
    return this.#traced(run, options.signal, () =>
      this.#network.proceed(
        run,
        restoreRun(run, state, () => this.#host.kernel.ids.next()),
      ),
    )
  }

  #reopen(state: CheckpointState, options: ResumeOptions): PipelineRun {
    const { timeout } = options
    return this.#open({
      input: state.input,
      timeoutMs: timeout === undefined ? Math.max(0, state.remainingMs) : milliseconds(timeout, 'timeout'),
      options: { ...options, ...(typeof state.orderKey === 'string' ? { orderKey: state.orderKey } : {}) },
      explain: true,
      layout: this.#network.layoutWith(state.edges),
    })
  }

  pending(): readonly PendingQuestion[] {
    return this.#network.people.pending()
  }

  answer(questionId: string, value: unknown): Promise<void> {
    return this.#network.people.answer(questionId, value)
  }

  async replay(trace: Trace<unknown>, replay: ReplayOptions, options: AskOptions = {}): Promise<Trace<O>> {
    const { layout } = this.#network
    return this.#launch({
      input: trace.input,
      timeoutMs: this.#timeoutOf(options),
      options,
      explain: true,
      layout,
      begin: (run) => this.#network.proceed(run, replayFrom(layout, run, trace, replay)),
    })
  }

  processors(): ProcessorStatus[] {
    return this.#network.layout.stations.flatMap((station) => {
      if (station === undefined) return []
      const { name, stages, replicas } = station
      const { path, state, states } = station.stage
      const load = stages.reduce((sum, stage) => sum + stage.load, 0)
      return [{ name, path, state, states, load, replicas }]
    })
  }

  kill(processor: string, reason = 'killed by its user'): void {
    const { layout } = this.#network
    layout.stations[layout.matrix.indexOf(processor)]?.kill(reason)
  }

  #reshape(change: (plan: Plan) => Plan): void {
    this.#mustRun(undefined)
    this.#network.install(change(this.#network.layout.plan))
  }

  /** @throws PipelineStoppedError (`pipeline-stopped`) */
  #mustRun(input: unknown): void {
    if (!this.#host.accepting) throw new PipelineStoppedError(this.name, input)
  }

  #find(id: number): PipelineRun | undefined {
    return this.#runs.get(id) ?? this.#history.find(id)
  }

  #timeoutOf({ timeout }: AskOptions): number {
    return timeout === undefined ? this.#network.layout.plan.timeoutMs : milliseconds(timeout, 'timeout')
  }

  async #start(
    input: I,
    options: AskOptions,
    explain: boolean,
    onStart?: (id: number) => void,
  ): Promise<Trace<O>> {
    const timeoutMs = this.#timeoutOf(options)
    const checked = await checkSchema(this.#network.layout.plan.input, input, `${this.name}.input`)
    return this.#launch({
      input: checked,
      timeoutMs,
      options,
      explain,
      layout: this.#network.layout,
      begin: (run) => {
        onStart?.(run.id)
        this.#network.forward(run, 0, run.input)
      },
    })
  }

  async #launch({ begin, ...launch }: Launch): Promise<Trace<O>> {
    return this.#traced(this.#open(launch), launch.options.signal, begin)
  }

  async #traced(
    run: PipelineRun,
    signal: AbortSignal | undefined,
    begin: (run: PipelineRun) => void,
  ): Promise<Trace<O>> {
    const value = await this.#settled(run, signal, begin)
    return {
      id: run.id,
      input: run.input,
      value: value as O,
      hops: run.hops,
      joins: run.joinRecords(),
      messages: run.messages,
      totalMs: this.#now() - run.startedAt,
    }
  }

  #open({ input, timeoutMs, options, explain, layout }: Omit<Launch, 'begin'>): PipelineRun {
    this.#mustRun(input)
    const { maxInFlight } = layout.plan
    if (this.#runs.size >= maxInFlight) throw new PipelineFullError(this.name, maxInFlight, input)
    const { signal, onEvent, orderKey } = options
    if (signal?.aborted) throw new PipelineCancelledError(this.name, signal.reason)
    const startedAt = this.#now()
    return new PipelineRun({
      id: this.#host.kernel.ids.next(),
      input,
      startedAt,
      deadline: startedAt + timeoutMs,
      explain,
      onEvent,
      orderKey,
      layout,
      owner: this,
    })
  }

  /** Sends the run's first parcels, and settles it on its answer, failure, deadline or cancellation: whichever is first. */
  #settled(
    run: PipelineRun,
    signal: AbortSignal | undefined,
    begin: (run: PipelineRun) => void,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      run.resolve = resolve
      run.reject = reject
      this.#wheel.add(run, run.deadline)
      if (signal !== undefined) this.#follow(run, signal)
      this.#runs.set(run.id, run)
      this.#network.enter(run)
      try {
        begin(run)
      } catch (error) {
        this.#network.fail(run, error)
      }
    })
  }

  #follow(run: PipelineRun, signal: AbortSignal): void {
    run.signal = signal
    run.onAbort = () => this.#network.fail(run, new PipelineCancelledError(this.name, signal.reason))
    signal.addEventListener('abort', run.onAbort, { once: true })
  }

  settled(run: PipelineRun, error: unknown, value: unknown): void {
    run.endedAt = this.#now()
    this.#wheel.remove(run)
    if (run.onAbort !== undefined) run.signal?.removeEventListener('abort', run.onAbort)
    this.#runs.delete(run.id)
    this.#history.add(run)
    if (error === undefined) run.resolve?.(value)
    else run.reject?.(error)
    // A run that is remembered does not hold on to whoever asked.
    run.resolve = undefined
    run.reject = undefined
  }

  late(run: PipelineRun): void {
    const { startedAt, deadline, hops, holding } = run
    // Free of what adding and subtracting has rounded.
    const timeoutMs = Math.round((deadline - startedAt) * 1000) / 1000
    this.#network.fail(run, new PipelineDeadlineError(this.name, timeoutMs, [...hops], [...holding.keys()]))
  }

  #now(): number {
    return this.#host.kernel.clock.monotonic()
  }
}

const NO_OPTIONS: AskOptions = {}
