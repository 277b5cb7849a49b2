import { INPUT, type Plan, type PlanNode } from '../plan/plan.ts'
import { edgeLabel, nodeLabel } from './labels.ts'

/**
 * The plan as a Mermaid flowchart. Processors are boxes, joins are rounded, branches and loops are diamonds; an arrow shows
 * its weight unless it is 1.
 */
export function toMermaid(plan: Plan): string {
  // Names may hold anything; ids may not.
  const ids = new Map([INPUT, ...plan.nodes.map(({ name }) => name)].map((name, i) => [name, `n${i}`]))
  const lines = ['flowchart LR', `  n0(["${escaped(plan.name)}"])`]
  for (const node of plan.nodes) lines.push(`  ${ids.get(node.name)}${shape(node)}`)
  for (const edge of plan.edges) {
    const label = edgeLabel(plan, edge)
    const arrow = label === undefined ? '-->' : `-- "${escaped(label)}" -->`
    lines.push(`  ${ids.get(edge.from)} ${arrow} ${ids.get(edge.to)}`)
  }
  lines.push(`  ${ids.get(plan.exit)} --> answer(["answer"])`)
  return `${lines.join('\n')}\n`
}

function shape(node: PlanNode): string {
  const text = `"${[nodeLabel(node).title, ...nodeLabel(node).details].map(escaped).join('<br/>')}"`
  switch (node.kind) {
    case 'processor':
      return `[${text}]`
    case 'merge':
      return `(${text})`
    case 'branch':
    case 'loop':
      return `{${text}}`
    case 'map':
    case 'tap':
      return `[/${text}/]`
    default:
      return `((${text}))`
  }
}

/** Mermaid reads `#38;` as `&`: every character with a meaning in Mermaid or HTML is written like that. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:×≥≤·+_-]/gu, (char) => `#${char.codePointAt(0)};`)
}
