import type { Processor } from '../../behavior/define-processor.ts'
import { demand, entriesIn } from '../../kernel/demand.ts'
import { text } from '../../kernel/errors.ts'
import { onlyOptions } from '../../kernel/only-options.ts'
import type { JoinPolicy } from '../../merge/join.ts'
import type { Edge } from '../../routing/edge.ts'
import { RoutingMatrixError, type RoutingProblem } from '../../routing/errors.ts'
import { RoutingMatrix, type RoutingSpec } from '../../routing/routing-matrix.ts'
import { PipelinePlanError, type PlanProblem, ReshapeError } from '../errors.ts'
import { BRANCH_OPTIONS } from './known-options.ts'
import { INPUT, type MergeNode, type Plan, type PlanNode } from './plan.ts'
import { checkPlan } from './plan-checks.ts'
import { branchHeads } from './shape.ts'

/** An argument of `swap`: a matrix, names with edges or with A, or edges alone. Omitted arrows weigh 0. */
export type NewWeights = RoutingMatrix | RoutingSpec | readonly Edge[]

/**
 * The plan with other weights on its own arrows.
 *
 * @throws RoutingMatrixError (`routing-matrix`): names or arrows that the plan lacks, missing names,
 * weights that are negative or not finite. PipelinePlanError (`pipeline-plan`): a message would reach a dead end, or a join
 * could never be satisfied.
 */
export function withWeights(plan: Plan, given: NewWeights): Plan {
  const names = [INPUT, ...plan.nodes.map((node) => node.name)]
  const edges = edgesOf(names, given)
  const problems: RoutingProblem[] = []
  const weights = new Map<string, number>()
  for (const { from, to, weight } of edges) {
    if (weight !== 0 && !plan.edges.some((edge) => edge.from === from && edge.to === to)) {
      const path = `edges.${from}→${to}`
      problems.push({ path, value: weight, what: `the plan has no arrow ${from}→${to}` })
    }
    weights.set(`${from}→${to}`, weight)
  }
  if (problems.length > 0) throw new RoutingMatrixError(problems)
  const changed = plan.edges.map((edge) => ({ ...edge, weight: weights.get(`${edge.from}→${edge.to}`) ?? 0 }))
  return checkWays({ ...plan, edges: changed })
}

/** Some weights, as `{ 'a→merge': 0.4 }` (or `'a->merge'`); the others stay. @throws like `withWeights` */
export function withSomeWeights(plan: Plan, given: Readonly<Record<string, number>>): Plan {
  const named = entriesIn(given, `${plan.name}.weights`, "weights by arrow, as { 'a→b': 0.5 }").map(
    ([arrow, weight]) => {
      const [from = '', to = ''] = arrow.split(/→|->/, 2).map((end) => end.trim())
      return { from, to, weight }
    },
  )
  const rest = plan.edges.filter(
    (edge) => !named.some(({ from, to }) => from === edge.from && to === edge.to),
  )
  return withWeights(plan, [...rest, ...named])
}

function edgesOf(names: readonly string[], given: NewWeights): readonly Edge[] {
  demand(given, 'weights', 'a routing matrix, its { names, edges }, or a list of edges', isWeights)
  if (given instanceof RoutingMatrix) return edgesOf(names, { names: given.names, edges: given.edges() })
  if (!('names' in given)) return checkedEdges(names, given)
  const problems: RoutingProblem[] = [
    ...given.names
      .filter((name) => !names.includes(name))
      .map((name) => ({ path: 'names', value: name, what: `the plan has no '${name}'` })),
    ...names
      .filter((name) => !given.names.includes(name))
      .map((name) => ({ path: 'names', value: name, what: `'${name}' is missing` })),
  ]
  if (problems.length > 0) throw new RoutingMatrixError(problems)
  return RoutingMatrix.from(given).edges()
}

function isWeights(given: NewWeights): boolean {
  return given instanceof RoutingMatrix || Array.isArray('names' in given ? given.names : given)
}

function checkedEdges(names: readonly string[], edges: readonly Edge[]): readonly Edge[] {
  RoutingMatrix.from({ names, edges })
  return edges
}

/** Every node must lead on, and every join must be able to reach its quorum. A part may weigh 0 in its merge. */
function checkWays(plan: Plan): Plan {
  const problems: PlanProblem[] = []
  for (const name of [INPUT, ...plan.nodes.map((node) => node.name)]) {
    const out = plan.edges.filter((edge) => edge.from === name)
    const leads = out.some(({ to, weight }) => weight > 0 || isMerge(plan, to))
    if (name !== plan.exit && out.length > 0 && !leads)
      problems.push({ path: name, value: 0, what: `nothing leads on from '${name}'` })
  }
  for (const node of plan.nodes) {
    if (node.kind !== 'merge') continue
    const { from, heads } = branchHeads(plan, node)
    const open = heads.filter((head) =>
      plan.edges.some((edge) => edge.from === from && edge.to === head && edge.weight > 0),
    )
    const { quorum, expected } = node.join
    if (open.length >= quorum || quorum === expected.length) continue
    const what = `join '${node.name}' needs ${quorum} parts, but only ${open.length} branches are left`
    problems.push({ path: `${node.name}.quorum`, value: quorum, what })
  }
  if (problems.length > 0) throw new PipelinePlanError(plan.name, problems)
  return checkPlan(plan)
}

function isMerge(plan: Plan, name: string): boolean {
  return plan.nodes.some((node) => node.name === name && node.kind === 'merge')
}

/** The plan with another processor at a node. @throws ReshapeError (`reshape`) */
export function withProcessor(plan: Plan, name: string, processor: Processor<never, unknown>): Plan {
  const node = nodeOf(plan, name)
  if (node.kind !== 'processor') {
    throw new ReshapeError(
      `'${name}' is a ${node.kind}, not a processor`,
      name,
      node.kind,
      'Name a processor of the pipeline',
    )
  }
  demand(processor, name, 'a processor, as defineProcessor returns it', ({ kind }) => kind === 'processor')
  return checkPlan({ ...plan, nodes: plan.nodes.map((one) => (one === node ? { ...node, processor } : one)) })
}

/** Where to add a branch. */
export interface NewBranch {
  /** Name of the merge whose fan gets it. */
  readonly at: string
  /** Its weight at the merge. Default 1. */
  readonly weight?: number
}

/** The plan with one more branch. @throws ReshapeError (`reshape`), RoutingMatrixError (`routing-matrix`) */
export function withBranch(
  plan: Plan,
  given: string,
  processor: Processor<never, unknown>,
  where: NewBranch,
): Plan {
  onlyOptions(where ?? null, `${plan.name}.${text(given)}`, BRANCH_OPTIONS)
  demand(given, `${plan.name}.branch`, 'the name of a branch', (name) => typeof name === 'string')
  demand(processor, given, 'a processor, as defineProcessor gives it', ({ kind }) => kind === 'processor')
  const { at, weight = 1 } = where
  const merge = mergeOf(plan, at)
  const { from, within } = merge
  // In a sub-pipeline the branch uses its own name; A has the full one.
  const name = within === undefined ? given : `${within}.${given}`
  if (given === INPUT || given === '' || plan.nodes.some((node) => node.name === name)) {
    throw new ReshapeError(
      `'${name}' is not a valid name for a new branch`,
      name,
      name,
      'Use a name that is free',
    )
  }
  const join = joinOf(merge, [...merge.join.expected, name])
  const position = plan.nodes.indexOf(merge)
  const nodes: PlanNode[] = plan.nodes.map((node) => (node === merge ? { ...merge, join } : node))
  nodes.splice(position, 0, {
    kind: 'processor',
    name,
    processor,
    ...(within === undefined ? {} : { within }),
  })
  const edges = [...plan.edges, { from, to: name, weight: 1 }, { from: name, to: at, weight }]
  RoutingMatrix.from({ names: [INPUT, ...nodes.map((node) => node.name)], edges })
  return checkPlan({ ...plan, nodes, edges })
}

/** The plan without a branch. @throws ReshapeError (`reshape`): the last branch, an unknown one, or a quorum out of reach. */
export function withoutBranch(plan: Plan, name: string): Plan {
  const merge = plan.nodes.find(
    (node): node is MergeNode => node.kind === 'merge' && node.join.expected.includes(name),
  )
  const ways = plan.edges.filter((edge) => edge.to === name)
  const whole = merge === undefined ? undefined : branchHeads(plan, merge).heads.includes(name)
  if (merge === undefined || whole !== true || ways.length !== 1) {
    const shown = text(name)
    throw new ReshapeError(
      `'${shown}' is not a branch of one processor`,
      shown,
      name,
      'Name a branch of a fan',
    )
  }
  const expected = merge.join.expected.filter((branch) => branch !== name)
  if (expected.length === 0) {
    throw new ReshapeError(
      `'${name}' is the last branch of '${merge.name}'`,
      `${merge.name}.${name}`,
      name,
      'Add another branch first, or replace the processor',
    )
  }
  const join = joinOf(merge, expected)
  if (join.quorum > expected.length) {
    throw new ReshapeError(
      `without '${name}' the join '${merge.name}' could never reach its quorum of ${join.quorum}`,
      `${merge.name}.quorum`,
      join.quorum,
      'Add another branch first',
    )
  }
  return checkPlan({
    ...plan,
    nodes: plan.nodes.flatMap((node) =>
      node.name === name ? [] : [node === merge ? { ...merge, join } : node],
    ),
    edges: plan.edges.filter((edge) => edge.from !== name && edge.to !== name),
  })
}

/** A quorum of all stays a quorum of all. */
function joinOf(merge: MergeNode, expected: readonly string[]): JoinPolicy {
  const { join } = merge
  const all = join.quorum === join.expected.length
  return { ...join, expected, quorum: all ? expected.length : join.quorum }
}

function nodeOf(plan: Plan, name: string): PlanNode {
  const node = plan.nodes.find((one) => one.name === name)
  if (node === undefined) {
    const names = plan.nodes.map((one) => one.name).join(', ')
    throw new ReshapeError(`the pipeline has no '${text(name)}'`, text(name), name, `Give one of ${names}`)
  }
  return node
}

function mergeOf(plan: Plan, name: string): MergeNode {
  const node = nodeOf(plan, name)
  if (node.kind !== 'merge') {
    throw new ReshapeError(`'${name}' is not a merge`, name, node.kind, 'Name the merge that ends the fan')
  }
  return node
}
