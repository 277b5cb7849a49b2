import type { Element } from 'hast'
import { defaultHandlers, type Handle } from 'hast-util-to-mdast'
import type { RootContent, Table } from 'mdast'
import { note } from '../../text/document.ts'
import { plainText } from '../../text/plain.ts'
import { isHidden } from './html-hidden.ts'
import { isHeaded, underRow, withoutInner } from './html-inner-tables.ts'
import { childElements, find, holds, rowsOf, textOf } from './html-nodes.ts'
import { closedPart } from './html-parts.ts'

/** A longer caption says something by itself. */
const NAME_CHARS_MAX = 120

export const cell: Handle = (state, node) => {
  const made = defaultHandlers.td?.(state, node)
  if (made === undefined || Array.isArray(made)) return made
  const { colSpan, rowSpan } = node.properties
  const [columns, rows] = [Number(colSpan ?? 1) || 1, Number(rowSpan ?? 1) || 1]
  return { ...made, data: { ...made.data, ...note({ head: node.tagName === 'th', columns, rows }).data } }
}

/** A layout table is not a table. The rows of a table stand under its caption. */
export const table: Handle = (state, node, parent) => {
  const nested = holds(node, 'table')
  const page = node.properties.role === 'presentation' || holds(node, 'h1') || holds(node, 'h2')
  if (nested && !page && isHeaded(node)) {
    const { outer, inner } = withoutInner(node)
    const shown = (one: Element) =>
      isHidden(one) ? [] : ([table(state, one, parent) ?? []].flat() as RootContent[])
    return [...shown(outer), ...inner.flatMap((one) => underRow(shown(one.table), one.name))]
  }
  const layout = nested || page
  const name = find(node, 'caption')
  const heading = name === undefined ? [] : state.toFlow(state.all(name))
  if (!layout && !isBeside(node)) {
    const made = defaultHandlers.table?.(state, node)
    const all = made === undefined ? [] : Array.isArray(made) ? made : [made]
    const [only] = all
    return only?.type === 'table' ? named(only, heading) : [...heading, ...all]
  }
  const parts: RootContent[] = [...heading]
  for (const one of cells(node)) {
    const own = state.toFlow(state.all(one))
    if (layout) for (const part of own) parts.push(part)
    else parts.push(closedPart(own))
  }
  return parts
}

/** What stands below or above a table in a figure names it too. */
export const figure: Handle = (state, node) => {
  const all = state.toFlow(state.all(node))
  const own = childElements(node)
  const caption = own.findIndex(({ tagName }) => tagName === 'figcaption')
  const at = all.findIndex(({ type }) => type === 'table')
  const only = all[at]
  if (caption < 0 || all.length !== 2 || only?.type !== 'table') return all
  return named(only, [all[1 - at] as RootContent])
}

function named(only: Table, heading: readonly RootContent[]): RootContent[] {
  const about = plainText(heading as RootContent[], true)
    .text.replace(/\s+/gu, ' ')
    .trim()
  if (about === '' || about.length > NAME_CHARS_MAX || only.children.length < 2) return [...heading, only]
  return [{ ...only, data: { ...only.data, ...note({ about }).data } }]
}

/** One row whose cells have several lines: texts that stand beside each other. */
function isBeside(node: Element): boolean {
  const rows = rowsOf(node)
  const [row] = rows
  if (row === undefined || rows.length > 1) return false
  const filled = childElements(row).filter((one) => textOf(one).trim() !== '')
  return filled.length > 1 && filled.every((one) => one.tagName === 'td' && linesOf(one) > 1)
}

const BLOCK = /^(?:address|blockquote|div|dl|h[1-6]|ol|p|pre|ul)$/u

/** How many lines a cell has as it is shown, as far as its elements tell. */
function linesOf(node: Element): number {
  let lines = 0
  let open = false
  for (const child of node.children) {
    const block = child.type === 'element' && BLOCK.test(child.tagName)
    if (block) {
      lines += Math.max(1, linesOf(child))
      open = false
    } else if (child.type === 'element' && child.tagName === 'br') open = false
    else if (textOf(child).trim() !== '') {
      if (!open) lines += 1
      open = true
    }
  }
  return lines
}

/** The cells of a table, without those of nested tables. */
function cells(node: Element): Element[] {
  return node.children.flatMap((child) => {
    if (child.type !== 'element' || child.tagName === 'caption') return []
    return child.tagName === 'td' || child.tagName === 'th' ? [child] : cells(child)
  })
}
