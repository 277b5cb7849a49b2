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

/** Nodes of a text whose lines have these numbers in the file. */
export function relined(nodes: readonly RootContent[], numbers: readonly number[]): readonly RootContent[] {
  for (const node of nodes) reline(node, numbers)
  return nodes
}

function reline(node: Nodes, numbers: readonly number[]): void {
  if (node.position !== undefined) {
    const { start, end } = node.position
    start.line = numbers[start.line - 1] ?? start.line
    end.line = numbers[end.line - 1] ?? end.line
  }
  if ('children' in node) for (const child of node.children) reline(child, numbers)
}
