import type { Processor } from '../../behavior/define-processor.ts'
import type { Duration } from '../../kernel/durations.ts'
import type { Hop, Message } from '../../message/header.ts'
import type { Store } from '../../ports/store.ts'
import type { PipelineLoad } from '../admission/load.ts'
import type { CheckpointError } from '../errors.ts'
import type { PipelineRoutes } from '../flow/fan-routes.ts'
import type { PendingQuestion } from '../flow/human.ts'
import type { Plan } from '../plan/plan.ts'
import type { NewBranch, NewWeights } from '../plan/reshape.ts'
import type { RouteDecision } from '../run/decisions.ts'
import type { Explanation } from '../run/explanation.ts'
import type { ArrowCount } from '../run/layout.ts'
import type { JoinRecord } from '../run/open-join.ts'
import type { RunEvent } from '../run/run.ts'
import type { AskAllOptions, AskAllResult, Inputs } from './ask-all-options.ts'
import type { Stored } from './checkpoint-store.ts'
import type { ReplayOptions } from './replay.ts'
import type { StreamEvent } from './streams.ts'

/** Deadline, cancellation and observers of one run. */
export interface PipelineAskOptions {
  /** Default: the pipeline's timeout. `Infinity`: no deadline; the run waits its turn, however long. */
  readonly timeout?: Duration
  /** Aborting it cancels everything that the run still holds. */
  readonly signal?: AbortSignal
  /** Called for partial results and hops as they happen. A promise that it returns is what `await ctx.emit(x)` waits for. */
  readonly onEvent?: (event: RunEvent) => unknown
  /** Messages of one key keep their order at every step, also while steps are replaced or resized; sticky policies use it too. */
  readonly orderKey?: string
  /** Names the run for everything that takes effect in it: its processors read it as `ctx.idempotencyKey`, in every attempt. */
  readonly idempotencyKey?: string
  /** W3C trace context (`traceparent`) that all messages of the run carry; a step reads it as `ctx.trace`. */
  readonly trace?: string
  /** Whose share of the pipeline the run takes: if runs of several tenants wait, each tenant gets its share. */
  readonly tenant?: string
  /** Among a tenant's waiting runs the highest goes first: a whole number from -7 to 7. Default 0. A long wait raises it. */
  readonly priority?: number
}

/** Options of a run that is watched. */
export interface StreamOptions extends Omit<PipelineAskOptions, 'onEvent'> {
  /** Partial results waiting for the consumer; a full buffer holds `await ctx.emit(x)`. Default 16. */
  readonly buffer?: number
}

/** Deadline and place of a durable run. */
export interface DurableAskOptions
  extends Pick<PipelineAskOptions, 'timeout' | 'tenant' | 'priority' | 'orderKey' | 'trace'> {}

/** How long the outcomes of durable runs are known. */
export interface DurableRunsOptions {
  /** Outcomes in the store; the oldest go first. Default 10,000. */
  readonly keep?: number
}

/** A durable run that can't be read. */
export interface UnreadRun {
  readonly key: string
  /** Code `checkpoint-damaged` or `checkpoint-version`; its `path` is the key in the store. */
  readonly error: CheckpointError
}

/** Runs that outlive their process. Each has a key, by which anybody asks for it again. */
export interface DurableRuns<I, O> {
  /**
   * Begins the run of this key, once its input is durable; resolves once its answer is. Whoever asks for the same key again, in
   * this process or a later one, gets the outcome of the same run, whatever the input.
   *
   * Rejects as `running.ask` does, with NotSerializableError, with the store's error, and with CheckpointError
   * (`checkpoint-taken`) for a run that is open in another process. Where a run has failed in an earlier process the error has its
   * code and message. After PipelineStoppedError the next process goes on with it.
   */
  ask(key: string, input: I, options?: DurableAskOptions): Promise<O>
  /** The outcome of a run, like that of `ask`; undefined where no run has that key. */
  outcome(key: string): Promise<O | undefined>
  /** Keys of the runs that are open here. */
  keys(): readonly string[]
  /**
   * Runs of an earlier process that can't be read: damaged, or of a later release. Their records stay in the store as they are, and
   * whoever asks for their keys gets their error.
   */
  unread(): readonly UnreadRun[]
}

/** Deadline and cancellation of a resumed run. */
export interface ResumeOptions extends Pick<PipelineAskOptions, 'signal' | 'onEvent' | 'trace'> {
  /** Default: the time left when it was checkpointed. */
  readonly timeout?: Duration
}

/** An answer with the path it took. */
export interface Trace<O> {
  readonly id: number
  /** The pipeline's input, as its schema returned it. */
  readonly input: unknown
  readonly value: O
  /** Monotonic milliseconds of the ask, as in its hops. */
  readonly startedAt: number
  /** In the order in which they ended. */
  readonly hops: readonly Hop[]
  readonly joins: readonly JoinRecord[]
  /** Every message as header, body, trailer. */
  readonly messages: readonly Message[]
  /** From ask to answer, milliseconds. */
  readonly totalMs: number
}

/** The current state of one processor: lifecycle states and load. */
export interface ProcessorStatus {
  readonly name: string
  readonly path: string
  readonly state: string
  /** Lifecycle states so far, oldest first. */
  readonly states: readonly string[]
  /** Parcels waiting and running, over all its replicas. */
  readonly load: number
  readonly replicas: number
}

/** How long a pipeline's stop waits for runs to end. */
export interface PipelineStopOptions {
  /** How long runs in flight may take to end. Default 5 s. */
  readonly drain?: Duration
}

/** A pipeline under supervision. */
export interface RunningPipeline<I, O> extends AsyncDisposable {
  readonly name: string
  /** The plan that runs which begin now go by. */
  readonly plan: Plan
  /**
   * Sends one message through the pipeline.
   *
   * Always settles. Rejects with `SchemaError`, `OverloadedError`, `PipelineFullError`, `PipelineStoppedError` (nothing was started),
   * `PipelineDeadlineError`, `PipelineCancelledError`, `ProcessorFailedError` (also where a function of the plan, a reward rule
   * or a policy's callback threw), `LoopBoundError`, `NoSuchBranchError`, or `RunMovedError` after a checkpoint.
   */
  ask(input: I, options?: PipelineAskOptions): Promise<O>
  /**
   * Runs a job: many inputs with one run each, and results as they finish.
   * `for await (const { id, value, error } of running.askAll(rows))`
   * It never reads further ahead than twice the runs in flight. A failed item is a result, and the others continue; an item
   * that finds no room is asked again. Leaving the loop cancels items in flight and closes the source.
   *
   * @throws InvalidArgumentError (`invalid-argument`) for invalid inputs or options. Iterating throws the error of the source,
   * `id` or `done` (after the results of earlier items), `PipelineStoppedError`, or `PipelineCancelledError`.
   */
  askAll<T extends I>(
    inputs: Inputs<T>,
    options?: AskAllOptions<T>,
  ): AsyncIterableIterator<AskAllResult<T, O>>
  /** The same as `ask`, with the path of the message. */
  trace(input: I, options?: PipelineAskOptions): Promise<Trace<O>>
  /**
   * The same, event by event: `for await (const event of running.stream(x))`. It begins with the first `next`. Leaving the
   * loop cancels the run: queued work is dropped, and inference rows leave their batches.
   *
   * @throws InvalidArgumentError (`invalid-argument`) for a buffer below 1; iterating throws where `ask` rejects.
   */
  stream(input: I, options?: StreamOptions): AsyncIterableIterator<StreamEvent<O>>
  /** A: `names`, and row i holds the weight of each name's output at name i. */
  matrix(): { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] }
  /**
   * Makes another A current while messages flow. Runs that have begun keep theirs: each is routed entirely by one A.
   * Weight 0 on an arrow out of a fan closes its branch; a part of weight 0 is joined and counts 0.
   *
   * @throws RoutingMatrixError (`routing-matrix`), PipelinePlanError (`pipeline-plan`), PipelineStoppedError (`pipeline-stopped`)
   */
  swap(to: NewWeights): void
  /** Changes some weights of A: `{ 'dense→fuse': 0.4 }` (or `'dense->fuse'`); the others stay. @throws like `swap` */
  weights(changes: Readonly<Record<string, number>>): void
  /**
   * Replaces the processor of a step. Runs that have begun use the old one, which stops after the last of them; messages of
   * one order key keep their order. The new one must accept the old one's last input, and its output schema the last output.
   *
   * Rejects with `ReshapeError` (`reshape`), `PipelinePlanError`, `PipelineStoppedError`, and after 30 s in which a schema has not
   * answered with `PipelineDeadlineError`; then nothing has changed.
   */
  replace(name: string, processor: Processor<never, unknown>): Promise<void>
  /** Adds a branch to a fan. @throws ReshapeError (`reshape`), RoutingMatrixError, PipelineStoppedError */
  add(branch: string, processor: Processor<never, unknown>, where: NewBranch): void
  /** Removes a branch, after its messages have ended. @throws ReshapeError (`reshape`): the last branch, or a quorum out of reach. */
  remove(branch: string): void
  /** Sets the number of copies of a step. @throws ReshapeError, InvalidArgumentError, PipelineStoppedError */
  resize(name: string, replicas: number): void
  /**
   * Rates a run, from 0 to 1: the policies of its fans learn from it.
   *
   * @throws UnknownDecisionError (`unknown-decision`): never decided here, settled, or expired; InvalidArgumentError.
   */
  feedback(runId: number, reward: number): void
  /** The decisions of the policies for a run. @throws UnknownDecisionError (`unknown-decision`) */
  why(runId: number): readonly RouteDecision[]
  /** The policies of the fans: save and restore what they have learned, freeze them. */
  readonly routes: PipelineRoutes
  /** How a run went: one in flight, or one of the last `history` others. @throws UnknownRunError (`unknown-run`) */
  explain(runId: number): Explanation
  /** Ids of the runs in flight, oldest first. */
  runs(): readonly number[]
  /**
   * Takes a run out of this process, as a frame that `resume` continues here or elsewhere. Its caller here gets
   * `run-moved`. Running attempts are abandoned and run again there. With `to` it is durable in the store before it ends here.
   *
   * Rejects with `UnknownRunError`, `NotSerializableError`, or the store's error; then the run continues here.
   */
  checkpoint(runId: number, to?: Stored): Promise<Uint8Array>
  /**
   * Continues a run, as a new one of this pipeline. From a store it is removed: of several that try, one gets it.
   *
   * Rejects like `ask`, or with `CheckpointError` (`checkpoint-damaged`, `checkpoint-version`, `checkpoint-mismatch`).
   */
  resume(from: Uint8Array | Stored, options?: ResumeOptions): Promise<Trace<O>>
  /**
   * Runs that outlive this process, in a store such as `journal.store('orders')`. First it goes on with all those that an earlier
   * process left open: from where they waited for a person, and else from their input.
   *
   * Rejects with InvalidArgumentError, or the store's error. One run that can't be read is in `unread()`, and the others go on.
   */
  durable(store: Store, options?: DurableRunsOptions): Promise<DurableRuns<I, O>>
  /** Open questions of steps for people (`ctx.human`), oldest first. */
  pending(): readonly PendingQuestion[]
  /**
   * Answers a question. Rejects with `SchemaError`: the question then stays open. Rejects with `UnknownQuestionError` where it was
   * answered or its run has ended, also while the answer's schema is at work.
   */
  answer(questionId: string, value: unknown): Promise<void>
  /**
   * Runs again from a step of an earlier run (`trace`), with another input for that step if given.
   *
   * Rejects like `ask`, or with InvalidArgumentError (`invalid-argument`): no such step, or the trace never reached it.
   */
  replay(trace: Trace<unknown>, replay: ReplayOptions, options?: PipelineAskOptions): Promise<Trace<O>>
  /** The load now, and the outcomes of all runs so far: goodput, refused, expired, wasted work, the limit and why it moved. */
  load(): PipelineLoad
  /** How many messages have gone along each arrow of A so far; of arrows that are gone too. */
  arrows(): readonly Readonly<ArrowCount>[]
  /** The current state of every processor. */
  processors(): readonly ProcessorStatus[]
  /** Crashes one processor as a fault would; its supervisor restarts it and nothing is lost. */
  kill(processor: string, reason?: string): void
  /**
   * Stops this pipeline alone. It accepts nothing more, runs in flight have up to `drain` to end, and the others reject with
   * `PipelineStoppedError`. Its stages stop, and its name becomes free. Idempotent, but a later call may give
   * less time; `await using` calls it.
   *
   * Rejects with InvalidArgumentError (`invalid-argument`) for an invalid `drain`; then nothing has stopped.
   */
  stop(options?: PipelineStopOptions): Promise<void>
  readonly inFlight: number
}
