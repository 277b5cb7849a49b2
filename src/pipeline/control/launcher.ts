import { TimerWheel } from '../../kernel/timer-wheel.ts'
import { checkTraceParent } from '../../message/trace-parent.ts'
import type { Host } from '../../ports/host.ts'
import {
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelineStoppedError,
} from '../errors.ts'
import type { Flow } from '../flow/flow.ts'
import { History } from '../run/history.ts'
import type { Layout } from '../run/layout.ts'
import { OpenRuns } from '../run/open-runs.ts'
import { PipelineRun, type RunOwner } from '../run/run.ts'
import { runEnded, runStarted } from './run-events.ts'
import type { PipelineAskOptions, Trace } from './running-pipeline.ts'

/** How one run begins, and who watches it. */
export interface Launch {
  readonly input: unknown
  readonly timeoutMs: number
  readonly options: Pick<PipelineAskOptions, 'signal' | 'onEvent' | 'orderKey' | 'idempotencyKey' | 'trace'>
  readonly explain: boolean
  readonly layout: Layout
  /** Sends the first parcels. */
  readonly begin: (run: PipelineRun) => void
}

/**
 * The life of every run, from its launch to its settlement:
 *
 *   launch ─▶ open (bounded by maxInFlight) ─▶ begin ─▶ … ─▶ settled ─▶ history
 *                       │ deadline, signal                   ▲
 *                       └────────────── fail ────────────────┘
 */
export class Launcher implements RunOwner {
  readonly #name: string
  readonly #host: Host
  readonly #flow: Flow
  readonly #runs = new OpenRuns()
  readonly #history: History
  /** No run begins any more. */
  #closed = false
  #idle: (() => void) | undefined = undefined
  /** Deadlines of all runs: one timer of the kernel. */
  readonly #wheel: TimerWheel

  constructor(name: string, host: Host, flow: Flow, history: number) {
    this.#name = name
    this.#host = host
    this.#flow = flow
    this.#history = new History(history)
    this.#wheel = new TimerWheel(host.kernel)
  }

  get inFlight(): number {
    return this.#runs.size
  }

  get accepting(): boolean {
    return !this.#closed && this.#host.accepting
  }

  /** Begins no more runs; resolves once none is in flight, or after `drainMs` milliseconds. */
  async close(drainMs: number): Promise<void> {
    this.#closed = true
    if (this.#runs.size === 0 || drainMs === 0) return
    await new Promise<void>((resolve) => {
      const timer = this.#host.kernel.timers.after(drainMs, resolve, undefined, true)
      this.#idle = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  /** Ids of the runs in flight, oldest first. */
  ids(): readonly number[] {
    return this.#runs.ids()
  }

  inFlightRun(id: number): PipelineRun | undefined {
    return this.#runs.find(id)
  }

  /** In flight, or among the last of the others. */
  find(id: number): PipelineRun | undefined {
    return this.#runs.find(id) ?? this.#history.find(id)
  }

  /** The answer, with the way it took. */
  async trace<O>({ begin, ...launch }: Launch): Promise<Trace<O>> {
    return this.traceOf(this.open(launch), launch.options.signal, begin)
  }

  /** Of a run that is open already. */
  async traceOf<O>(
    run: PipelineRun,
    signal: AbortSignal | undefined,
    begin: (run: PipelineRun) => void,
  ): Promise<Trace<O>> {
    const value = await this.settle(run, signal, begin)
    return {
      id: run.id,
      input: run.input,
      value: value as O,
      startedAt: run.startedAt,
      hops: run.hops,
      joins: run.joinRecords(),
      messages: run.messages,
      totalMs: this.#now() - run.startedAt,
    }
  }

  /** @throws PipelineStoppedError, PipelineFullError, PipelineCancelledError: then there is no run. */
  open({ input, timeoutMs, options, explain, layout }: Omit<Launch, 'begin'>): PipelineRun {
    if (!this.accepting) throw new PipelineStoppedError(this.#name, input)
    const { maxInFlight } = layout.plan
    if (this.#runs.size >= maxInFlight) throw new PipelineFullError(this.#name, maxInFlight, input)
    const { signal, onEvent, orderKey, idempotencyKey, trace } = options
    if (signal?.aborted) throw new PipelineCancelledError(this.#name, signal.reason)
    const startedAt = this.#now()
    return new PipelineRun({
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
      owner: this,
    })
  }

  /** Sends the run's first parcels, and settles it on its answer, failure, deadline or cancellation: whichever is first. */
  settle(
    run: PipelineRun,
    signal: AbortSignal | undefined,
    begin: (run: PipelineRun) => void,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      run.resolve = resolve
      run.reject = reject
      this.#wheel.add(run, run.deadline)
      if (signal !== undefined) this.#follow(run, signal)
      this.#runs.add(run)
      if (this.#host.events.active) this.#host.events.emit(runStarted(this.#name, run))
      this.#flow.enter(run)
      try {
        begin(run)
      } catch (error) {
        this.#flow.fail(run, error)
      }
    })
  }

  #follow(run: PipelineRun, signal: AbortSignal): void {
    run.signal = signal
    run.onAbort = () => this.#flow.fail(run, new PipelineCancelledError(this.#name, signal.reason))
    signal.addEventListener('abort', run.onAbort, { once: true })
  }

  settled(run: PipelineRun, error: unknown, value: unknown): void {
    run.endedAt = this.#now()
    this.#wheel.remove(run)
    if (run.onAbort !== undefined) run.signal?.removeEventListener('abort', run.onAbort)
    this.#runs.remove(run)
    this.#history.add(run)
    if (this.#host.events.active) this.#host.events.emit(runEnded(this.#name, run, run.endedAt))
    if (error === undefined) run.resolve?.(value)
    else run.reject?.(error)
    // A run that is remembered does not hold on to whoever asked.
    run.resolve = undefined
    run.reject = undefined
    if (this.#runs.size === 0) this.#idle?.()
  }

  late(run: PipelineRun): void {
    const { startedAt, deadline, hops, holding } = run
    // Free of what adding and subtracting has rounded.
    const timeoutMs = Math.round((deadline - startedAt) * 1000) / 1000
    this.#flow.fail(run, new PipelineDeadlineError(this.#name, timeoutMs, [...hops], [...holding.keys()]))
  }

  #now(): number {
    return this.#host.kernel.clock.monotonic()
  }
}
