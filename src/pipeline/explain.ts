import type { ErrorLink } from '../kernel/errors.ts'
import { errorChain } from '../kernel/errors.ts'
import type { Hop } from '../message/header.ts'
import type { RouteDecision } from './fan-routes.ts'
import type { Layout } from './layout.ts'
import { INPUT } from './plan.ts'
import type { Ballot, JoinRecord, PipelineRun } from './run.ts'
import { runMermaid, runSvg } from './run-picture.ts'

/** What became of one node in one run. */
export interface StepExplanation {
  readonly name: string
  readonly kind: string
  /** `unused`: nothing came to it; `open`: it has not ended; `shadow`: what came of it went nowhere. */
  readonly outcome: 'done' | 'failed' | 'shadow' | 'unused' | 'open'
  readonly visits: number
  /** Of all visits. */
  readonly attempts: number
  /** Milliseconds, of all visits. */
  readonly queueMs: number
  readonly runMs: number
  readonly errors: readonly ErrorLink[]
}

/** One arrow of A that the run could take. */
export interface ArrowExplanation {
  readonly from: string
  readonly to: string
  /** a_ij; into a merge: what the part counted in the end, renormalised. */
  readonly weight: number
  readonly taken: boolean
}

/** How one run went, or how far it has come. */
export interface Explanation {
  readonly id: number
  readonly outcome: 'answered' | 'failed' | 'in flight'
  readonly errors: readonly ErrorLink[]
  readonly input: unknown
  /** Milliseconds from ask to settlement, or until now. */
  readonly totalMs: number
  readonly steps: readonly StepExplanation[]
  readonly arrows: readonly ArrowExplanation[]
  /** Every visit in the order in which they ended. */
  readonly hops: readonly Hop[]
  /** Weights, who came, failed, was missing or late. */
  readonly joins: readonly JoinRecord[]
  /** Votes by merge, where it voted: choice, share of the weight, voters. */
  readonly votes: { readonly [merge: string]: readonly Ballot[] }
  /** What the policies of fans decided, and why. */
  readonly decisions: readonly RouteDecision[]
  /** Names of the steps that still hold something. */
  readonly waitingFor: readonly string[]
  /** The path as a Mermaid flowchart. */
  toMermaid(): string
  /** The path as a drawing that needs nothing else. */
  toSvg(): string
}

/** What is known of a run. */
export function explainRun(run: PipelineRun, decisions: readonly RouteDecision[], now: number): Explanation {
  const { layout, hops } = run
  const joins = run.joinRecords()
  const steps = layout.plan.nodes.map(({ name, kind }) => stepOf(run, name, kind))
  const told = {
    id: run.id,
    outcome: !run.settled ? 'in flight' : run.error === undefined ? 'answered' : 'failed',
    errors: run.error === undefined ? [] : errorChain(run.error),
    input: run.input,
    totalMs: (run.endedAt ?? now) - run.startedAt,
    steps,
    arrows: arrowsOf(layout, steps, joins),
    hops,
    joins,
    votes: Object.fromEntries(run.votes ?? []),
    decisions,
    waitingFor: [...run.holding.keys()],
  } as const
  return { ...told, toMermaid: () => runMermaid(told), toSvg: () => runSvg(told) }
}

function stepOf(run: PipelineRun, name: string, kind: string): StepExplanation {
  const visits = run.hops.filter(({ processor }) => processor === name)
  const lost = visits.filter(({ outcome }) => outcome === 'dead-lettered')
  const sum = (of: (hop: Hop) => number) => visits.reduce((total, hop) => total + of(hop), 0)
  return {
    name,
    kind,
    outcome: run.holding.has(name)
      ? 'open'
      : run.shadows?.has(name) === true
        ? 'shadow'
        : visits.length === 0
          ? 'unused'
          : // A merge has done its work though some of its parts were late.
            lost.length === visits.length
            ? 'failed'
            : 'done',
    visits: visits.length,
    attempts: sum(({ attempt }) => attempt),
    queueMs: sum(({ queueMs }) => queueMs),
    runMs: sum(({ runMs }) => runMs),
    errors: visits.flatMap(({ errors = [] }) => errors),
  }
}

function arrowsOf(
  layout: Layout,
  steps: readonly StepExplanation[],
  joins: readonly JoinRecord[],
): ArrowExplanation[] {
  const visited = new Map<string, boolean>([[INPUT, true]])
  for (const { name, outcome } of steps) visited.set(name, outcome !== 'unused')
  return layout.plan.edges.map(({ from, to, weight }) => {
    const join = joins.find(({ merge }) => merge === to)
    const came = join === undefined || join.arrived.includes(from) || join.late.includes(from)
    return {
      from,
      to,
      weight: join?.weights[from] ?? weight,
      taken: visited.get(from) === true && visited.get(to) === true && came,
    }
  })
}
