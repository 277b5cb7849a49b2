import type { Element, ElementContent } from 'hast'
import type { RootContent } from 'mdast'
import { clip } from '../../text/clip.ts'
import { note, noted } from '../../text/document.ts'
import { childElements, holds, rowsOf, textOf } from './html-nodes.ts'

/** A table that stood in a cell of another one, and the name of its row. */
export interface Inner {
  readonly name: string
  readonly table: Element
}

/** Whether the first row of a table names its columns: no table for the layout of a page does. */
export function isHeaded(node: Element): boolean {
  const rows = rowsOf(node)
  const heads = childElements(rows[0] ?? node)
  return (
    rows.length > 1 && heads.length > 1 && heads.every((one) => one.tagName === 'th' && !holds(one, 'table'))
  )
}

/** The table without the tables in its cells, and those. A table of a single cell is what it holds. Rows that are left empty are none. */
export function withoutInner(node: Element): { readonly outer: Element; readonly inner: Inner[] } {
  const inner: Inner[] = []
  const rows = (table: Element): Element => ({
    ...table,
    children: table.children.flatMap((child): ElementContent[] => {
      if (child.type !== 'element') return [child]
      if (/^t(?:head|body|foot)$/u.test(child.tagName)) return [rows(child)]
      if (child.tagName !== 'tr' || !holds(child, 'table')) return [child]
      const found: Element[] = []
      const row = withoutTables(child, found)
      const texts = childElements(row).map((one) => textOf(one).replace(/\s+/gu, ' ').trim())
      const first = texts[0] ?? ''
      const name = clip(first)
      for (const table of found) inner.push({ name, table })
      const filled = texts.filter((text) => text !== '').length
      // A row that says no more than the name of what is below it is told there.
      const named = filled === 1 && first !== '' && name === first
      return found.length > 0 && (filled === 0 || named) ? [] : [row]
    }),
  })
  return { outer: rows(node), inner }
}

function withoutTables(node: Element, found: Element[]): Element {
  return {
    ...node,
    children: node.children.flatMap((child): ElementContent[] => {
      if (child.type !== 'element' || !(child.tagName === 'table' || holds(child, 'table'))) return [child]
      if (child.tagName !== 'table') return [withoutTables(child, found)]
      const cells = rowsOf(child).flatMap(childElements)
      const [only] = cells
      if (only !== undefined && cells.length === 1) return withoutTables(only, found).children
      found.push(child)
      return []
    }),
  }
}

/** What a table in a cell became, under the name of its row. */
export function underRow(nodes: readonly RootContent[], name: string): RootContent[] {
  if (name === '') return [...nodes]
  return nodes.map((node): RootContent => {
    if (node.type !== 'table')
      return { type: 'blockquote', children: [node as never], ...note({ about: name }) }
    const own = noted(node).about
    const about = own === undefined ? name : `${name} – ${own}`
    return { ...node, data: { ...node.data, ...note({ about }).data } }
  })
}
