import { isOfLabelPairs, isOfLabels } from '../../../text/field-labels.ts'
import { isOfFields, namesColumns, namesPair } from '../../../text/table-heads.ts'
import { type Attributes, type Element, first, isTrue, within } from './elements.ts'
import { withCards } from './slide-cards.ts'
import { withColumns } from './slide-columns.ts'
import { withHeads } from './slide-heads.ts'
import { joined, linesOf } from './slide-lines.ts'
import { inOrder } from './slide-order.ts'
import { boxOf, type Frame, frameOfGroup, SLIDE } from './slide-places.ts'
import { NOT_TOLD, type Shape, type SlideCell } from './slide-shape.ts'

/** What every slide repeats: the date, the footer, the number. */
const REPEATED = /^(?:dt|ftr|sldNum|hdr)$/u

/** The shapes of a slide in the order in which they are seen, those of groups too. */
export function shapesOf(tree: Element | undefined): Shape[] {
  const shapes = new Collector().within(tree, SLIDE)
  return withHeads(inOrder(withColumns(withCards(shapes))))
}

/** Counts the groups of a slide. */
class Collector {
  #groups = 0

  within(tree: Element | undefined, frame: Frame): Shape[] {
    return (tree?.children ?? []).flatMap((child): Shape[] => {
      if (typeof child === 'string') return []
      if (child.name === 'sp' || child.name === 'cxnSp') return shapeOf(child, frame)
      if (child.name === 'graphicFrame') return frameOf(child)
      // The alternative for older programs says the same again.
      if (child.name === 'AlternateContent')
        return this.within(first(child, 'Choice') ?? first(child, 'Fallback'), frame)
      if (child.name !== 'grpSp') return []
      this.#groups += 1
      return this.within(child, frameOfGroup(child, this.#groups, frame))
    })
  }
}

function shapeOf(element: Element, frame: Frame): Shape[] {
  const place = first(first(element, 'nvPr'), 'ph')
  const kind = place === undefined ? 'tx' : (place.attributes.type ?? 'body')
  const body = first(element, 'txBody')
  const hidden = isTrue(first(element, 'cNvPr')?.attributes.hidden)
  if (REPEATED.test(kind) || body === undefined || hidden) return []
  const lines = linesOf(body, place !== undefined)
  if (lines.length === 0) return []
  const box = boxOf(element, frame)
  const texts =
    place === undefined || !/^(?:body|obj)$/u.test(kind) ? {} : { texts: place.attributes.type === 'body' }
  const group = frame.group === 0 ? {} : { group: frame.group }
  return [{ kind, lines, ...texts, ...(box === undefined ? {} : { box }), ...group }]
}

function frameOf(element: Element): Shape[] {
  const table = first(element, 'tbl')
  const chart = first(element, 'chart')?.attributes.part
  const part = chart ?? first(element, 'relIds')?.attributes.dm
  if (table === undefined)
    return part === undefined ? [] : [{ kind: 'tx', lines: [], drawn: { part, chart: chart !== undefined } }]
  const rows = within(table, 'tr').map((row) =>
    within(row, 'tc').map(({ children, attributes, name }): SlideCell => {
      const cell = { name, attributes, children }
      return {
        ...joined(linesOf(cell, false), '\n'),
        columns: Number(attributes.gridSpan ?? 1) || 1,
        rows: Number(attributes.rowSpan ?? 1) || 1,
      }
    }),
  )
  return [
    { kind: 'tx', lines: [], table: { head: headsOf(first(table, 'tblPr')?.attributes ?? {}, rows), rows } },
  ]
}

/**
 * How many rows the head has. Programs mark the first row of every new table, that of a list of fields too; where they do not, its cells
 * tell.
 */
function headsOf({ firstRow, firstCol }: Attributes, rows: readonly (readonly SlideCell[])[]): number {
  const [first = []] = rows
  if (!isTrue(firstRow)) return isTrue(firstCol) && first.length === 2 ? 0 : NOT_TOLD
  const texts = rows.map((row) => row.map(({ text }) => text))
  if (first.length === 2 && isOfFields(texts) && !namesPair(texts)) return 0
  if (isOfLabels(texts) || isOfLabelPairs(texts)) return 0
  const deep = first.reduce((most, cell) => Math.max(most, cell.rows), 1)
  const grouped = first.some(({ columns }) => columns > 1 && columns < first.length) ? 2 : 1
  const most = Math.min(Math.max(deep, grouped), rows.length - 1)
  return most > 1 && !continuesHead(first, texts) ? Math.min(1, most) : most
}

/** Whether the second row names the columns below the groups of the first: other cells are blank or part of the one above. */
function continuesHead(first: readonly SlideCell[], rows: readonly (readonly string[])[]): boolean {
  const [, second = []] = rows
  const open = first.map(() => false)
  first.forEach(({ columns, rows: deep }, i) => {
    if (columns > 1 || deep > 1) open.fill(true, i, i + columns)
  })
  if (second.some((text, i) => text !== '' && open[i] !== true)) return false
  return !second.some((text) => /\p{N}/u.test(text)) || namesColumns(rows.slice(1))
}
