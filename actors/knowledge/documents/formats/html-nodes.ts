import type { Element, ElementContent, Root as HastRoot, Nodes, Text } from 'hast'

/** All words of a node. */
export function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value
  return 'children' in node ? node.children.map(textOf).join('') : ''
}

/** The first element of a name in a node. */
export function find(node: Element | HastRoot, name: string): Element | undefined {
  for (const child of node.children) {
    if (child.type !== 'element') continue
    if (child.tagName === name) return child
    const inner = find(child, name)
    if (inner !== undefined) return inner
  }
  return undefined
}

/** The first text inside an element. */
export function firstText(node: Element): Text | undefined {
  let open: ElementContent | undefined = node
  while (open?.type === 'element') open = open.children[0]
  return open?.type === 'text' ? open : undefined
}

export function holds(node: Element, name: string): boolean {
  return find(node, name) !== undefined
}

/** The classes of an element. */
export function classesOf({ properties }: Element): string[] {
  const { className } = properties
  return Array.isArray(className) ? className.map(String) : []
}

export function hasClass(node: Element, pattern: RegExp): boolean {
  return classesOf(node).some((name) => pattern.test(name))
}

/** What `style="…"` says. */
export function styleOf({ properties }: Element): string {
  return String(properties.style ?? '')
}

export function childElements(node: Nodes): Element[] {
  return 'children' in node
    ? (node.children as Nodes[]).filter((one): one is Element => one.type === 'element')
    : []
}

/** White space, or a comment. */
export function isBlank(node: Nodes): boolean {
  return node.type === 'comment' || (node.type === 'text' && node.value.trim() === '')
}

/** The rows of a table, without those of nested tables. */
export function rowsOf(node: Element): Element[] {
  return childElements(node).flatMap((child) => {
    if (child.tagName === 'tr') return [child]
    return /^t(?:head|body|foot)$/u.test(child.tagName) ? rowsOf(child) : []
  })
}

/** An element that stands where another one stood. */
export function elementAt({ position }: Element, tagName: string, children: ElementContent[]): Element {
  return {
    type: 'element',
    tagName,
    properties: {},
    children,
    ...(position === undefined ? {} : { position }),
  }
}

/** Words that stand where an element stood. */
export function wordsAt({ position }: Element, value: string): ElementContent {
  return { type: 'text', value, ...(position === undefined ? {} : { position }) }
}
