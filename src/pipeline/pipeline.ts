import type { Processor } from '../behavior/define-processor.ts'
import type { Duration } from '../kernel/durations.ts'
import type { Runnable } from '../ports/host.ts'
import type { RoutePolicy } from '../routing/policy.ts'
import type { RunningPipeline } from './control/running-pipeline.ts'
import type { PlanProblem } from './errors.ts'
import type { SvgOptions } from './pictures/svg.ts'
import type { Plan } from './plan/plan.ts'
import type { PlanJson } from './plan/plan-json.ts'
import type { StageOptions } from './plan/stage-options.ts'
import type { JoinOptions, LoopBounds, StepOptions } from './plan/step-options.ts'

/** Time and room of a whole pipeline. */
export interface PipelineOptions {
  /** The longest that a run may take, and the default of every ask; `Infinity` for no limit. Default 30 s. */
  readonly timeout?: Duration
  /** Runs at once; one more is refused with `PipelineFullError`. Default 1024. */
  readonly maxInFlight?: number
  /** Settled runs that `running.explain` remembers, with their inputs and hops. Default 100. */
  readonly history?: number
}

/** What a step takes: a processor, or a whole pipeline, from `I` to `O`. */
export type PipelineStage<I, O> = Processor<I, O> | Pipeline<I, O, unknown>

/** Stages that all take `C`, by the names of the ways that lead to them. */
export type Branches<C> = Readonly<Record<string, PipelineStage<C, unknown>>>

/** What a stage puts out. */
export type StageOutput<S> = S extends { readonly '~io'?: { readonly output: infer O } } ? O : never

type Outputs<F> = { readonly [K in keyof F]: StageOutput<F[K]> }
type Missable<T> = { readonly [K in keyof T]: T[K] | undefined }

/**
 * The parts of a fan-out as its merge gets them: a quorum, `onMissing: 'partial'`, or a route that does not go to all of them
 * makes every part possibly missing, and the compiler knows.
 */
export type JoinedParts<F, J, R = unknown> = J extends { onMissing: { default: infer D } }
  ? { readonly [K in keyof F]: StageOutput<F[K]> | (K extends keyof D ? D[K] : undefined) }
  : J extends { onMissing: 'partial' } | { quorum: number }
    ? Missable<Outputs<F>>
    : R extends { route: infer P }
      ? P extends { kind: 'all' } | undefined
        ? Outputs<F>
        : Missable<Outputs<F>>
      : Outputs<F>

/** How much each branch counts, which of them a message goes to, and how each is run. */
export interface FanOptions {
  /** Row of A at the merge that follows, by branch; 1 each by default. */
  readonly weights?: Readonly<Record<string, number>>
  /** Which branches a message goes to. Default: all of them. */
  readonly route?: RoutePolicy<never, string>
  /** By branch: attempts, timeout, replicas … instead of the processor's own. */
  readonly policies?: Readonly<Record<string, StageOptions | undefined>>
}

/** What `FanOptions` may name: branches of this fan alone. */
export interface FanNames<C, F, R extends FanOptions> {
  readonly weights?: { [K in keyof R['weights']]: K extends keyof F ? number : never }
  readonly route?: RoutePolicy<C, keyof F & string>
  readonly policies?: { [K in keyof R['policies']]: K extends keyof F ? StageOptions : never }
}

/** What a function in a pipeline gets besides the value. */
export interface At<V> {
  /** The pipeline's own input, as its schema gives it. */
  readonly input: V
}

/** A condition of a loop; `turn` is how many turns there were. */
export type LoopCondition<V, T> = (value: T, at: At<V> & { readonly turn: number }) => boolean

/** What a selector may choose: a name of a way, a truth where `true` is a way, anything where there is `otherwise`. */
export type BranchChoice<B> =
  | (keyof B & string)
  | ('otherwise' extends keyof B ? string | boolean | undefined : never)
  | ('true' extends keyof B ? ('false' extends keyof B ? boolean : never) : never)

/** What an observer is given: nothing in it can be written to. */
export type ReadonlyDeep<T> = T extends (...args: never) => unknown
  ? T
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> }
    : T

/**
 * A typed graph of stages from `I` to `C`; immutable: every step returns a new one, so that two may share a beginning.
 *
 * @typeParam I - what goes in: what the schema of its input takes
 * @typeParam C - what comes out of the last step
 * @typeParam V - what its functions see as `input`: what the schema of its input gives, defaults filled in and transforms applied; by default I
 */
export interface Pipeline<I, C, V = I> extends Runnable<RunningPipeline<I, C>> {
  /** The pipeline as data, functions included. */
  readonly plan: Plan
  /** For the compiler alone: nothing holds such a value. */
  readonly '~io'?: {
    /** What goes in. */
    readonly input: (input: I) => void
    readonly output: C
  }

  /**
   * Sends every value on to one processor, or through a whole pipeline.
   *
   * @throws InvalidArgumentError (`invalid-argument`) for an option that is out of range, or any for a pipeline.
   */
  to<O>(stage: PipelineStage<C, O>, options?: StageOptions & StepOptions): Pipeline<I, O, V>

  /** A function on the way: `f(value, { input })`, with the pipeline's own input at hand. It must be repeatable. */
  map<O>(f: (value: C, at: At<V>) => O, options?: StepOptions): Pipeline<I, Awaited<O>, V>

  /**
   * An observer on the way. It gets a copy (`structuredClone`) and can't change what goes on; when it fails, a `log` event
   * of level `warn` says so and the value goes on.
   */
  tap(f: (value: ReadonlyDeep<C>, at: At<V>) => unknown, options?: StepOptions): Pipeline<I, C, V>

  /** One message to many stages; `merge` brings their parts together. */
  fan<const F extends Branches<C>, const R extends FanOptions = Record<never, never>>(
    branches: F,
    options?: R & FanNames<C, F, R>,
  ): Fan<I, C, F, R, V>

  /**
   * One message to exactly one of several stages, the one that `select` names; `true` and `false` for a condition, and
   * `otherwise` for whatever has no way of its own. The output is that of the way that was taken.
   * Without `otherwise`, a choice that is no way fails the run with `NoSuchBranchError`.
   */
  branch<const B extends Branches<C>>(
    select: (value: C, at: At<V>) => BranchChoice<NoInfer<B>>,
    ways: B,
    options?: StepOptions,
  ): Pipeline<I, StageOutput<B[keyof B]>, V>

  /** Repeats a stage on its own output `until` a condition holds after a turn, at most `max` times. */
  loop<O extends C>(
    body: PipelineStage<C, O>,
    options: LoopBounds & { readonly until: LoopCondition<V, NoInfer<O>> },
  ): Pipeline<I, O, V>
  /** Repeats a stage on its own output `while` a condition holds before a turn, at most `max` times. */
  loop<O extends C>(
    body: PipelineStage<C, O>,
    options: LoopBounds & { readonly while: LoopCondition<V, C> },
  ): Pipeline<I, C, V>

  /** All that is wrong with the plan, each with its place; empty when it can run. `system.run` refuses it otherwise. */
  problems(): readonly PlanProblem[]

  /**
   * The pipeline as JSON: nodes, arrows, joins, policies; processors and functions by name. `pipelineFromJSON` reads it.
   *
   * @throws PipelinePlanError (`pipeline-plan`) when two different processors go by one name.
   */
  toJSON(): PlanJson
  /** A Mermaid flowchart. */
  toMermaid(): string
  /** A picture of its own: an SVG document that is readable on light and on dark ground. */
  toSVG(options?: SvgOptions): string
}

/** What a merge knows besides its parts. */
export interface MergeAt<C, F> {
  /** What went into the fan-out. */
  readonly input: C
  /** Row of A over the parts that came, renormalised; 0 for the others. */
  readonly weights: { readonly [K in keyof F]: number }
  /** Branches that were waited for and did not come. */
  readonly missing: readonly (keyof F & string)[]
  /** Branches that failed for good. */
  readonly failed: readonly (keyof F & string)[]
}

/** A fan-out that waits for its merge. */
export interface Fan<I, C, F, R = unknown, V = I> {
  /** Brings the parts back together by a strategy. */
  merge<M, const J extends JoinOptions = Record<never, never>>(
    strategy: (parts: JoinedParts<F, NoInfer<J>, R>, at: MergeAt<C, F>) => M,
    join?: J,
  ): Pipeline<I, Awaited<M>, V>
}
