import type { List, ListItem, RootContent } from 'mdast'

/** What may stand between "1. …" and "2. …". */
const BETWEEN_MAX = 3
const INNER: ReadonlySet<string> = new Set(['list', 'paragraph', 'code', 'table', 'blockquote'])

/**
 * Bullets directly below a numbered line, and whatever stands before the next number, belong to that line, also where they
 * aren't indented.
 */
export function withResumed(nodes: readonly RootContent[]): readonly RootContent[] {
  if (!nodes.some((node, i) => isNumbered(node) && i + 1 < nodes.length)) return nodes
  const found: RootContent[] = []
  let i = 0
  while (i < nodes.length) {
    const node = nodes[i] as RootContent
    i += 1
    if (!isNumbered(node)) {
      found.push(node)
      continue
    }
    const children = [...node.children]
    const first = node.start ?? 1
    const given: RootContent[] = []
    // Where it ends by now tells what stands directly below it.
    let last: RootContent = node
    for (;;) {
      const next = resumed(node, first + children.length, last, nodes, i)
      if (next === undefined) break
      for (const inner of nodes.slice(i, next.to)) given.push(inner)
      if (next.list !== undefined) {
        giveToLast(children, given.splice(0))
        for (const item of next.list.children) children.push(item)
      }
      i = next.list === undefined ? next.to : next.to + 1
      last = nodes[i - 1] as RootContent
    }
    giveToLast(children, given)
    found.push({ ...node, children })
  }
  return found
}

/** Where what belongs to the last item ends, and the list that continues there with the number. */
function resumed(
  list: List,
  number: number,
  last: RootContent,
  nodes: readonly RootContent[],
  from: number,
): { to: number; list?: List } | undefined {
  for (let to = from; to <= from + BETWEEN_MAX && to < nodes.length; to += 1) {
    const node = nodes[to] as RootContent
    if (isNumbered(node)) return to > from && node.start === number ? { to, list: node } : undefined
    if (!INNER.has(node.type)) break
  }
  const next = nodes[from]
  // A list of several steps may end before another list.
  const open = last !== list || list.children.length === 1
  return next?.type === 'list' && open && isBelow(last, next) ? { to: from + 1 } : undefined
}

function giveToLast(items: ListItem[], inner: readonly RootContent[]): void {
  if (inner.length === 0) return
  const last = items.pop()
  if (last !== undefined)
    items.push({ ...last, children: [...last.children, ...(inner as typeof last.children)] })
}

function isNumbered(node: RootContent): node is List {
  return node.type === 'list' && node.ordered === true
}

function isBelow(last: RootContent, next: List): boolean {
  const end = last.position?.end.line
  const start = next.position?.start.line
  return end !== undefined && start !== undefined && start - end <= 1
}
