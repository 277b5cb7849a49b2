import { forgetAbort, whenAborted } from '../../kernel/abort-listeners.ts'
import { DURATION_MS_MAX } from '../../kernel/durations.ts'
import { TimerWheel } from '../../kernel/timer-wheel.ts'
import type { Hop } from '../../message/header.ts'
import { checkTraceParent } from '../../message/trace-parent.ts'
import type { Host } from '../../ports/host.ts'
import type { PipelineLoad } from '../admission/load.ts'
import {
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelineStoppedError,
} from '../errors.ts'
import type { Flow } from '../flow/flow.ts'
import { defaultPolicy } from '../plan/admission-policy.ts'
import type { Plan } from '../plan/plan.ts'
import { History } from '../run/history.ts'
import type { Layout } from '../run/layout.ts'
import { OpenRuns } from '../run/open-runs.ts'
import { PipelineRun, type RunOwner } from '../run/run.ts'
import { Doorkeeper, timeoutOf } from './doorkeeper.ts'
import { Drain } from './drain.ts'
import { runEnded, runStarted } from './run-events.ts'
import type { PipelineAskOptions, Trace } from './running-pipeline.ts'

/** How one run begins, and who watches it. */
export interface Launch {
  readonly input: unknown
  readonly timeoutMs: number
  readonly options: Omit<PipelineAskOptions, 'timeout'>
  readonly explain: boolean
  /** It began elsewhere, so it waits at no door. */
  readonly resumed?: boolean
  readonly layout: Layout
  /** Keeps its record, where it outlives the process. */
  readonly keeper?: PipelineRun['keeper']
  /** Sends the first parcels. */
  readonly begin: (run: PipelineRun) => void
}

/**
 * The life of every run, from its launch to its settlement:
 *
 *   launch ─▶ open ─▶ door ─┬─▶ begin ─▶ … ─▶ settled ─▶ history
 *               │ full,     └─▶ wait ─┘            ▲
 *               ▼ overloaded     │ deadline, signal, overloaded
 *            refused             └──── fail ───────┘
 */
export class Launcher implements RunOwner {
  readonly #name: string
  readonly #host: Host
  readonly #flow: Flow
  readonly #runs = new OpenRuns()
  readonly #history: History
  /** No more runs begin. */
  #closed = false
  readonly #drain: Drain
  /** Deadlines of all runs: one timer of the kernel. */
  readonly #wheel: TimerWheel
  readonly #doorkeeper: Doorkeeper

  constructor(plan: Plan, host: Host, flow: Flow) {
    const { name, history = 100, maxInFlight, admission = defaultPolicy(maxInFlight) } = plan
    this.#name = name
    this.#host = host
    this.#flow = flow
    this.#history = new History(history)
    this.#drain = new Drain(host.kernel.timers)
    this.#wheel = new TimerWheel(host.kernel)
    this.#doorkeeper = new Doorkeeper(plan, admission, flow.layouts.width, host, {
      begin: (run) => this.#beginWaiting(run),
      fail: (run, error) => this.#flow.fail(run, error),
      pressed: (...load) => flow.brownout.look(...load),
    })
  }

  get inFlight(): number {
    return this.#runs.size
  }

  get accepting(): boolean {
    return !this.#closed && this.#host.accepting
  }

  /** Stops launching runs; resolves once none is in flight, or after `drainMs` milliseconds, or those of a later call. */
  close(drainMs: number): Promise<void> {
    this.#closed = true
    return this.#drain.within(this.#runs.size === 0 ? 0 : drainMs)
  }

  /** Ids of the runs in flight, oldest first. */
  ids(): readonly number[] {
    return this.#runs.ids()
  }

  inFlightRun(id: number): PipelineRun | undefined {
    return this.#runs.find(id)
  }

  /** In flight, or one of the last settled runs. */
  find(id: number): PipelineRun | undefined {
    return this.#runs.find(id) ?? this.#history.find(id)
  }

  /** The answer, with the path it took. */
  async trace<O>({ begin, ...launch }: Launch): Promise<Trace<O>> {
    return this.traceOf(this.open(launch), launch.options.signal, begin)
  }

  async traceOf<O>(
    run: PipelineRun,
    signal: AbortSignal | undefined,
    begin: (run: PipelineRun) => void,
  ): Promise<Trace<O>> {
    const { messages } = run
    const value = await this.settle(run, signal, begin)
    return {
      id: run.id,
      input: run.input,
      value: value as O,
      startedAt: run.startedAt,
      hops: run.hops,
      joins: run.joinRecords(),
      messages,
      totalMs: this.#now() - run.startedAt,
    }
  }

  /** @throws PipelineStoppedError, PipelineFullError, OverloadedError, PipelineCancelledError: then there is no run. */
  open(launch: Omit<Launch, 'begin'>): PipelineRun {
    const { input, timeoutMs, options, explain, layout, resumed = false, keeper } = launch
    if (!this.accepting) throw new PipelineStoppedError(this.#name, input)
    const { maxInFlight } = layout.plan
    const { door } = this.#doorkeeper
    if ((door === undefined || resumed) && this.#begun >= maxInFlight)
      throw new PipelineFullError(this.#name, maxInFlight, input)
    const { signal, onEvent, orderKey, idempotencyKey, trace, tenant, priority = 0 } = options
    if (signal?.aborted) throw new PipelineCancelledError(this.#name, signal.reason)
    const startedAt = this.#now()
    if (door !== undefined && !resumed) {
      const refusal = door.refusal(timeoutMs, tenant, priority, startedAt)
      if (refusal !== undefined) throw this.#doorkeeper.overloaded(timeoutMs, refusal, tenant, input)
    }
    const run = new PipelineRun({
      id: this.#host.kernel.ids.next(),
      input,
      startedAt,
      deadline: startedAt + timeoutMs,
      explain,
      onEvent,
      orderKey,
      idempotencyKey,
      trace: trace === undefined ? undefined : checkTraceParent(trace, `${this.#name}.trace`),
      layout,
      context: this.#host.callersContext(),
      tenant,
      priority,
      keeper,
      owner: this,
    })
    if (resumed) door?.force(run, startedAt)
    return run
  }

  /** Runs that take a place among those in flight. */
  get #begun(): number {
    return this.#doorkeeper.door?.inFlight ?? this.#runs.size
  }

  /** Sends the run's first parcels, and settles it on its answer, failure, deadline or cancellation, whichever is first. */
  settle(
    run: PipelineRun,
    signal: AbortSignal | undefined,
    begin: (run: PipelineRun) => void,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      run.resolve = resolve
      run.reject = reject
      if (signal !== undefined) this.#follow(run, signal)
      this.#runs.add(run)
      if (this.#host.events.active) this.#host.events.emit(runStarted(this.#name, run))
      this.#flow.enter(run)
      const { door } = this.#doorkeeper
      if (door === undefined || !Number.isNaN(run.begunAt) || door.enter(run)) {
        this.#begin(run, begin)
        return
      }
      run.begin = begin
      this.#wheel.add(run, Math.min(this.#farAway(), door.lastCall(run, run.startedAt)))
    })
  }

  #begin(run: PipelineRun, begin: (run: PipelineRun) => void): void {
    this.#doorkeeper.begins(run)
    try {
      begin(run)
    } catch (error) {
      this.#flow.fail(run, error)
    }
    // After the first parcels, so that the wheel looks at the end of their turn: a run that is done by then needs no timer.
    if (run.settled) return
    this.#wheel.add(run, run.deadline === Number.POSITIVE_INFINITY ? this.#farAway() : run.deadline)
  }

  /** The wheel time of a run without a deadline: the wheel still keeps the process alive for it. */
  #farAway(): number {
    return this.#now() + DURATION_MS_MAX
  }

  #beginWaiting(run: PipelineRun): void {
    const { begin } = run
    run.begin = undefined
    this.#wheel.remove(run)
    if (begin !== undefined) this.#begin(run, begin)
  }

  /** A waiting run begins out of turn, so that it can be taken out of the stages in that state. */
  bringIn(run: PipelineRun): void {
    if (run.begin === undefined) return
    this.#doorkeeper.door?.force(run, this.#now())
    this.#beginWaiting(run)
  }

  /** Fails every run that waits to begin. */
  abandon(): void {
    const { door } = this.#doorkeeper
    door?.close()
    for (const run of door?.room.guests() ?? []) this.#stop(run)
  }

  /** Fails every run. */
  failAll(): void {
    this.abandon()
    for (const id of this.#runs.ids()) this.#stop(this.#runs.find(id))
  }

  #stop(run: PipelineRun | undefined): void {
    if (run !== undefined) this.#flow.fail(run, new PipelineStoppedError(this.#name, run.input))
  }

  load(): PipelineLoad {
    return this.#doorkeeper.load(this.#begun)
  }

  #follow(run: PipelineRun, signal: AbortSignal): void {
    run.signal = signal
    run.onAbort = () => this.#flow.fail(run, new PipelineCancelledError(this.#name, signal.reason))
    whenAborted(signal, run.onAbort)
  }

  settled(run: PipelineRun, error: unknown, value: unknown): void {
    run.endedAt = this.#now()
    this.#wheel.remove(run)
    forgetAbort(run.signal, run.onAbort)
    this.#runs.remove(run)
    this.#history.add(run)
    this.#doorkeeper.ended(run, run.endedAt, error)
    // First, so that the record of the run has the steps that are given up with it.
    this.#flow.cancelRest(run, error === undefined)
    if (this.#host.events.active) this.#host.events.emit(runEnded(this.#name, run, run.endedAt))
    if (error === undefined) run.resolve?.(value)
    else run.reject?.(error)
    run.forget()
    if (this.#runs.size === 0) this.#drain.end()
    else this.#doorkeeper.letIn()
  }

  worked(run: PipelineRun, hop: Hop): void {
    this.#doorkeeper.worked(run, hop)
  }

  waits(run: PipelineRun): void {
    this.#doorkeeper.door?.release(run)
    this.#doorkeeper.letIn()
  }

  late(run: PipelineRun): void {
    if (run.begin !== undefined) {
      const again = this.#doorkeeper.late(run)
      if (again !== undefined) this.#wheel.add(run, Math.min(this.#farAway(), again))
      return
    }
    if (run.deadline === Number.POSITIVE_INFINITY) {
      this.#wheel.add(run, this.#farAway())
      return
    }
    const waitingFor = [...run.holding.keys()]
    this.#flow.fail(run, new PipelineDeadlineError(this.#name, timeoutOf(run), [...run.hops], waitingFor))
  }

  #now(): number {
    return this.#host.kernel.clock.monotonic()
  }
}
