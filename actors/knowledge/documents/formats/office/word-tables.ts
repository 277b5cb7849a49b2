import type { Element, ElementContent, Nodes, Root } from 'hast'
import { rowsOf, textOf } from '../html-nodes.ts'

/** A longer table inside a cell is told by itself. */
const INNER_CHARS_MAX = 400

/**
 * A table inside a cell of a table of values becomes the text of that cell: "Monthly: 5 EUR; Yearly: 50 EUR", of the plan that the row
 * is about. A table that only places texts and tables beside each other stays as it is.
 */
export function withInnerTables(hast: Root): void {
  for (const table of tablesIn(hast)) {
    const rows = rowsOf(table)
    const inner = rows.flatMap((row) =>
      cellsOf(row).flatMap((cell) => tablesIn(cell).map((own) => ({ cell, own }))),
    )
    if (inner.length === 0 || !isOfValues(rows)) continue
    for (const { cell, own } of inner)
      cell.children = cell.children.map((child) => (child === own ? told(own) : child))
  }
}

/** Each row has a name in its first cell, and none of its cells has a long text or several tables. */
function isOfValues(rows: readonly Element[]): boolean {
  const width = cellsOf(rows[0]).length
  return (
    rows.length > 1 &&
    width > 1 &&
    rows.every((row, r) => {
      const cells = cellsOf(row)
      const [name] = cells
      const plain = name !== undefined && textOf(name).trim() !== '' && tablesIn(name).length === 0
      const heads = r > 0 || cells.every((cell) => tablesIn(cell).length === 0)
      return cells.length === width && plain && heads && cells.every(isShort)
    })
  )
}

function isShort(cell: Element): boolean {
  const tables = tablesIn(cell)
  const inner = tables[0] === undefined || tablesIn(tables[0]).length === 0
  return tables.length < 2 && inner && textOf(cell).length <= INNER_CHARS_MAX
}

function told(table: Element): ElementContent {
  const rows = rowsOf(table).map((row) =>
    cellsOf(row).map((cell) => textOf(cell).replace(/\s+/gu, ' ').trim()),
  )
  const text = rows
    .map((cells) => cells.filter((one) => one !== '').join(cells.length === 2 ? ': ' : ' · '))
    .join('; ')
  return { type: 'element', tagName: 'p', properties: {}, children: [{ type: 'text', value: text }] }
}

/** The outermost tables in an element. */
function tablesIn(node: Root | Element): Element[] {
  return node.children.flatMap((child: Nodes): Element[] =>
    child.type !== 'element' ? [] : child.tagName === 'table' ? [child] : tablesIn(child),
  )
}

function cellsOf(row: Element | undefined): Element[] {
  return (row?.children ?? []).filter(
    (child): child is Element => child.type === 'element' && /^t[dh]$/u.test(child.tagName),
  )
}
