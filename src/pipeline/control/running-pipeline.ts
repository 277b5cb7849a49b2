import type { Processor } from '../../behavior/define-processor.ts'
import type { Duration } from '../../kernel/durations.ts'
import type { Hop, Message } from '../../message/header.ts'
import type { PipelineLoad } from '../admission/load.ts'
import type { PipelineRoutes } from '../flow/fan-routes.ts'
import type { PendingQuestion } from '../flow/human.ts'
import type { NewBranch, NewWeights } from '../plan/reshape.ts'
import type { RouteDecision } from '../run/decisions.ts'
import type { Explanation } from '../run/explanation.ts'
import type { JoinRecord, RunEvent } from '../run/run.ts'
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
  /** Partial results and hops as they happen. A promise that it returns is what `await ctx.emit(x)` waits for. */
  readonly onEvent?: (event: RunEvent) => unknown
  /** Messages of one key keep their order at every step, also while steps are replaced or resized; sticky policies go by it. */
  readonly orderKey?: string
  /** Names the run for whatever takes effect in it: its processors read it as `ctx.idempotencyKey`, in every attempt. */
  readonly idempotencyKey?: string
  /** W3C trace context (`traceparent`) that all messages of the run carry; a step reads it as `ctx.trace`. */
  readonly trace?: string
  /** Whose share of the pipeline the run takes: of several tenants with runs that wait, each gets its share. */
  readonly tenant?: string
  /** Of a tenant's runs that wait the highest goes first: a whole number from -7 to 7. Default 0. A long wait raises it. */
  readonly priority?: number
}

/** Options of a run that is watched. */
export interface StreamOptions extends Omit<PipelineAskOptions, 'onEvent'> {
  /** Partial results that wait for the consumer; a full buffer holds `await ctx.emit(x)`. Default 16. */
  readonly buffer?: number
}

/** Deadline and cancellation of a run that goes on. */
export interface ResumeOptions extends Pick<PipelineAskOptions, 'signal' | 'onEvent' | 'trace'> {
  /** Default: what was left of it when it was checkpointed. */
  readonly timeout?: Duration
}

/** An answer with the way it took. */
export interface Trace<O> {
  readonly id: number
  /** The pipeline's input, as its schema gave it back. */
  readonly input: unknown
  readonly value: O
  /** When it was asked, monotonic milliseconds, as in its hops. */
  readonly startedAt: number
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

/** How long a pipeline's stop lets runs end. */
export interface PipelineStopOptions {
  /** What runs in flight may take to end. Default 5 s. */
  readonly drain?: Duration
}

/** A pipeline under supervision. */
export interface RunningPipeline<I, O> extends AsyncDisposable {
  readonly name: string
  /**
   * One message through the pipeline.
   *
   * Always settles. Rejects with `SchemaError`, `OverloadedError`, `PipelineFullError`, `PipelineStoppedError` (nothing was started),
   * `PipelineDeadlineError`, `PipelineCancelledError`, `ProcessorFailedError` (also where a function of the plan, a reward rule
   * or a policy's callback threw), `LoopBoundError`, `NoSuchBranchError`, or `RunMovedError` after a checkpoint.
   */
  ask(input: I, options?: PipelineAskOptions): Promise<O>
  /**
   * A job: many inputs, each a run of its own, as results come: `for await (const { id, value, error } of running.askAll(rows))`.
   * Never reads further ahead than twice the runs in flight. An item that fails is a result, and the others go on; one that
   * finds no room is asked again. Leaving the loop cancels what is in flight and closes the source.
   *
   * @throws InvalidArgumentError (`invalid-argument`) for inputs or options that are none. Iterating throws what the source,
   * `id` or `done` throws (after the results of what was read), `PipelineStoppedError`, or `PipelineCancelledError`.
   */
  askAll<T extends I>(
    inputs: Inputs<T>,
    options?: AskAllOptions<T>,
  ): AsyncIterableIterator<AskAllResult<T, O>>
  /** The same as `ask`, with the path that the message took. */
  trace(input: I, options?: PipelineAskOptions): Promise<Trace<O>>
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
   * Rejects as `ask`, or with `CheckpointError` (`checkpoint-damaged`, `checkpoint-version`, `checkpoint-mismatch`).
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
  replay(trace: Trace<unknown>, replay: ReplayOptions, options?: PipelineAskOptions): Promise<Trace<O>>
  /** The load now, and what came of all runs so far: goodput, refused, expired, wasted work, the limit and why it moved. */
  load(): PipelineLoad
  /** Every processor as it stands. */
  processors(): readonly ProcessorStatus[]
  /** Crashes one processor as a fault would; its supervisor restarts it and nothing is lost. */
  kill(processor: string, reason?: string): void
  /**
   * Ends this pipeline alone: it takes no more, runs in flight have up to `drain` to end, the others reject with
   * `PipelineStoppedError`. Its stages stop, and its name is free. Idempotent; `await using` calls it.
   *
   * Rejects with InvalidArgumentError (`invalid-argument`) for a `drain` that is no duration; then nothing has stopped.
   */
  stop(options?: PipelineStopOptions): Promise<void>
  readonly inFlight: number
}
