import type { Processor, Schema } from '../behavior/define-processor.ts'
import { checkJoin, type JoinPolicy } from '../merge/join.ts'
import type { Edge } from '../routing/edge.ts'
import type { RoutePolicy } from '../routing/policy.ts'
import { PipelinePlanError } from './errors.ts'

/** The pseudo-processor that every run starts at: column 0 of A. */
export const INPUT = 'input'

export type PlanNode = ProcessorNode | MapNode | MergeNode

export interface ProcessorNode {
  readonly kind: 'processor'
  readonly name: string
  readonly processor: Processor<never, unknown>
}

/** A merge strategy, its types erased: the builder has checked them. */
export type MergeFunction = (parts: never, at: never) => unknown

/** A function between two processors: no schema, no model, repeated freely. */
export interface MapNode {
  readonly kind: 'map'
  readonly name: string
  readonly run: (value: never, at: { readonly input: never }) => unknown
}

export interface MergeNode {
  readonly kind: 'merge'
  readonly name: string
  readonly strategy: MergeFunction
  readonly join: JoinPolicy
  /** Chooses among the branches of its fan, for each message; without one all are chosen. */
  readonly route?: RoutePolicy
  /** What stands for a branch's part when it does not come. */
  readonly defaults?: Readonly<Record<string, unknown>>
}

/**
 * A pipeline as data: its processors, the arrows of A between them, and where a run ends.
 * Nodes stand in start order; A's names are `input` and then the nodes.
 */
export interface Plan {
  readonly name: string
  readonly input: Schema
  readonly timeoutMs: number
  readonly maxInFlight: number
  /** Settled runs that `explain` remembers; 100 by default. */
  readonly history?: number
  readonly nodes: readonly PlanNode[]
  readonly edges: readonly Edge[]
  readonly exit: string
}

/**
 * Refuses a plan that can't work, with everything that is wrong at once.
 *
 * @throws PipelinePlanError (`pipeline-plan`): no processors, joins that can't be satisfied, or a longest way whose
 * `attempts × timeout + backoff` exceeds the pipeline's own timeout (the message shows the arithmetic).
 */
export function checkPlan(plan: Plan): Plan {
  if (plan.nodes.length === 0) {
    throw new PipelinePlanError(plan.name, ['it has no processors'], 'Add at least one with .to(processor)')
  }
  for (const node of plan.nodes) if (node.kind === 'merge') checkJoin(node.name, node.join)
  const { ms, terms } = longestWay(plan)
  if (ms > plan.timeoutMs) {
    throw new PipelinePlanError(
      plan.name,
      [
        `its longest way may take ${terms.join(' + ')} = ${ms} ms, more than its timeout of ${plan.timeoutMs} ms`,
      ],
      'Raise the pipeline timeout, or lower attempts, timeouts or backoff on that way',
    )
  }
  return plan
}

interface Way {
  readonly ms: number
  readonly terms: readonly string[]
}

/** Nodes stand in start order, so one pass over them sees every sender before its recipients. */
function longestWay(plan: Plan): Way {
  const ways = new Map<string, Way>([[INPUT, { ms: 0, terms: [] }]])
  let longest: Way = { ms: 0, terms: [] }
  for (const node of plan.nodes) {
    let before: Way = { ms: 0, terms: [] }
    for (const edge of plan.edges) {
      const way = edge.to === node.name ? ways.get(edge.from) : undefined
      if (way !== undefined && way.ms > before.ms) before = way
    }
    const own = node.kind === 'processor' ? budgetOf(node.name, node.processor) : undefined
    const way = own === undefined ? before : { ms: before.ms + own.ms, terms: [...before.terms, own.term] }
    ways.set(node.name, way)
    if (way.ms > longest.ms) longest = way
  }
  return longest
}

/** The worst case of one processor; one without a timeout is bounded by the deadline alone and adds nothing. */
function budgetOf(
  name: string,
  processor: Processor<never, unknown>,
): { ms: number; term: string } | undefined {
  const { timeoutMs, attempts, backoffMs } = processor
  if (timeoutMs === undefined) return undefined
  let backoff = 0
  for (let i = 0; i < attempts - 1; i++) backoff += backoffMs[Math.min(i, backoffMs.length - 1)] ?? 0
  return { ms: attempts * timeoutMs + backoff, term: `${name} ${attempts} × ${timeoutMs} ms + ${backoff} ms` }
}
