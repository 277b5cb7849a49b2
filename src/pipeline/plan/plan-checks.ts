import type { Edge } from '../../routing/edge.ts'
import { isAmount } from '../../supervision/retry-budget.ts'
import { PipelinePlanError, type PlanProblem } from '../errors.ts'
import { policyProblems } from './admission-policy.ts'
import { longestWay } from './budget.ts'
import { nodeProblems } from './node-checks.ts'
import { INPUT, type Plan } from './plan.ts'
import { isBackEdge, loopsOf } from './shape.ts'

/** Most runs that `explain` remembers. */
export const HISTORY_MAX = 1_000_000

/**
 * Refuses a plan that can't work, with all its problems.
 *
 * @throws PipelinePlanError (`pipeline-plan`)
 */
export function checkPlan(plan: Plan): Plan {
  const problems = problemsOf(plan)
  if (problems.length > 0) throw new PipelinePlanError(plan.name, problems)
  return plan
}

/**
 * All problems of a plan: names, arrows, weights; nodes that can't be reached or lead nowhere; joins that can never be
 * satisfied; cycles without a bound; and, if the rest is sound, a longest path that exceeds the timeout.
 */
export function problemsOf(plan: Plan): PlanProblem[] {
  if (plan.nodes.length === 0) {
    return [
      { path: plan.name, value: [], what: 'it has no processors: add at least one with .to(processor)' },
    ]
  }
  const problems = [
    ...boundProblems(plan),
    ...nameProblems(plan),
    ...edgeProblems(plan),
    ...nodeProblems(plan),
  ]
  const cycles = cycleProblems(plan)
  problems.push(...reachProblems(plan), ...cycles)
  if (problems.length === 0) problems.push(...budgetProblems(plan))
  return problems
}

function boundProblems({
  name,
  timeoutMs,
  maxInFlight,
  history = 0,
  admission,
  retryBudget,
}: Plan): PlanProblem[] {
  const problems: PlanProblem[] = []
  if (!(timeoutMs >= 0))
    problems.push({ path: `${name}.timeout`, value: timeoutMs, what: `its timeout is ${timeoutMs} ms` })
  if (!Number.isSafeInteger(maxInFlight) || maxInFlight < 1)
    problems.push({ path: `${name}.maxInFlight`, value: maxInFlight, what: `maxInFlight is ${maxInFlight}` })
  if (!Number.isSafeInteger(history) || history < 0 || history > HISTORY_MAX)
    problems.push({ path: `${name}.history`, value: history, what: `history is ${history}` })
  else problems.push(...policyProblems(admission, maxInFlight, `${name}.admission`))
  for (const [key, value] of Object.entries(retryBudget === false ? {} : (retryBudget ?? {})))
    if (!isAmount(value))
      problems.push({ path: `${name}.retryBudget.${key}`, value, what: `its ${key} of retries is ${value}` })
  return problems
}

function nameProblems({ nodes, exit }: Plan): PlanProblem[] {
  const problems: PlanProblem[] = []
  const seen = new Set<string>([INPUT])
  nodes.forEach(({ name }, at) => {
    const path = `nodes[${at}].name`
    if (typeof name !== 'string' || name.trim() === '')
      problems.push({ path, value: name, what: `${path} is not a non-empty string` })
    else if (seen.has(name)) problems.push({ path, value: name, what: `two nodes are named '${name}'` })
    seen.add(name)
  })
  if (!seen.has(exit) || exit === INPUT)
    problems.push({ path: 'exit', value: exit, what: `the exit '${exit}' is not one of its nodes` })
  return problems
}

function edgeProblems({ nodes, edges }: Plan): PlanProblem[] {
  const known = new Set([INPUT, ...nodes.map(({ name }) => name)])
  const seen = new Set<string>()
  const problems: PlanProblem[] = []
  for (const { from, to, weight } of edges) {
    const path = `edges.${from}→${to}`
    for (const end of [from, to]) {
      if (!known.has(end))
        problems.push({
          path,
          value: end,
          what: `the arrow ${from}→${to} names '${end}', which is not a node`,
        })
    }
    if (to === INPUT)
      problems.push({ path, value: to, what: `the arrow ${from}→${to} leads back to the input` })
    if (!Number.isFinite(weight) || weight < 0)
      problems.push({ path, value: weight, what: `the weight of ${from}→${to} is ${weight}` })
    const key = JSON.stringify([from, to])
    if (seen.has(key)) problems.push({ path, value: weight, what: `the arrow ${from}→${to} is listed twice` })
    seen.add(key)
  }
  return problems
}

/** Nodes that a message never reaches, and nodes that it never leaves. */
function reachProblems({ nodes, edges, exit }: Plan): PlanProblem[] {
  const forwards = reached(INPUT, edges, (edge) => [edge.from, edge.to])
  // With an unknown exit, everything would be a dead end.
  const known = nodes.some(({ name }) => name === exit)
  const backwards = reached(exit, edges, (edge) => [edge.to, edge.from])
  return nodes.flatMap(({ name }): PlanProblem[] => {
    if (!forwards.has(name))
      return [{ path: name, value: name, what: `'${name}' is unreachable from the input` }]
    if (known && !backwards.has(name))
      return [
        { path: name, value: name, what: `'${name}' is a dead end: no path leads from there to '${exit}'` },
      ]
    return []
  })
}

function reached(
  start: string,
  edges: readonly Edge[],
  direction: (edge: Edge) => readonly [from: string, to: string],
): Set<string> {
  const next = new Map<string, string[]>()
  for (const edge of edges) {
    const [from, to] = direction(edge)
    const list = next.get(from)
    if (list === undefined) next.set(from, [to])
    else list.push(to)
  }
  const seen = new Set([start])
  const open = [start]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const to of next.get(name) ?? []) {
      if (!seen.has(to)) open.push(to)
      seen.add(to)
    }
  }
  return seen
}

/**
 * Cycles that no loop bounds: the nodes left after repeatedly removing nodes without incoming arrows.
 *
 * Source: Kahn, "Topological sorting of large networks", CACM 5(11), 1962.
 */
function cycleProblems(plan: Plan): PlanProblem[] {
  const loops = loopsOf(plan)
  const edges = plan.edges.filter((edge) => !isBackEdge(loops, edge))
  const forwards = peel(edges)
  // Peeling from the other side too leaves only the cycles and what lies between them.
  const both = peel(edges.filter(({ from, to }) => forwards.has(from) && forwards.has(to)).map(turned))
  const names = plan.nodes.flatMap(({ name }) => (both.has(name) ? [name] : []))
  if (names.length === 0) return []
  const what = `${names.join(', ')} are a cycle without a bound: use .loop(body, { until, max })`
  return [{ path: names[0] as string, value: names, what }]
}

function turned({ from, to, weight }: Edge): Edge {
  return { from: to, to: from, weight }
}

function peel(edges: readonly Edge[]): Set<string> {
  const left = new Set(edges.flatMap(({ from, to }) => [from, to]))
  const incoming = new Map<string, number>()
  const next = new Map<string, string[]>()
  for (const { from, to } of edges) {
    incoming.set(to, (incoming.get(to) ?? 0) + 1)
    next.set(from, [...(next.get(from) ?? []), to])
  }
  const free = [...left].filter((name) => !incoming.has(name))
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    left.delete(name)
    for (const to of next.get(name) ?? []) {
      const rest = (incoming.get(to) ?? 0) - 1
      incoming.set(to, rest)
      if (rest === 0) free.push(to)
    }
  }
  return left
}

function budgetProblems(plan: Plan): PlanProblem[] {
  const { ms, terms } = longestWay(plan)
  if (ms <= plan.timeoutMs) return []
  const sum = `its longest path may take ${terms.join(' + ')} = ${ms} ms`
  return [
    {
      path: `${plan.name}.timeout`,
      value: plan.timeoutMs,
      what: `${sum}, more than its timeout of ${plan.timeoutMs} ms`,
    },
  ]
}
