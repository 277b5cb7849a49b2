import type { Element, ElementContent, Nodes } from 'hast'
import { childElements, hasClass, isBlank, textOf } from './html-nodes.ts'

const TABLE = /^(?:(?:css|data|div|flex|grid|info|r)?[-_]?table|divTable\w*)$/iu
const ROW = /^(?:tr|(?:div|r)?(?:[-_]?table)?[-_]?row)$/iu
const CELL = /^(?:t[dh]|(?:div|r)?(?:[-_]?table)?[-_]?(?:cell|col|column|head|heading))$/iu
const HEAD = /(?:^|[-_])(?:head|header|heading|thead|th)$/iu
const LABEL = /(?:^|[-_])(?:key|label|lbl|term)$/iu
const VALUE = /(?:^|[-_])(?:data|val|value)$/iu
/** They stand within a sentence, or are told otherwise. */
const INLINE = /^(?:a|b|button|code|em|h[1-6]|i|label|pre|small|span|strong)$/u
const BLOCK = /^(?:address|article|blockquote|div|dl|figure|h[1-6]|ol|p|pre|section|table|ul)$/u

interface Cell {
  readonly node: Element
  readonly head: boolean
}

/** Makes tables of elements that are drawn as tables and are named so, and fields of labels beside their values. */
export function withTables(node: Nodes): void {
  if (!('children' in node)) return
  for (const child of node.children) {
    withTables(child)
    if (child.type !== 'element' || /^(?:table|t\w+|dl|form|select)$/u.test(child.tagName)) continue
    const rows = rowsOf(child)
    if (rows.length > 0 && Math.max(...rows.slice(0, 100).map(({ length }) => length)) > 1) draw(child, rows)
    else if (!INLINE.test(child.tagName)) pair(child)
  }
}

function rowsOf(node: Element): Cell[][] {
  if (/^(?:table|grid|treegrid)$/u.test(String(node.properties.role ?? ''))) return rowsByRole(node)
  if (hasClass(node, /^summary-table$/u)) return rowsByColumn(node)
  return hasClass(node, TABLE) ? rowsByClass(node, false) : []
}

function rowsByRole(node: Element): Cell[][] {
  return childElements(node).flatMap((child) => {
    const role = String(child.properties.role ?? '')
    if (/^(?:table|grid|treegrid)$/u.test(role) || child.tagName === 'table') return []
    return role === 'row' ? [cellsByRole(child)] : rowsByRole(child)
  })
}

function cellsByRole(node: Element): Cell[] {
  return childElements(node).flatMap((child): Cell[] => {
    const role = String(child.properties.role ?? '')
    if (role === 'cell' || role === 'gridcell') return [{ node: child, head: false }]
    return /^(?:column|row)header$/u.test(role) ? [{ node: child, head: true }] : cellsByRole(child)
  })
}

/** Rows of cells and nothing else. */
function rowsByClass(node: Element, head: boolean): Cell[][] {
  const found: Cell[][] = []
  for (const child of childElements(node)) {
    const heads = head || hasClass(child, HEAD)
    const cells = childElements(child)
    if (!hasClass(child, ROW)) {
      // A body, or a head.
      const inner = hasClass(child, /(?:body|head|heading|header|foot|group)$/iu)
        ? rowsByClass(child, heads)
        : []
      if (inner.length === 0) return []
      for (const row of inner) found.push(row)
    } else if (cells.length > 0 && cells.every((one) => hasClass(one, CELL)))
      found.push(cells.map((one) => ({ node: one, head: heads || hasClass(one, HEAD) })))
    else return []
  }
  return found
}

/** Those of Javadoc: "col-first", "col-second" and "col-last", one after the other. */
function rowsByColumn(node: Element): Cell[][] {
  const found: Cell[][] = []
  for (const child of childElements(node)) {
    if (!hasClass(child, /^col-/u)) return []
    const cell = { node: child, head: hasClass(child, /^table-header$/u) }
    if (hasClass(child, /^col-first$/u)) found.push([cell])
    else found.at(-1)?.push(cell)
  }
  return found
}

function draw(node: Element, rows: readonly (readonly Cell[])[]): void {
  const name = String(node.properties.ariaLabel ?? '')
  node.tagName = 'table'
  node.properties = {}
  node.children = rows.map((row) =>
    element(
      node,
      'tr',
      row.map((cell) => {
        cell.node.tagName = cell.head ? 'th' : 'td'
        cell.node.properties = {}
        return cell.node
      }),
    ),
  )
  if (name !== '') node.children.unshift(element(node, 'caption', [words(node, name)]))
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
  if (!node.children.every((one) => one.type === 'element' || isBlank(one))) return
  if (all.some((one) => one.tagName === 'label' || textOf(one).trim() === '')) return
  const found: Element[] = []
  for (let i = 0; i < all.length; i += 2) {
    const [label, value] = [all[i] as Element, all[i + 1] as Element]
    const name = textOf(label)
      .replace(/\s+/gu, ' ')
      .trim()
      .replace(/\s*[:：]$/u, '')
    if (childElements(value).some(({ tagName }) => BLOCK.test(tagName))) {
      const term = element(label, 'dt', [words(label, name)])
      found.push(element(label, 'dl', [term, element(value, 'dd', value.children)]))
    } else found.push(element(label, 'p', [words(label, `${name}: `), ...value.children]))
  }
  if (node.tagName === 'p') node.tagName = 'div'
  node.children = found
}

function element({ position }: Element, tagName: string, children: ElementContent[]): Element {
  return {
    type: 'element',
    tagName,
    properties: {},
    children,
    ...(position === undefined ? {} : { position }),
  }
}

function words({ position }: Element, value: string): ElementContent {
  return { type: 'text', value, ...(position === undefined ? {} : { position }) }
}
