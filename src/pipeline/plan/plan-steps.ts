import type { Processor } from '../../behavior/define-processor.ts'
import { demand, entriesIn } from '../../kernel/demand.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import { given } from '../../kernel/given.ts'
import { oneOf } from '../../kernel/one-of.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { type JoinRules, policyOfRules } from '../../merge/join.ts'
import type { Edge } from '../../routing/edge.ts'
import { checkBranches, defaultsOf, type FanOf, nothing } from './fan-checks.ts'
import { type OptionalBranch, worthOf } from './optional-branches.ts'
import { INPUT, type LoopNode, type MergeNode, type NodeFunction, type Plan, type PlanNode } from './plan.ts'
import { type StageOptions, stageOptions } from './stage-options.ts'
import type { JoinOptions, LoopBounds } from './step-options.ts'

/** A step's stage: a processor, or a whole pipeline. */
export type AnyStage = Processor<never, unknown> | { readonly plan: Plan; readonly name: string }

/** Most turns of a loop, whatever the option says. */
const TURNS_MAX = 1_000_000

/** The plan with one more node at its end. */
export function append(plan: Plan, node: PlanNode, from = plan.exit): Plan {
  const edge: Edge = { from, to: node.name, weight: 1 }
  return { ...plan, nodes: [...plan.nodes, node], edges: [...plan.edges, edge], exit: node.name }
}

/** Adds a checked stage: a processor, or a pipeline inlined under its name (`name.input`, `name.…`, and `name` where it ends). */
export function addStage(plan: Plan, stage: AnyStage, name: string, options: StageOptions = {}): Plan {
  if (!('plan' in stage)) {
    const policy = stageOptions(`${plan.name}.${name}`, options)
    return append(plan, { kind: 'processor', name, processor: stage, ...policy })
  }
  if (Object.keys(options).length > 0) {
    throw new InvalidArgumentError(
      `'${name}' is a pipeline, which has no attempts, replicas or mailbox itself`,
      {
        path: `${plan.name}.${name}`,
        value: options,
        remedy: 'Pass these options to the steps inside it',
      },
    )
  }
  return inline(plan, stage.plan, name)
}

/** Index 0 of the inner plan becomes `name.input`, its exit is followed by `name`, and names in between get a prefix. */
function inline(plan: Plan, inner: Plan, name: string): Plan {
  if (inner.nodes.length === 0) {
    throw new InvalidArgumentError(`sub-pipeline '${inner.name}' has no processors`, {
      path: `${plan.name}.${name}`,
      value: inner.name,
      remedy: 'Add at least one step to it',
    })
  }
  const within = (node: PlanNode): string => (node.within === undefined ? name : `${name}.${node.within}`)
  const renamed = (old: string): string => `${name}.${old}`
  const nodes = inner.nodes.map((node) => ({ ...rename(node, renamed), within: within(node) }))
  const entered = append(plan, { kind: 'enter', name: renamed(INPUT), input: inner.input, within: name })
  const filled: Plan = {
    ...entered,
    nodes: [...entered.nodes, ...nodes],
    edges: [
      ...entered.edges,
      ...inner.edges.map(({ from, to, weight }) => ({ from: renamed(from), to: renamed(to), weight })),
    ],
    exit: renamed(inner.exit),
  }
  return append(filled, { kind: 'leave', name, closes: 'pipeline', within: name })
}

function rename(node: PlanNode, renamed: (name: string) => string): PlanNode {
  const name = renamed(node.name)
  switch (node.kind) {
    case 'merge':
      return {
        ...node,
        name,
        from: renamed(node.from),
        join: { ...node.join, expected: node.join.expected.map(renamed) },
        ...(node.defaults === undefined ? {} : { defaults: renamedKeys(node.defaults, renamed) }),
        ...(node.optional === undefined ? {} : { optional: renamedKeys(node.optional, renamed) }),
      }
    case 'branch':
      return {
        ...node,
        name,
        routes: Object.fromEntries(Object.entries(node.routes).map(([choice, to]) => [choice, renamed(to)])),
      }
    case 'loop':
      return { ...node, name, body: renamed(node.body), back: renamed(node.back), end: renamed(node.end) }
    default:
      return { ...node, name }
  }
}

function renamedKeys<T>(
  named: Readonly<Record<string, T>>,
  renamed: (name: string) => string,
): Record<string, T> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [renamed(name), value]))
}

export interface FanStep extends FanOf {
  readonly branches: Readonly<Record<string, AnyStage>>
  readonly optional?: Readonly<Record<string, OptionalBranch>> | undefined
}

/** One message to many stages, and the merge that brings their parts together. */
export function fanOut(plan: Plan, fan: FanStep, strategy: MergeNode['strategy'], join: JoinOptions): Plan {
  const names = entriesIn(fan.branches, `${plan.name}.fan`, 'an object of steps, by name').map(
    ([name]) => name,
  )
  checkBranches(plan, names, fan)
  const from = plan.exit
  let grown = plan
  for (const name of names) {
    const stage = fan.branches[name] as AnyStage
    checkStage(stage, `${plan.name}.${name}`)
    grown = addStage({ ...grown, exit: from }, stage, name, own(fan.policies, name))
  }
  // A policy uses the arrows that lead to the branches: the weights are also its probabilities.
  if (fan.route !== undefined) grown = { ...grown, edges: weighted(plan, grown, from, names, fan.weights) }
  const merge = freeName(grown, join.name ?? 'merge')
  const defaults = defaultsOf(plan, names, join)
  const optional = worthOf(fan.optional, names, `${plan.name}.fan.optional`)
  const node: MergeNode = {
    kind: 'merge',
    name: merge,
    strategy,
    join: policyOfRules(merge, names, rulesOf(join)),
    from,
    ...given({ route: fan.route, optional }),
    ...defaults,
  }
  const edges = names.map((name): Edge => ({ from: name, to: merge, weight: own(fan.weights, name) ?? 1 }))
  return { ...grown, nodes: [...grown.nodes, node], edges: [...grown.edges, ...edges], exit: merge }
}

/** The arrows of a fan, each with the weight of its branch. */
function weighted(
  before: Plan,
  { edges }: Plan,
  from: string,
  names: readonly string[],
  weights: FanOf['weights'],
): readonly Edge[] {
  const old = before.edges.length
  const branchAt = (to: string) => names.find((name) => to === name || to === `${name}.${INPUT}`)
  return edges.map((edge, at) => {
    const name = at >= old && edge.from === from ? branchAt(edge.to) : undefined
    return name === undefined ? edge : { ...edge, weight: own(weights, name) ?? 1 }
  })
}

/** One message to exactly one of several paths. */
export function branchOut(
  plan: Plan,
  select: NodeFunction,
  ways: Readonly<Record<string, AnyStage>>,
  given: string,
): Plan {
  const name = freeName(plan, given)
  const choices = entriesIn(ways, `${plan.name}.${name}`, 'an object of paths, by name')
  if (choices.length === 0) throw nothing(`${plan.name}.${name}`, ways)
  for (const [choice, stage] of choices) checkStage(stage, `${plan.name}.${name}.${choice}`)
  const routes = Object.fromEntries(
    choices.map(([choice, stage]) => [choice, entryOf(stage, `${name}.${choice}`)]),
  )
  let grown = append(plan, { kind: 'branch', name, select, routes })
  for (const [choice, stage] of choices) {
    grown = addStage({ ...grown, exit: name }, stage, `${name}.${choice}`)
  }
  const end = `${name}.end`
  return {
    ...grown,
    nodes: [...grown.nodes, { kind: 'leave', name: end, closes: 'branch' }],
    edges: [
      ...grown.edges,
      ...choices.map(([choice]) => ({ from: `${name}.${choice}`, to: end, weight: 1 })),
    ],
    exit: end,
  }
}

/** A body that runs repeatedly on its own output: `head ─▶ body ─▶ head … ─▶ end`. */
export function loopOver(
  plan: Plan,
  body: AnyStage,
  condition: LoopNode['condition'],
  { test, max, onMax = 'fail', name: given }: LoopBounds & { readonly test: LoopNode['test'] },
): Plan {
  const name = freeName(plan, given ?? 'loop')
  oneOf(['fail', 'value'], onMax, `${plan.name}.${name}.onMax`)
  checkStage(body, `${plan.name}.${name}`)
  wholeNumber(max, `${plan.name}.${name}.max`, 1, TURNS_MAX)
  const back = `${name}.${body.name}`
  const end = `${name}.end`
  const entry = entryOf(body, back)
  const head: LoopNode = { kind: 'loop', name, test, condition, max, onMax, body: entry, back, end }
  const filled = addStage(append(plan, head), body, back)
  return {
    ...filled,
    nodes: [...filled.nodes, { kind: 'leave', name: end, closes: 'loop' }],
    edges: [...filled.edges, { from: back, to: name, weight: 1 }, { from: name, to: end, weight: 1 }],
    exit: end,
  }
}

/** A branch may have the name `constructor`; that property of every object is not an option. */
function own<T>(named: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined
}

/** The first node of the stage with this name. */
function entryOf(stage: AnyStage, name: string): string {
  return 'plan' in stage ? `${name}.${INPUT}` : name
}

/** @throws InvalidArgumentError (`invalid-argument`) for anything but a processor or a pipeline */
export function checkStage(stage: AnyStage, path: string): void {
  demand(stage, path, 'a processor or a pipeline', (given) => 'plan' in given || given.kind === 'processor')
}

/** Defaults belong to the node, branch by branch; for the join's policy such a part is missing. */
function rulesOf({ onMissing, ...rules }: JoinOptions): JoinRules {
  if (onMissing === undefined) return rules
  return { ...rules, onMissing: typeof onMissing === 'object' ? 'partial' : onMissing }
}

/** `name`, or `name-2`, `name-3` … if it is taken: every node is one row of A. */
export function freeName(plan: Plan, name: string): string {
  const taken = new Set([INPUT, ...plan.nodes.map((node) => node.name)])
  // A sub-pipeline also takes the names below its own.
  const clashes = (free: string): boolean => taken.has(free) || taken.has(`${free}.${INPUT}`)
  let free = demand(
    name,
    `${plan.name}.name`,
    'a name',
    (given) => typeof given === 'string' && given.trim() !== '',
  )
  for (let n = 2; clashes(free); n++) free = `${name}-${n}`
  return free
}
