import type { Element, ElementContent, Nodes, Root } from 'hast'
import { textOf } from '../html-nodes.ts'

/** A footnote, an endnote or a comment at the end of what mammoth makes of a document. */
const NOTE = /^(?:footnote|endnote|comment)-\d+$/u
/** From a note back to its mark. */
const BACK = /^#(?:footnote|endnote|comment)-ref-\d+$/u

/** The text of the paragraph in the style of titles; empty without one. */
export function titleOf(hast: Root): string {
  const title = elementsIn(hast).find(({ properties }) => [properties.className].flat().includes('title'))
  return title === undefined ? '' : textOf(title).replace(/\s+/gu, ' ').trim()
}

/** Takes the notes out of a document, by their names. Their marks stay. */
export function takeNotes(hast: Root): ReadonlyMap<string, ElementContent[]> {
  const notes = new Map<string, ElementContent[]>()
  for (const parent of [hast, ...elementsIn(hast)]) {
    const children: Nodes[] = []
    for (const child of parent.children) {
      const before = children.at(-1)
      const name = nameOf(child) ?? (isTag(child, 'dd') && before !== undefined ? nameOf(before) : undefined)
      if (name === undefined || isTag(child, 'dt')) children.push(child)
      else {
        if (isTag(child, 'dd')) children.pop()
        notes.set(name, (child as Element).children)
      }
    }
    if (children.length < parent.children.length) parent.children = children as never
  }
  for (const children of notes.values())
    for (const child of children) if (child.type === 'element') withoutWayBack(child)
  return notes
}

function nameOf(node: Nodes): string | undefined {
  const id = node.type === 'element' ? String(node.properties.id ?? '') : ''
  return NOTE.test(id) ? id : undefined
}

function isTag(node: Nodes, name: string): boolean {
  return node.type === 'element' && node.tagName === name
}

function withoutWayBack(element: Element): void {
  element.children = element.children.filter(
    (child) => child.type !== 'element' || !BACK.test(String(child.properties.href ?? '')),
  )
  for (const child of element.children) if (child.type === 'element') withoutWayBack(child)
}

function elementsIn(node: Root | Element): Element[] {
  const found: Element[] = []
  const open: (Root | Element)[] = [node]
  for (let own = open.pop(); own !== undefined; own = open.pop())
    for (const child of own.children)
      if (child.type === 'element') {
        found.push(child)
        open.push(child)
      }
  return found
}
