import type { Processor, Schema } from '../../behavior/define-processor.ts'
import { aFunction, demand, entriesIn } from '../../kernel/demand.ts'
import { given } from '../../kernel/given.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import type { Edge } from '../../routing/edge.ts'
import type { RoutePolicy } from '../../routing/policy.ts'
import type { RetryBudgetPolicy } from '../../supervision/retry-budget.ts'
import { PipelinePlanError, type PlanProblem } from '../errors.ts'
import type { AdmissionPolicy } from './admission-policy.ts'
import { readPlan } from './json-reader.ts'
import type { LoopNode, MergeFunction, MergeNode, NodeFunction, NodePolicy, Plan, PlanNode } from './plan.ts'
import { problemsOf } from './plan-checks.ts'

/** A pipeline as JSON, without functions: each appears by the name of its node, and each processor by its own. */
export interface PlanJson {
  readonly format: 'ganglion-pipeline'
  readonly version: 1
  readonly name: string
  /** `null` is no limit. */
  readonly timeoutMs: number | null
  readonly maxInFlight: number
  readonly history?: number
  /** Absent: the default policy. */
  readonly admission?: AdmissionPolicy | false
  readonly retryBudget?: RetryBudgetPolicy | false
  /** In start order. */
  readonly nodes: readonly PlanNodeJson[]
  /** `weight` is a_ij; absent means 1. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly weight?: number }[]
  readonly exit: string
}

/** One node as JSON. `within` is its sub-pipeline. */
export type PlanNodeJson = { readonly name: string; readonly within?: string } & (
  | {
      readonly kind: 'processor'
      /** Name of the processor. It differs from the node's name if one processor is used in several places. */
      readonly processor: string
      readonly policy?: NodePolicy
      readonly replicas?: number
    }
  | { readonly kind: 'map' | 'tap' | 'enter' }
  | {
      readonly kind: 'merge'
      readonly from: string
      /** An absent time has no limit. */
      readonly join: {
        readonly expected: readonly string[]
        readonly quorum: number
        readonly graceMs?: number
        readonly deadlineMs?: number
      }
      readonly route?: { readonly kind: string; readonly [option: string]: unknown }
      readonly defaults?: Readonly<Record<string, unknown>>
      readonly optional?: Readonly<Record<string, number>>
    }
  | { readonly kind: 'branch'; readonly routes: Readonly<Record<string, string>> }
  | {
      readonly kind: 'loop'
      readonly test: 'while' | 'until'
      readonly max: number
      readonly onMax: 'fail' | 'value'
      readonly body: string
      readonly back: string
      readonly end: string
    }
  | { readonly kind: 'leave'; readonly closes: 'branch' | 'loop' | 'pipeline' }
)

/** The meaning of the names in a pipeline's JSON. Only names used in the JSON are needed. */
export interface PlanRegistry {
  /** By their own names. */
  readonly processors: readonly Processor<never, unknown>[]
  /** Of merges, by the name of their node. */
  readonly merges?: Readonly<Record<string, MergeFunction>>
  /** Of maps, taps, branches (selectors) and loops (conditions), by the name of their node. */
  readonly functions?: Readonly<Record<string, (value: never, at: never) => unknown>>
  /** Routes, by the name of the merge that ends the fan-out. */
  readonly routes?: Readonly<Record<string, RoutePolicy<never, string>>>
  /**
   * Input schemas: by the name of the pipeline, and by `name.input` for a sub-pipeline. Without them, the first processor checks
   * its own input.
   */
  readonly schemas?: Readonly<Record<string, Schema>>
}

/** @throws PipelinePlanError (`pipeline-plan`) when two different processors share a name. */
export function planToJson(plan: Plan): PlanJson {
  const problems = ambiguous(plan)
  if (problems.length > 0) throw new PipelinePlanError(plan.name, problems)
  const { name, timeoutMs, maxInFlight, history, admission, retryBudget, nodes, edges, exit } = plan
  return {
    format: 'ganglion-pipeline',
    version: 1,
    name,
    timeoutMs: timeoutMs === Number.POSITIVE_INFINITY ? null : timeoutMs,
    maxInFlight,
    ...given({ history, admission, retryBudget }),
    nodes: nodes.map(nodeToJson),
    edges: edges.map(({ from, to, weight }) => (weight === 1 ? { from, to } : { from, to, weight })),
    exit,
  }
}

function nodeToJson(node: PlanNode): PlanNodeJson {
  switch (node.kind) {
    case 'processor':
      return { ...node, processor: node.processor.name }
    case 'map':
    case 'tap':
      return without(node, 'run')
    case 'enter':
      return without(node, 'input')
    case 'branch':
      return without(node, 'select')
    case 'loop':
      return without(node, 'condition')
    case 'leave':
      return node
    case 'merge': {
      const { strategy: _, join, route, ...rest } = node
      const { expected, quorum, graceMs, deadlineMs } = join
      return {
        ...rest,
        join: { expected, quorum, ...finite('graceMs', graceMs), ...finite('deadlineMs', deadlineMs) },
        ...(route === undefined ? {} : { route: route.toJSON() }),
      }
    }
  }
}

function without<T extends PlanNode, K extends keyof T>(node: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = node
  return rest
}

function finite<K extends string>(key: K, ms: number): { [P in K]?: number } {
  return (ms === Number.POSITIVE_INFINITY ? {} : { [key]: ms }) as { [P in K]?: number }
}

function ambiguous({ nodes }: Plan): PlanProblem[] {
  const byName = new Map<string, unknown>()
  return nodes.flatMap((node): PlanProblem[] => {
    if (node.kind !== 'processor') return []
    const { name } = node.processor
    const first = byName.get(name) ?? node.processor
    byName.set(name, first)
    if (first === node.processor) return []
    return [{ path: node.name, value: name, what: `two different processors have the name '${name}'` }]
  })
}

/** @throws InvalidArgumentError (`invalid-argument`) naming the part that is missing, unknown or of the wrong kind. */
export function checkRegistry(registry: PlanRegistry): void {
  onlyOptions(registry ?? null, 'registry', ['processors', 'functions', 'merges', 'routes', 'schemas'])
  const { processors, ...byName } = registry
  demand(
    processors,
    'registry.processors',
    'a list of processors',
    (given) =>
      Array.isArray(given) &&
      given.every(({ kind, name }) => kind === 'processor' && typeof name === 'string'),
  )
  for (const [kind, given] of Object.entries(byName)) {
    if (given === undefined) continue
    for (const [name, one] of entriesIn<string, unknown>(given, `registry.${kind}`, 'an object by name'))
      if (kind === 'functions' || kind === 'merges') aFunction(one, `registry.${kind}.${name}`)
  }
}

/**
 * The plan, as far as it can be read, and all problems: malformed parts, unknown names, and, if every part is well-formed,
 * anything that can't work.
 */
export function planFromJson(
  json: unknown,
  registry: PlanRegistry,
): { readonly plan: Plan | undefined; readonly problems: readonly PlanProblem[] } {
  const read = readPlan(json)
  if (read.plan === undefined) return { plan: undefined, problems: read.problems }
  const { name, timeoutMs, maxInFlight, history, admission, retryBudget, exit } = read.plan
  const names = new Names(registry)
  const nodes = read.plan.nodes.map((node) => names.nodeOf(node))
  const input = names.schema(name, 'name')
  const edges = read.plan.edges.map(({ from, to, weight = 1 }): Edge => ({ from, to, weight }))
  const kept = {
    ...given({ history, admission, retryBudget }),
  }
  const limit = timeoutMs ?? Number.POSITIVE_INFINITY
  const plan: Plan = { name, input, timeoutMs: limit, maxInFlight, ...kept, nodes, edges, exit }
  const unfit = read.problems.length === 0 ? problemsOf(plan) : []
  return { plan, problems: [...read.problems, ...names.problems, ...unfit] }
}

/** Looks names up and remembers the missing ones. */
class Names {
  readonly problems: PlanProblem[] = []
  readonly #registry: PlanRegistry
  readonly #processors: ReadonlyMap<string, Processor<never, unknown>>

  constructor(registry: PlanRegistry) {
    this.#registry = registry
    this.#processors = new Map(registry.processors.map((processor) => [processor.name, processor]))
  }

  nodeOf(json: PlanNodeJson): PlanNode {
    const { functions, merges, routes } = this.#registry
    const { name } = json
    switch (json.kind) {
      case 'processor': {
        const processor = this.#processors.get(json.processor)
        if (processor === undefined) this.#unknown(`${name}.processor`, json.processor, 'processor')
        return { ...json, processor: processor ?? NOBODY }
      }
      case 'map':
      case 'tap':
        return { ...json, kind: json.kind, run: this.#find(functions, name, 'function') as NodeFunction }
      case 'branch':
        return { ...json, select: this.#find(functions, name, 'function') as NodeFunction }
      case 'loop':
        return { ...json, condition: this.#find(functions, name, 'function') as LoopNode['condition'] }
      case 'enter':
        return { ...json, kind: 'enter', input: this.schema(name, name) }
      case 'leave':
        return json
      case 'merge': {
        const { route: asked, join, ...rest } = json
        const route =
          asked === undefined ? undefined : (this.#find(routes, name, 'route') as MergeNode['route'])
        return {
          ...rest,
          strategy: this.#find(merges, name, 'merge') as MergeFunction,
          join: { graceMs: Number.POSITIVE_INFINITY, deadlineMs: Number.POSITIVE_INFINITY, ...join },
          ...(route === undefined ? {} : { route }),
        }
      }
    }
  }

  schema(name: string, path: string): Schema {
    const { schemas } = this.#registry
    return schemas === undefined ? ANYTHING : (this.#find(schemas, name, 'schema', path) as Schema)
  }

  #find<T>(
    from: Readonly<Record<string, T>> | undefined,
    name: string,
    kind: string,
    path = name,
  ): T | undefined {
    const found = from !== undefined && Object.hasOwn(from, name) ? from[name] : undefined
    if (found === undefined) this.#unknown(path, name, kind)
    return found
  }

  #unknown(path: string, name: string, kind: string): void {
    this.problems.push({ path, value: name, what: `no ${kind} named '${name}' is registered` })
  }
}

/** Stands in for an unregistered processor while the rest of the plan is checked. */
const NOBODY = {
  kind: 'processor',
  name: '?',
  attempts: 1,
  backoffMs: [],
  timeoutMs: undefined,
  concurrency: 1,
  mailbox: {},
} as unknown as Processor<never, unknown>

/** Accepts everything: the first processor checks its own input. */
const ANYTHING: Schema = {
  '~standard': { version: 1, vendor: 'ganglion', validate: (value: unknown) => ({ value }) },
}
