import type { Element, Nodes } from 'hast'
import { type Cell, type Drawing, drawingByRole } from './html-aria-tables.ts'
import { isHidden } from './html-hidden.ts'
import { childElements, elementAt, hasClass, isBlank, textOf, wordsAt } from './html-nodes.ts'

const TABLE =
  /^(?:(?:css|data|div|flex|grid|info|r)?[-_]?table|divTable(?!body|cell|col|foot|head|row)\w*)$/iu
const ROW = /^(?:tr|(?:div|r)?(?:[-_]?table)?[-_]?row)$/iu
const CELL = /^(?:t[dh]|(?:div|r)?(?:[-_]?table)?[-_]?(?:cell|col|column|head|heading))$/iu
const HEAD = /(?:^|[-_]|^divTable)(?:head|header|heading|thead|th)$/iu
const LABEL = /(?:^|[-_])(?:key|label|lbl|term)$/iu
const VALUE = /(?:^|[-_])(?:data|val|value)$/iu
/** They stand within a sentence, or are told otherwise. */
const INLINE = /^(?:a|b|button|code|em|h[1-6]|i|label|pre|small|span|strong)$/u
const BLOCK = /^(?:address|article|blockquote|div|dl|figure|h[1-6]|ol|p|pre|section|table|ul)$/u
/** They show something by themselves, or say how their words are meant. */
const KEPT = /^(?:code|del|img|input|ins|kbd|meter|pre|progress|s|select|textarea)$/u

/** Makes tables of elements that are drawn as tables and are named so, and fields of labels beside their values. */
export function withTables(node: Nodes): void {
  if (!('children' in node)) return
  for (const child of node.children) {
    withTables(child)
    if (child.type !== 'element' || /^(?:table|t\w+|dl|form|select)$/u.test(child.tagName)) continue
    if (isHidden(child)) continue
    const drawing = drawingOf(child)
    if (drawing?.rows.slice(0, 100).some(({ length }) => length > 1)) draw(child, drawing)
    else if (!INLINE.test(child.tagName)) pair(child)
  }
}

function drawingOf(node: Element): Drawing | undefined {
  const rows = hasClass(node, /^summary-table$/u)
    ? rowsByColumn(node)
    : hasClass(node, TABLE)
      ? rowsByClass(node, false)
      : []
  return rows.length === 0 ? drawingByRole(node) : { rows, above: [], below: [] }
}

/** Rows of cells and nothing else. */
function rowsByClass(node: Element, head: boolean): Cell[][] {
  const found: Cell[][] = []
  if (saysBeside(node)) return []
  for (const child of childElements(node)) {
    if (isHidden(child)) continue
    const heads = head || hasClass(child, HEAD)
    const cells = childElements(child)
    if (!hasClass(child, ROW)) {
      // A body, or a head.
      const inner = hasClass(child, /(?:body|head|heading|header|foot|group)$/iu)
        ? rowsByClass(child, heads)
        : []
      if (inner.length === 0) return []
      for (const row of inner) found.push(row)
    } else if (cells.length > 0 && !saysBeside(child) && cells.every((one) => hasClass(one, CELL)))
      found.push(cells.map((one) => ({ node: one, head: heads || hasClass(one, HEAD) })))
    else return []
  }
  return found
}

/** Whether words stand in a node beside its elements. */
function saysBeside(node: Element): boolean {
  return !node.children.every((one) => one.type === 'element' || isBlank(one))
}

/** Those of Javadoc: "col-first", "col-second" and "col-last", one after the other. */
function rowsByColumn(node: Element): Cell[][] {
  const found: Cell[][] = []
  if (saysBeside(node)) return []
  for (const child of childElements(node)) {
    if (!hasClass(child, /^col-/u)) return []
    const cell = { node: child, head: hasClass(child, /^table-header$/u) }
    if (hasClass(child, /^col-first$/u)) found.push([cell])
    else if (found.length === 0) return []
    else found.at(-1)?.push(cell)
  }
  return found
}

/** What the page says above and below the rows stays there. */
function draw(node: Element, { rows, above, below }: Drawing): void {
  const name = String(node.properties.ariaLabel ?? '')
  const table = elementAt(
    node,
    'table',
    rows.map((row) => elementAt(node, 'tr', row.map(cellOf))),
  )
  if (name !== '') table.children.unshift(elementAt(node, 'caption', [wordsAt(node, name)]))
  const outside = above.length + below.length > 0
  node.tagName = outside ? 'div' : 'table'
  node.properties = {}
  node.children = outside ? [...above, table, ...below] : table.children
}

function cellOf({ node, head }: Cell): Element {
  const children = isHidden(node) ? [] : KEPT.test(node.tagName) ? [{ ...node }] : node.children
  return elementAt(node, head ? 'th' : 'td', children)
}

/** "Engine: 2.0 l diesel", from a label and a value, one or more times. */
function pair(node: Element): void {
  const all = childElements(node)
  if (
    all.length === 0 ||
    all.length % 2 > 0 ||
    !all.every((one, i) => hasClass(one, i % 2 === 0 ? LABEL : VALUE))
  )
    return
  if (saysBeside(node)) return
  if (all.some((one) => one.tagName === 'label' || isHidden(one) || textOf(one).trim() === '')) return
  const found: Element[] = []
  for (let i = 0; i < all.length; i += 2) {
    const [label, value] = [all[i] as Element, all[i + 1] as Element]
    const name = textOf(label)
      .replace(/\s+/gu, ' ')
      .trim()
      .replace(/\s*[:：]$/u, '')
    if (childElements(value).some(({ tagName }) => BLOCK.test(tagName))) {
      const term = elementAt(label, 'dt', [wordsAt(label, name)])
      found.push(elementAt(label, 'dl', [term, elementAt(value, 'dd', value.children)]))
    } else found.push(elementAt(label, 'p', [wordsAt(label, `${name}: `), ...value.children]))
  }
  if (node.tagName === 'p') node.tagName = 'div'
  node.children = found
}
