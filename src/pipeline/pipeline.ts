import type { Processor } from '../behavior/define-processor.ts'
import type { Duration } from '../kernel/durations.ts'
import type { Runnable } from '../ports/host.ts'
import type { RoutePolicy } from '../routing/policy.ts'
import type { RetryBudgetOptions } from '../supervision/retry-budget.ts'
import type { RunningPipeline } from './control/running-pipeline.ts'
import type { PlanProblem } from './errors.ts'
import type { SvgOptions } from './pictures/svg.ts'
import type { AdmissionOptions } from './plan/admission-policy.ts'
import type { OptionalBranch } from './plan/optional-branches.ts'
import type { Plan } from './plan/plan.ts'
import type { PlanJson } from './plan/plan-json.ts'
import type { StageOptions } from './plan/stage-options.ts'
import type { JoinOptions, LoopBounds, StepOptions } from './plan/step-options.ts'

/** Limits of a whole pipeline. */
export interface PipelineOptions {
  /** The longest that a run may take, and the default timeout of every ask; `Infinity` for no limit. Default 30 s. */
  readonly timeout?: Duration
  /** Most runs at once. Given without `admission`, one more is refused with `PipelineFullError`. Default 1024. */
  readonly maxInFlight?: number
  /**
   * Which runs begin, which wait and which are refused with `OverloadedError`. `'adaptive'`, the default: as many runs are in
   * flight as the machine does without queueing, the others wait, and one that can't be answered by its deadline is refused
   * at once. `false`: every run begins, up to `maxInFlight`; that is also the default where `maxInFlight` is given.
   */
  readonly admission?: 'adaptive' | AdmissionOptions | false
  /** How many settled runs `running.explain` remembers, with their inputs and hops. Default 100. */
  readonly history?: number
  /**
   * Bounds the retries of all of its steps together: by default within any ten seconds a tenth of the first attempts, or 100.
   * A message that fails beyond that gets no further attempt (`retry-budget`). `false` allows every retry.
   */
  readonly retryBudget?: RetryBudgetOptions | false
}

/** An argument for a step: a processor, or a whole pipeline, from `I` to `O`. */
export type PipelineStage<I, O> = Processor<I, O> | Pipeline<I, O, unknown>

/** Stages that all take `C`, by the names of their paths. */
export type Branches<C> = Readonly<Record<string, PipelineStage<C, unknown>>>

/** The output type of a stage. */
export type StageOutput<S> = S extends { readonly '~io'?: { readonly output: infer O } } ? O : never

type Outputs<F> = { readonly [K in keyof F]: StageOutput<F[K]> }
type Missable<T> = { readonly [K in keyof T]: T[K] | undefined }

/** Optional branches may be left out; the load never costs another. */
type Sheddable<F, R> = R extends { optional: infer P }
  ? { readonly [K in keyof F]: StageOutput<F[K]> | (K extends keyof NonNullable<P> ? undefined : never) }
  : Outputs<F>

/**
 * The parts of a fan-out as its merge gets them. A quorum, `onMissing: 'partial'`, or a route that does not go to all of them
 * makes every part possibly missing, an optional branch its own, and the compiler knows it.
 */
export type JoinedParts<F, J, R = unknown> = J extends { onMissing: { default: infer D } }
  ? { readonly [K in keyof F]: StageOutput<F[K]> | (K extends keyof D ? D[K] : undefined) }
  : J extends { onMissing: 'partial' } | { quorum: number }
    ? Missable<Outputs<F>>
    : R extends { route: infer P }
      ? P extends { kind: 'all' } | undefined
        ? Sheddable<F, R>
        : Missable<Outputs<F>>
      : Sheddable<F, R>

/** The weight of each branch, which of them a message goes to, and how each runs. */
export interface FanOptions {
  /** Row of A at the following merge, by branch. Default: 1 each. */
  readonly weights?: Readonly<Record<string, number>>
  /** Which branches a message goes to. Default: all of them. */
  readonly route?: RoutePolicy<never, string>
  /** By branch: attempts, timeout, replicas … in place of the processor's own. */
  readonly policies?: Readonly<Record<string, StageOptions | undefined>>
  /**
   * Branches that are left out while runs wait at the door, by name: `'under-load'`, or `{ worth: 2 }` (default 1). The least
   * worth for its cost goes first. The merge sees them as `missing`, and they come back by themselves.
   */
  readonly optional?: Readonly<Record<string, OptionalBranch>>
}

/** Restricts the names in `FanOptions` to branches of this fan. */
export interface FanNames<C, F, R extends FanOptions> {
  readonly weights?: { [K in keyof R['weights']]: K extends keyof F ? number : never }
  readonly route?: RoutePolicy<C, keyof F & string>
  readonly policies?: { [K in keyof R['policies']]: K extends keyof F ? StageOptions : never }
  readonly optional?: { [K in keyof R['optional']]: K extends keyof F ? OptionalBranch : never }
}

/** What a function in a pipeline gets besides the value. */
export interface At<V> {
  /** The pipeline's own input, as returned by its schema. */
  readonly input: V
}

/** A condition of a loop; `turn` is the number of turns so far. */
export type LoopCondition<V, T> = (value: T, at: At<V> & { readonly turn: number }) => boolean

/** A selector's result: the name of a path, a boolean if `true` is a path, or anything if there is `otherwise`. */
export type BranchChoice<B> =
  | (keyof B & string)
  | ('otherwise' extends keyof B ? string | boolean | undefined : never)
  | ('true' extends keyof B ? ('false' extends keyof B ? boolean : never) : never)

/** An observer's argument: nothing in it can be written to. */
export type ReadonlyDeep<T> = T extends (...args: never) => unknown
  ? T
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> }
    : T

/**
 * A typed graph of stages from `I` to `C`. It is immutable: every step returns a new one, so two may share a beginning.
 *
 * @typeParam I - the input: what its schema accepts
 * @typeParam C - the output of the last step
 * @typeParam V - the `input` of its functions: the schema's result, with defaults and transforms applied; by default I
 */
export interface Pipeline<I, C, V = I> extends Runnable<RunningPipeline<I, C>> {
  /** The pipeline as data, functions included. */
  readonly plan: Plan
  /** For the compiler only: no value exists. */
  readonly '~io'?: {
    /** The schema of the input. */
    readonly input: (input: I) => void
    readonly output: C
  }

  /**
   * Sends every value on to one processor, or through a whole pipeline.
   *
   * @throws InvalidArgumentError (`invalid-argument`) for an option that is out of range, or any for a pipeline.
   */
  to<O>(stage: PipelineStage<C, O>, options?: StageOptions & StepOptions): Pipeline<I, O, V>

  /** Applies a function: `f(value, { input })`, with the pipeline's own input at hand. It must be repeatable. */
  map<O>(f: (value: C, at: At<V>) => O, options?: StepOptions): Pipeline<I, Awaited<O>, V>

  /**
   * Adds an observer. It gets a copy (`structuredClone`) and can't change the value; when it fails, a `log` event of level
   * `warn` reports it and the value continues.
   */
  tap(f: (value: ReadonlyDeep<C>, at: At<V>) => unknown, options?: StepOptions): Pipeline<I, C, V>

  /** Sends one message to many stages; `merge` brings their parts together. */
  fan<const F extends Branches<C>, const R extends FanOptions = Record<never, never>>(
    branches: F,
    options?: R & FanNames<C, F, R>,
  ): Fan<I, C, F, R, V>

  /**
   * Sends a message to exactly one of several stages, the one named by `select`: `true` and `false` for a condition, and
   * `otherwise` for any choice without a path. The output is that of the chosen path.
   * Without `otherwise`, a choice without a path fails the run with `NoSuchBranchError`.
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

  /** All problems of the plan, each with its place; empty if it can run. Otherwise `system.run` refuses it. */
  problems(): readonly PlanProblem[]

  /**
   * The pipeline as JSON: nodes, arrows, joins, policies; processors and functions by name. `pipelineFromJSON` reads it.
   *
   * @throws PipelinePlanError (`pipeline-plan`) when two different processors share a name.
   */
  toJSON(): PlanJson
  /** A Mermaid flowchart. */
  toMermaid(): string
  /** A self-contained picture: an SVG document that is readable on light and dark backgrounds. */
  toSVG(options?: SvgOptions): string
}

/** What a merge gets besides its parts. */
export interface MergeAt<C, F> {
  /** The input of the fan-out. */
  readonly input: C
  /** Row of A over the parts that arrived, renormalised; 0 for the others. */
  readonly weights: { readonly [K in keyof F]: number }
  /** Branches that were waited for and did not arrive. */
  readonly missing: readonly (keyof F & string)[]
  /** Branches that failed for good. */
  readonly failed: readonly (keyof F & string)[]
}

/** A fan-out before its merge. */
export interface Fan<I, C, F, R = unknown, V = I> {
  /** Brings the parts back together with a strategy. */
  merge<M, const J extends JoinOptions = Record<never, never>>(
    strategy: (parts: JoinedParts<F, NoInfer<J>, R>, at: MergeAt<C, F>) => M,
    join?: J,
  ): Pipeline<I, Awaited<M>, V>
}
