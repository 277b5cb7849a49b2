import type { Edge } from '../../routing/edge.ts'
import type { Plan, PlanNode } from '../plan/plan.ts'

/** The label of a node: its name, and its notable settings. */
export function nodeLabel(node: PlanNode): { readonly title: string; readonly details: readonly string[] } {
  switch (node.kind) {
    case 'processor': {
      const { processor, policy, replicas } = node
      const timeoutMs = policy?.timeoutMs ?? processor.timeoutMs
      return {
        title: node.name,
        details: [
          ...(replicas === undefined ? [] : [`× ${replicas} replicas`]),
          ...(timeoutMs === undefined
            ? []
            : [`≤ ${timeoutMs} ms, ${policy?.attempts ?? processor.attempts} attempts`]),
        ],
      }
    }
    case 'merge': {
      const { quorum, expected } = node.join
      return {
        title: node.name,
        details: [
          ...(quorum === expected.length ? [] : [`≥ ${quorum} of ${expected.length} parts`]),
          ...(node.route === undefined ? [] : [`route: ${node.route.kind}`]),
        ],
      }
    }
    case 'loop':
      return { title: node.name, details: [`${node.test} …, at most ${node.max}`] }
    default:
      return { title: node.name, details: [] }
  }
}

/** The label of an arrow: its weight if it counts at a join, or the choice that leads along it. */
export function edgeLabel(plan: Plan, edge: Edge): string | undefined {
  const sender = plan.nodes.find(({ name }) => name === edge.from)
  if (sender?.kind === 'branch') {
    return Object.entries(sender.routes).find(([, to]) => to === edge.to)?.[0]
  }
  if (sender?.kind === 'loop') return edge.to === sender.end ? 'done' : 'turn'
  const recipient = plan.nodes.find(({ name }) => name === edge.to)
  if (recipient?.kind === 'merge' || edge.weight !== 1) return `${Number(edge.weight.toPrecision(4))}`
  return undefined
}
