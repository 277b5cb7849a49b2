import type { PlanProblem } from '../errors.ts'
import {
  type BranchNode,
  INPUT,
  type LoopNode,
  localName,
  type MergeNode,
  type Plan,
  type PlanNode,
  policyOf,
} from './plan.ts'
import { REPLICAS_MAX } from './stage-options.ts'

/** The problems of each node and the arrows around it. */
export function nodeProblems(plan: Plan): PlanProblem[] {
  return [
    ...arrowProblems(plan, { kind: 'input', name: INPUT }, { ...arrowsOf(plan, INPUT), senders: [] }),
    ...plan.nodes.flatMap((node) => {
      const arrows = arrowsOf(plan, node.name)
      return [...ownProblems(plan, node, arrows), ...arrowProblems(plan, node, arrows)]
    }),
  ]
}

interface Arrows {
  readonly senders: readonly string[]
  readonly recipients: readonly string[]
}

function arrowsOf({ edges }: Plan, name: string): Arrows {
  return {
    senders: edges.flatMap(({ from, to }) => (to === name ? [from] : [])),
    recipients: edges.flatMap(({ from, to }) => (from === name ? [to] : [])),
  }
}

function ownProblems(plan: Plan, node: PlanNode, arrows: Arrows): PlanProblem[] {
  switch (node.kind) {
    case 'processor':
      return policyProblems(node)
    case 'merge':
      return joinProblems(plan, node, arrows)
    case 'branch':
      return routeProblems(node, arrows)
    case 'loop':
      return loopProblems(node, arrows)
    default:
      return []
  }
}

function policyProblems(node: Extract<PlanNode, { kind: 'processor' }>): PlanProblem[] {
  const { attempts, backoffMs, timeoutMs, concurrency, mailbox } = policyOf(node)
  const whole = (value: unknown, max = Number.MAX_SAFE_INTEGER): boolean =>
    Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max
  const all: readonly (readonly [string, unknown, boolean])[] = [
    ['attempts', attempts, whole(attempts)],
    ['concurrency', concurrency, whole(concurrency)],
    ['replicas', node.replicas, whole(node.replicas ?? 1, REPLICAS_MAX)],
    ['mailbox.capacity', mailbox.capacity, whole(mailbox.capacity ?? 1)],
    ['timeout', timeoutMs, timeoutMs === undefined || timeoutMs >= 0],
    ['backoff', backoffMs, backoffMs.every((ms) => ms >= 0)],
  ]
  return all.flatMap(([field, value, sound]) =>
    sound
      ? []
      : [{ path: `${node.name}.${field}`, value, what: `${field} of '${node.name}' is ${String(value)}` }],
  )
}

function joinProblems(plan: Plan, node: MergeNode, { senders }: Arrows): PlanProblem[] {
  const { name, from } = node
  const { expected, quorum, graceMs, deadlineMs } = node.join
  const problems: PlanProblem[] = []
  const add = (field: string, value: unknown, what: string): void => {
    problems.push({ path: `${name}.${field}`, value, what })
  }
  if (!Number.isSafeInteger(quorum) || quorum < 1 || quorum > expected.length) {
    const of = `quorum ${quorum} of ${expected.length} parts`
    add('quorum', quorum, `join '${name}' can never be satisfied: ${of}`)
  }
  for (const part of expected) {
    if (!senders.includes(part))
      add('expected', part, `join '${name}' can never be satisfied: no arrow brings it '${part}'`)
  }
  for (const sender of senders) {
    if (!expected.includes(sender)) add('expected', sender, `join '${name}' does not expect '${sender}'`)
  }
  if (!(graceMs >= 0)) add('grace', graceMs, `the grace of '${name}' is ${graceMs} ms`)
  if (!(deadlineMs >= 0)) add('deadline', deadlineMs, `the deadline of '${name}' is ${deadlineMs} ms`)
  if (from !== INPUT && !plan.nodes.some((other) => other.name === from))
    add('from', from, `join '${name}' is fanned out to by '${from}', which is not a node`)
  for (const part of Object.keys(node.defaults ?? {})) {
    if (!expected.includes(part))
      add('defaults', part, `'${name}' has a default for '${part}', which is not one of its parts`)
  }
  for (const part of node.route?.names ?? []) {
    if (!expected.some((one) => localName(node, one) === part))
      add('route', part, `the route of '${name}' names '${part}', which is not one of its parts`)
  }
  return problems
}

function routeProblems({ name, routes }: BranchNode, { recipients }: Arrows): PlanProblem[] {
  const ways = Object.entries(routes)
  if (ways.length === 0)
    return [{ path: `${name}.routes`, value: routes, what: `branch '${name}' has no paths` }]
  const missing = ways.filter(([, to]) => !recipients.includes(to))
  const extra = recipients.filter((to) => !ways.some(([, way]) => way === to))
  return [
    ...missing.map(([way, to]) => ({
      path: `${name}.routes.${way}`,
      value: to,
      what: `no arrow leads from branch '${name}' to '${to}', its path '${way}'`,
    })),
    ...extra.map((to) => ({
      path: `edges.${name}→${to}`,
      value: to,
      what: `'${to}' is not on a path of branch '${name}'`,
    })),
  ]
}

function loopProblems(node: LoopNode, { senders, recipients }: Arrows): PlanProblem[] {
  const { name, max, body, back, end } = node
  const problems: PlanProblem[] = []
  if (!Number.isSafeInteger(max) || max < 1)
    problems.push({ path: `${name}.max`, value: max, what: `loop '${name}' has no bound: max is ${max}` })
  for (const [field, to] of [
    ['body', body],
    ['end', end],
  ] as const) {
    if (!recipients.includes(to))
      problems.push({
        path: `${name}.${field}`,
        value: to,
        what: `no arrow leads from loop '${name}' to '${to}'`,
      })
  }
  if (!senders.includes(back))
    problems.push({
      path: `${name}.back`,
      value: back,
      what: `no arrow leads back from '${back}' to loop '${name}'`,
    })
  return problems
}

/** Only a join may have several senders, and only a node before a merge may have several recipients. */
function arrowProblems(
  { nodes }: Plan,
  { kind, name }: { readonly kind: PlanNode['kind'] | 'input'; readonly name: string },
  { senders, recipients }: Arrows,
): PlanProblem[] {
  const problems: PlanProblem[] = []
  const sendersMax = kind === 'merge' || kind === 'leave' ? Number.POSITIVE_INFINITY : kind === 'loop' ? 2 : 1
  if (senders.length > sendersMax) {
    const what = `several arrows lead to '${name}' (from ${senders.join(', ')}), and it is not a merge`
    problems.push({ path: name, value: senders, what })
  }
  const chooses = kind === 'branch' || kind === 'loop'
  const joined = nodes.some((other) => other.kind === 'merge' && other.from === name)
  if (recipients.length > 1 && !chooses && !joined) {
    const what = `'${name}' goes to several (${recipients.join(', ')}), and no merge brings them together`
    problems.push({ path: name, value: recipients, what })
  }
  return problems
}
