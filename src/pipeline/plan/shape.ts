import type { JoinPolicy } from '../../merge/join.ts'
import type { Edge } from '../../routing/edge.ts'
import type { LoopNode, MergeNode, Plan } from './plan.ts'

type Graph = Pick<Plan, 'nodes' | 'edges'>

/** The arrow that returns a turn's value to the head of its loop: the only arrows that may point backwards. */
export function isBackEdge(loops: ReadonlyMap<string, LoopNode>, edge: Edge): boolean {
  return loops.get(edge.to)?.back === edge.from
}

export function loopsOf(plan: Graph): Map<string, LoopNode> {
  return new Map(plan.nodes.flatMap((node) => (node.kind === 'loop' ? [[node.name, node] as const] : [])))
}

/**
 * By name of a node: the part of a fan-out that is lost with a message at that node, as the innermost join sees it.
 *
 *   input ─┬▶ a.input ▶ a.x ▶ a ─┐          a.input, a.x, a → a
 *          └▶ b ─────────────────┴▶ merge   b → b            merge → (none: a loss there fails the run)
 */
export function partsOf(plan: Graph): Map<string, string> {
  const senders = sendersOf(plan.edges)
  const parts = new Map<string, { part: string; size: number }>()
  for (const node of plan.nodes) {
    if (node.kind !== 'merge') continue
    for (const part of node.join.expected) {
      const inside = before(senders, part, node.from)
      for (const name of inside) {
        if ((parts.get(name)?.size ?? Number.POSITIVE_INFINITY) > inside.size)
          parts.set(name, { part, size: inside.size })
      }
    }
  }
  return new Map([...parts].map(([name, { part }]) => [name, part]))
}

/** By name of a node: the loops whose body contains it. */
export function loopsAround(plan: Graph): Map<string, LoopNode[]> {
  const senders = sendersOf(plan.edges)
  const around = new Map<string, LoopNode[]>()
  for (const loop of loopsOf(plan).values()) {
    for (const name of before(senders, loop.back, loop.name)) {
      const list = around.get(name)
      if (list === undefined) around.set(name, [loop])
      else list.push(loop)
    }
  }
  return around
}

/** `from` and everything that leads to it, up to but without `stop`. */
function before(senders: ReadonlyMap<string, readonly string[]>, from: string, stop: string): Set<string> {
  const seen = new Set<string>([from])
  const open = [from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const sender of senders.get(name) ?? []) {
      if (sender === stop || seen.has(sender)) continue
      seen.add(sender)
      open.push(sender)
    }
  }
  return seen
}

export function sendersOf(edges: readonly Edge[]): Map<string, string[]> {
  const senders = new Map<string, string[]>()
  for (const { from, to } of edges) {
    const list = senders.get(to)
    if (list === undefined) senders.set(to, [from])
    else list.push(from)
  }
  return senders
}

/**
 * The join over fewer branches than declared: it expects those, and its quorum is at most their number
 * (a quorum of all means all of those).
 */
export function joinOver(join: JoinPolicy, branches: readonly string[]): JoinPolicy {
  if (branches.length === join.expected.length) return join
  return { ...join, expected: branches, quorum: Math.min(join.quorum, branches.length) }
}

/** Where the branches of a merge start, and the first node of each. */
export function branchHeads(
  plan: Plan,
  merge: MergeNode,
): { readonly from: string; readonly heads: readonly string[] } {
  const parts = partsOf(plan)
  const starts = plan.edges.flatMap(({ from, to }) => (from === merge.from ? [to] : []))
  const heads = merge.join.expected.map(
    (branch) => starts.find((start) => parts.get(start) === branch) ?? branch,
  )
  return { from: merge.from, heads }
}
