import { INPUT, type Plan, type PlanNode, policyOf } from './plan.ts'
import { isBackEdge, loopsAround, loopsOf } from './shape.ts'

/** The worst-case duration of something, and its arithmetic. */
export interface Way {
  readonly ms: number
  readonly terms: readonly string[]
}

/**
 * The longest path through an acyclic plan (loops apart): `Σ turns × (attempts × timeout + backoff)`.
 * Only the pipeline's timeout bounds a processor without one, so such a processor adds nothing.
 */
export function longestWay(plan: Plan): Way {
  const loops = loopsOf(plan)
  const around = loopsAround(plan)
  const senders = new Map<string, string[]>()
  for (const edge of plan.edges) {
    // A turn ends at its loop's head, and the steps after the loop begin there.
    const to = isBackEdge(loops, edge) ? (loops.get(edge.to)?.end ?? edge.to) : edge.to
    senders.set(to, [...(senders.get(to) ?? []), edge.from])
  }
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]))
  const ways = new Map<string, Way>([[INPUT, NOTHING]])
  const visit = (name: string): Way => {
    const known = ways.get(name)
    if (known !== undefined) return known
    let longest = NOTHING
    for (const sender of senders.get(name) ?? []) longest = longer(longest, visit(sender))
    const node = nodes.get(name)
    const turns = (around.get(name) ?? []).reduce((product, { max }) => product * max, 1)
    const own = node === undefined ? undefined : budgetOf(node, turns)
    const way =
      own === undefined ? longest : { ms: longest.ms + own.ms, terms: [...longest.terms, ...own.terms] }
    ways.set(name, way)
    return way
  }
  return plan.nodes.reduce((longest, { name }) => longer(longest, visit(name)), NOTHING)
}

const NOTHING: Way = { ms: 0, terms: [] }

function longer(a: Way, b: Way): Way {
  return b.ms > a.ms ? b : a
}

function budgetOf(node: PlanNode, turns: number): Way | undefined {
  if (node.kind !== 'processor') return undefined
  const { timeoutMs, attempts, backoffMs } = policyOf(node)
  if (timeoutMs === undefined) return undefined
  let backoff = 0
  for (let i = 0; i < attempts - 1; i++) backoff += backoffMs[Math.min(i, backoffMs.length - 1)] ?? 0
  const term = `${node.name} ${attempts} × ${timeoutMs} ms + ${backoff} ms`
  const ms = attempts * timeoutMs + backoff
  return turns === 1 ? { ms, terms: [term] } : { ms: turns * ms, terms: [`${turns} turns × (${term})`] }
}
