import { isOfFields } from '../../../text/table-heads.ts'
import { BULLET } from './bullet-signs.ts'
import { type Attributes, type Element, first, isTrue, within } from './elements.ts'
import { formulaOf } from './formulas.ts'
import { withCards } from './slide-cards.ts'
import { type Box, type Line, NOT_TOLD, type Shape, type SlideCell } from './slide-shape.ts'

/** What every slide repeats: the date, the footer, the number. */
const REPEATED = /^(?:dt|ftr|sldNum|hdr)$/u

/** The shapes of a slide in their order, those of groups too. */
export function shapesOf(tree: Element | undefined): Shape[] {
  const shapes = (tree?.children ?? []).flatMap((child): Shape[] => {
    if (typeof child === 'string') return []
    if (child.name === 'sp' || child.name === 'cxnSp') return shapeOf(child)
    if (child.name === 'graphicFrame') return frameOf(child)
    // The alternative for older programs says the same again.
    if (child.name === 'AlternateContent') return shapesOf(first(child, 'Choice') ?? first(child, 'Fallback'))
    // Its places are those within the group.
    return child.name === 'grpSp' ? shapesOf(child).map(({ box: _, ...shape }) => shape) : []
  })
  return withCards(shapes)
}

function shapeOf(element: Element): Shape[] {
  const place = first(first(element, 'nvPr'), 'ph')
  const kind = place === undefined ? 'tx' : (place.attributes.type ?? 'body')
  const body = first(element, 'txBody')
  const hidden = isTrue(first(element, 'cNvPr')?.attributes.hidden)
  if (REPEATED.test(kind) || body === undefined || hidden) return []
  const lines = linesOf(body, place !== undefined)
  if (lines.length === 0) return []
  const box = boxOf(element)
  return [{ kind, lines, ...(box === undefined ? {} : { box }) }]
}

function boxOf(element: Element): Box | undefined {
  const frame = first(first(element, 'spPr'), 'xfrm')
  const [at, size] = [first(frame, 'off')?.attributes, first(frame, 'ext')?.attributes]
  const [x, y, width, height] = [at?.x, at?.y, size?.cx, size?.cy].map(Number)
  return [x, y, width, height].every(Number.isFinite)
    ? { x: x as number, y: y as number, width: width as number, height: height as number }
    : undefined
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
        text: linesOf(cell, false)
          .map(({ text }) => text)
          .join('\n'),
        columns: Number(attributes.gridSpan ?? 1) || 1,
        rows: Number(attributes.rowSpan ?? 1) || 1,
      }
    }),
  )
  return [
    { kind: 'tx', lines: [], table: { head: headsOf(first(table, 'tblPr')?.attributes ?? {}, rows), rows } },
  ]
}

/** How many rows the head has. Programs mark the first row of every new table, that of a list of fields too. */
function headsOf({ firstRow, firstCol }: Attributes, rows: readonly (readonly SlideCell[])[]): number {
  const [first = []] = rows
  if (!isTrue(firstRow)) return isTrue(firstCol) ? 0 : NOT_TOLD
  if (first.length === 2 && isOfFields(rows.map((row) => row.map(({ text }) => text)))) return 0
  const deep = first.reduce((most, cell) => Math.max(most, cell.rows), 1)
  const grouped = first.some(({ columns }) => columns > 1 && columns < first.length) ? 2 : 1
  return Math.min(Math.max(deep, grouped), rows.length - 1)
}

function linesOf(body: Element, placed: boolean): Line[] {
  return within(body, 'p').flatMap((paragraph): Line[] => {
    const runs = runsOf(paragraph)
    // A line that is struck out as a whole is done; within one it is what is no longer so.
    const kept = runs.filter(({ struck }) => !struck)
    const said = (own: readonly Run[]) =>
      own
        .map(({ text }) => text)
        .join('')
        .trim()
    const whole = said(kept) === '' ? said(runs) : said(kept)
    const text = whole.replace(BULLET, '')
    if (text === '') return []
    const about = first(paragraph, 'pPr')
    const marked = first(about, 'buChar') ?? first(about, 'buAutoNum') ?? first(about, 'buBlip')
    const typed = text !== whole
    const bullet = typed || marked !== undefined || (placed && first(about, 'buNone') === undefined)
    return [{ text, level: Number(about?.attributes.lvl ?? 0) || 0, bullet }]
  })
}

interface Run {
  readonly text: string
  readonly struck: boolean
}

function runsOf({ children }: Element): Run[] {
  return children.flatMap((child): Run[] => {
    if (typeof child === 'string') return []
    if (child.name === 'br') return [{ text: '\n', struck: false }]
    // What it is in has the name of a matrix.
    if (child.name === 'm')
      return within(child, 'oMath').map((formula) => ({ text: formulaOf(formula), struck: false }))
    if (child.name === 'AlternateContent') return runsOf(first(child, 'Choice') ?? child)
    if (child.name !== 'r' && child.name !== 'fld') return []
    const text = within(child, 't')
      .flatMap((one) => one.children)
      .map((value) => (typeof value === 'string' ? value : ''))
      .join('')
    return [{ text, struck: /^(?:sng|dbl)Strike$/u.test(first(child, 'rPr')?.attributes.strike ?? '') }]
  })
}
