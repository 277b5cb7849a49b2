import type { Processor, Schema, SchemaInput, SchemaOutput } from '../behavior/define-processor.ts'
import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { JoinPolicy } from '../merge/join.ts'
import type { Host, Runnable } from '../ports/host.ts'
import type { Edge } from '../routing/edge.ts'
import { checkPlan, INPUT, type MergeFunction, type Plan, type PlanNode } from './plan.ts'
import { type RunningPipeline, startPipeline } from './running-pipeline.ts'

/** Time and room of a whole pipeline. */
export interface PipelineOptions {
  /** The longest that a run may take, and the default of every ask. Default 30 s. */
  readonly timeout?: Duration
  /** Runs at once; one more is refused with `PipelineFullError`. Default 1024. */
  readonly maxInFlight?: number
}

type Branches<C> = Readonly<Record<string, Processor<C, unknown>>>
type Outputs<F> = { readonly [K in keyof F]: F[K] extends Processor<never, infer O> ? O : never }
type Missable<T> = { readonly [K in keyof T]: T[K] | undefined }

/** Whether a merge must expect missing parts is known to the compiler: a quorum or `partial` makes parts optional. */
type Joined<F, J> = J extends { onMissing: 'partial' } | { quorum: number }
  ? Missable<Outputs<F>>
  : Outputs<F>

/** How much each branch counts where the branches come back together. */
export interface FanOptions {
  /** Row of A at the merge that follows, by branch; 1 each by default. */
  readonly weights?: Readonly<Record<string, number>>
}

/** When a join answers: how many parts it needs, and how long it waits for the rest. */
export interface JoinOptions {
  /** Name of the merge in A, paths and metrics. */
  readonly name?: string
  /** Parts needed at least; by default all, or 1 with `onMissing: 'partial'`. */
  readonly quorum?: number
  /** Once the quorum is there: how long to wait for the rest. By default 0 with a quorum, else until all settled. */
  readonly grace?: Duration
  /** From the first part: how long to wait in all. */
  readonly deadline?: Duration
  readonly onMissing?: 'fail' | 'partial'
}

/** A typed chain of stages from `I` to `C`; immutable: every step returns a new one. */
export interface Pipeline<I, C> extends Runnable<RunningPipeline<I, C>> {
  /** The pipeline as data. */
  readonly plan: Plan
  /** Sends every value on to one processor. */
  to<O>(processor: Processor<C, O>): Pipeline<I, O>
  /** A function on the way: `f(value, { input })`, with the pipeline's own input at hand. It must be repeatable. */
  map<O>(
    f: (value: C, at: { readonly input: I }) => O,
    options?: { readonly name?: string },
  ): Pipeline<I, Awaited<O>>
  /** One message to many processors; `merge` brings their parts together. */
  fan<F extends Branches<C>, const R extends FanOptions = Record<never, never>>(
    branches: F,
    options?: R & { readonly weights?: { [K in keyof R['weights']]: K extends keyof F ? number : never } },
  ): Fan<I, C, F>
}

export interface Fan<I, C, F> {
  merge<M, const J extends JoinOptions = Record<never, never>>(
    strategy: (
      parts: Joined<F, NoInfer<J>>,
      at: { readonly input: C; readonly weights: { readonly [K in keyof F]: number } },
    ) => M,
    join?: J,
  ): Pipeline<I, Awaited<M>>
}

/**
 * Starts a typed pipeline: `pipeline('qa', Question).to(Embed).fan({ … }).merge(…)`; run it with `system.run`.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range.
 */
export function pipeline<S extends Schema>(
  name: string,
  input: S,
  options: PipelineOptions = {},
): Pipeline<SchemaInput<S>, SchemaOutput<S>> {
  const timeoutMs = milliseconds(options.timeout ?? '30s', `${name}.timeout`)
  const maxInFlight = options.maxInFlight ?? 1024
  if (!Number.isSafeInteger(maxInFlight) || maxInFlight < 1) {
    throw new InvalidArgumentError(`${name}.maxInFlight is ${maxInFlight}`, {
      path: `${name}.maxInFlight`,
      value: maxInFlight,
      remedy: 'Give a whole number of at least 1',
    })
  }
  return chain({ name, input, timeoutMs, maxInFlight, nodes: [], edges: [], exit: INPUT })
}

function chain<I, C>(plan: Plan): Pipeline<I, C> {
  return {
    name: plan.name,
    plan,
    start: async (host: Host) => startPipeline<I, C>(checkPlan(plan), host),
    to: (processor) =>
      chain(append(plan, { kind: 'processor', name: freeName(plan, processor.name), processor })),
    map: (f, options = {}) =>
      chain(append(plan, { kind: 'map', name: freeName(plan, options.name ?? 'map'), run: f })),
    fan: (branches, options) => ({
      merge: (strategy, join) =>
        chain(
          fanOut(plan, branches, options?.weights ?? {}, strategy, {
            ...join,
          }),
        ),
    }),
  }
}

function append(plan: Plan, node: PlanNode): Plan {
  const edge: Edge = { from: plan.exit, to: node.name, weight: 1 }
  return { ...plan, nodes: [...plan.nodes, node], edges: [...plan.edges, edge], exit: node.name }
}

function fanOut(
  plan: Plan,
  branches: Branches<never>,
  weights: Readonly<Record<string, number>>,
  strategy: MergeFunction,
  join: JoinOptions,
): Plan {
  const names = Object.keys(branches)
  checkBranches(plan, names, weights)
  const merge = freeName(plan, join.name ?? 'merge', names)
  const nodes: PlanNode[] = names.map((name) => ({
    kind: 'processor',
    name,
    processor: branches[name] as Processor<never, unknown>,
  }))
  nodes.push({ kind: 'merge', name: merge, strategy, join: joinPolicy(merge, names, join) })
  const edges = names.flatMap((name): Edge[] => [
    { from: plan.exit, to: name, weight: 1 },
    { from: name, to: merge, weight: weights[name] ?? 1 },
  ])
  return { ...plan, nodes: [...plan.nodes, ...nodes], edges: [...plan.edges, ...edges], exit: merge }
}

function joinPolicy(name: string, expected: readonly string[], join: JoinOptions): JoinPolicy {
  const quorum = join.quorum ?? (join.onMissing === 'partial' ? 1 : expected.length)
  const grace = join.grace ?? (join.quorum === undefined ? undefined : 0)
  return {
    expected,
    quorum,
    graceMs: grace === undefined ? Number.POSITIVE_INFINITY : milliseconds(grace, `${name}.grace`),
    deadlineMs:
      join.deadline === undefined
        ? Number.POSITIVE_INFINITY
        : milliseconds(join.deadline, `${name}.deadline`),
  }
}

function checkBranches(
  plan: Plan,
  names: readonly string[],
  weights: Readonly<Record<string, number>>,
): void {
  const path = `${plan.name}.fan`
  if (names.length === 0) {
    throw new InvalidArgumentError(`${path} has no branches`, {
      path,
      value: names,
      remedy: 'Give at least one',
    })
  }
  for (const name of names) {
    if (name === INPUT || plan.nodes.some((node) => node.name === name)) {
      throw new InvalidArgumentError(`${path}.${name} is a name that the pipeline has already`, {
        path: `${path}.${name}`,
        value: name,
        remedy: 'Give the branch another key: it is its name in the routing matrix',
      })
    }
  }
  for (const [name, weight] of Object.entries(weights)) {
    if (!names.includes(name) || !Number.isFinite(weight) || weight < 0) {
      throw new InvalidArgumentError(
        `${path}.weights.${name} is ${weight}, of branches ${names.join(', ')}`,
        {
          path: `${path}.weights.${name}`,
          value: weight,
          remedy: 'Give a non-negative number for a branch of this fan',
        },
      )
    }
  }
}

/** `name`, or `name-2`, `name-3` … where it is taken: every node is one row of A. */
function freeName(plan: Plan, name: string, alsoTaken: readonly string[] = []): string {
  const taken = new Set([INPUT, ...plan.nodes.map((node) => node.name), ...alsoTaken])
  let free = name
  for (let n = 2; taken.has(free); n++) free = `${name}-${n}`
  return free
}
