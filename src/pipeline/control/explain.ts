import { errorChain } from '../../kernel/errors.ts'
import type { Hop } from '../../message/header.ts'
import { UnknownRunError } from '../errors.ts'
import { runMermaid, runSvg } from '../pictures/run-picture.ts'
import { INPUT } from '../plan/plan.ts'
import type { MadeDecision, RouteDecision } from '../run/decisions.ts'
import type { ArrowExplanation, Explanation, StepExplanation } from '../run/explanation.ts'
import type { Layout } from '../run/layout.ts'
import type { JoinRecord } from '../run/open-join.ts'
import type { PipelineRun } from '../run/run.ts'

/** Everything known about a run. */
export function explainRun(
  run: PipelineRun,
  routes: { decisions(id: number, made: readonly MadeDecision[]): readonly RouteDecision[] },
  now: number,
): Explanation {
  const { layout, hops } = run
  const joins = run.joinRecords()
  const steps = layout.plan.nodes.map(({ name, kind }) => stepOf(run, name, kind))
  const told = {
    id: run.id,
    outcome: !run.settled ? 'in flight' : run.error === undefined ? 'answered' : 'failed',
    errors: run.error === undefined ? [] : errorChain(run.error),
    input: run.input,
    startedAt: run.startedAt,
    totalMs: (run.endedAt ?? now) - run.startedAt,
    steps,
    arrows: arrowsOf(layout, steps, joins),
    hops,
    joins,
    votes: Object.fromEntries(run.votes ?? []),
    decisions: routes.decisions(run.id, run.decisions ?? []),
    waitingFor: [...run.holding.keys()],
  } as const
  return { ...told, toMermaid: () => runMermaid(told), toSvg: () => runSvg(told) }
}

/** @throws UnknownRunError (`unknown-run`) */
export function unknownRun(pipeline: string, runId: number): never {
  throw new UnknownRunError(pipeline, runId, 'remembered')
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
          : // A merge has done its work even if some of its parts were late.
            lost.length === visits.length
            ? 'failed'
            : 'done',
    visits: visits.length,
    attempts: sum(({ attempt }) => attempt),
    queueMs: sum(({ queueMs }) => queueMs),
    runMs: sum(({ runMs }) => runMs),
    cpuMs: sum(({ cpuMs }) => cpuMs),
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
