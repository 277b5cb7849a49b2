import type { Element, ElementContent, Nodes } from 'hast'
import { isHidden } from './html-hidden.ts'
import { isBlank } from './html-nodes.ts'

export interface Cell {
  readonly node: Element
  readonly head: boolean
}

/** The rows that a table is drawn with, and what a page says above and below them within it. */
export interface Drawing {
  readonly rows: Cell[][]
  readonly above: ElementContent[]
  readonly below: ElementContent[]
}

const TABLE = /^(?:table|grid|treegrid)$/u
/** They show something without words in them. */
const SAYS = /^(?:iframe|img|input|meter|object|progress|select|textarea)$/u
/** Their words are not shown. */
const UNSHOWN = /^(?:script|style|template)$/u

/** A table by the roles of its elements, or nothing where its cells are not all that it says from its first row to its last. */
export function drawingByRole(node: Element): Drawing | undefined {
  if (!TABLE.test(roleOf(node))) return undefined
  const found = { rows: [], above: [], below: [], parted: false }
  collect(node, found)
  return found.parted ? undefined : found
}

interface Found extends Drawing {
  /** Whether something stands between rows, or in a row beside its cells. */
  parted: boolean
}

/** Returns whether a node says something. */
function collect(node: Element, found: Found): boolean {
  let says = SAYS.test(node.tagName)
  for (const child of node.children) {
    if (isBlank(child)) continue
    if (child.type !== 'element') says = putAside(child, found)
    else if (isHidden(child) || UNSHOWN.test(child.tagName)) continue
    else if (roleOf(child) === 'row') {
      const cells: Cell[] = []
      if (found.below.length > 0 || collectCells(child, cells)) found.parted = true
      if (cells.length > 0) found.rows.push(cells)
      says = true
    } else if (TABLE.test(roleOf(child)) || child.tagName === 'table') says = putAside(child, found)
    else if (collectWithin(child, found)) says = true
  }
  return says
}

/** A part without rows stays as it is. */
function collectWithin(node: Element, found: Found): boolean {
  const { rows, above, below } = found
  const counts = [rows.length, above.length, below.length]
  const says = collect(node, found)
  if (rows.length > (counts[0] as number)) return true
  above.length = counts[1] as number
  below.length = counts[2] as number
  return says && putAside(node, found)
}

function putAside(node: ElementContent, { rows, above, below }: Found): true {
  if (rows.length === 0) above.push(node)
  else below.push(node)
  return true
}

/** Returns whether a row says something beside its cells. */
function collectCells(node: Element, cells: Cell[]): boolean {
  let says = false
  for (const child of node.children as Nodes[]) {
    if (isBlank(child)) continue
    if (child.type !== 'element') says = true
    else if (/^(?:grid)?cell$/u.test(roleOf(child))) cells.push({ node: child, head: false })
    else if (/^(?:column|row)header$/u.test(roleOf(child))) cells.push({ node: child, head: true })
    else if (!isHidden(child) && !UNSHOWN.test(child.tagName))
      says = collectCells(child, cells) || SAYS.test(child.tagName) || says
  }
  return says
}

function roleOf({ properties }: Element): string {
  return String(properties.role ?? '')
}
