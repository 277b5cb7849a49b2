import type { Nodes, RootContent } from 'mdast'

/** Nodes of a part of a file, with their lines moved to its place. */
export function moved(nodes: readonly RootContent[], lines: number): RootContent[] {
  for (const node of nodes) move(node, lines)
  return [...nodes]
}

function move(node: Nodes, lines: number): void {
  if (node.position !== undefined) {
    node.position.start.line += lines
    node.position.end.line += lines
  }
  if ('children' in node) for (const child of node.children) move(child, lines)
}
