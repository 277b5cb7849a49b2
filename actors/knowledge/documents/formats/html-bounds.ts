import type { Element, Nodes } from 'hast'
import { rowsOf } from './html-nodes.ts'

/** Nothing of them is shown. */
const UNSHOWN = /^(?:script|style|title|template)$/u
/** Nothing of them is shown where they hold no more than spaces. */
const INLINE =
  /^(?:a|abbr|b|big|bdi|bdo|cite|code|del|em|font|i|ins|kbd|mark|s|samp|small|span|strike|strong|sub|sup|tt|u|var)$/u
/** Hidden ones may name others that are not. */
const CONTROL = /^(?:datalist|input|label|option|select|textarea)$/u
/** A table with more cells, with those that its cells span, is read as text. Browsers allow 65,000,000 in a single cell. */
const CELLS_MAX = 500_000

/**
 * Takes out of a page what is not shown, and makes layouts of tables that would be millions of empty cells. What comes next takes out
 * one child at a time, and looks beyond all that is empty for what is not, which takes the square of their number.
 */
export function bound(node: Nodes): void {
  // Every space counts there.
  if (!('children' in node) || (node.type === 'element' && node.tagName === 'pre')) return
  if (node.type === 'element' && node.tagName === 'table' && cellsOf(node) > CELLS_MAX) flatten(node)
  const found: Nodes[] = []
  for (const child of node.children) {
    bound(child)
    const own = withoutMarkup(child)
    const last = found.at(-1)
    const goesOn = last !== undefined && (isSpace(last) || (last.type === 'element' && last.tagName === 'br'))
    if (isShown(own) && !(goesOn && isSpace(own))) found.push(own)
  }
  node.children = found as typeof node.children
}

/** Spaces in bold are spaces. */
function withoutMarkup(node: Nodes): Nodes {
  if (node.type !== 'element' || !INLINE.test(node.tagName)) return node
  const [first, second] = node.children
  return first !== undefined && second === undefined && isSpace(first) ? first : node
}

function isShown(node: Nodes): boolean {
  if (node.type !== 'element') return node.type !== 'comment'
  if (node.properties.hidden === true && !CONTROL.test(node.tagName)) return false
  return !UNSHOWN.test(node.tagName) && !(node.children.length === 0 && INLINE.test(node.tagName))
}

function isSpace(node: Nodes): boolean {
  return node.type === 'text' && !/\S/u.test(node.value)
}

/** The cells of a table as it is drawn: all of its rows are as long as the longest. */
function cellsOf(table: Element): number {
  const all = rowsOf(table)
  const columns = all.reduce((most, row) => {
    const own = row.children.reduce(
      (sum, cell) => sum + (cell.type === 'element' ? spanOf(cell, 'colSpan') : 0),
      0,
    )
    return Math.max(most, own)
  }, 0)
  const below = all.reduce(
    (sum, row) =>
      sum +
      row.children.reduce(
        (own, cell) =>
          own +
          (cell.type === 'element'
            ? spanOf(cell, 'colSpan') * (Math.min(spanOf(cell, 'rowSpan'), all.length) - 1)
            : 0),
        0,
      ),
    0,
  )
  return Math.max(all.length * columns, below)
}

function spanOf({ properties }: Element, name: 'colSpan' | 'rowSpan'): number {
  return Number(properties[name] ?? 1) || 1
}

/** A layout, not a table. */
function flatten(table: Element): void {
  table.properties = { ...table.properties, role: 'presentation' }
  for (const row of rowsOf(table))
    for (const cell of row.children)
      if (cell.type === 'element') cell.properties = { ...cell.properties, colSpan: 1, rowSpan: 1 }
}
