import { isOfFields } from '../../../text/table-heads.ts'
import { type Attributes, type Element, first, isTrue, within } from './elements.ts'

/** The cells of a table tell its head. */
export const NOT_TOLD = -1

/** A paragraph of a slide. */
export interface Line {
  readonly text: string
  /** From 0. */
  readonly level: number
  readonly bullet: boolean
}

export interface SlideCell {
  readonly text: string
  readonly columns: number
  readonly rows: number
}

/** A drawing whose texts stand in another part. */
export interface Drawn {
  readonly part: string
}

/** A shape of a slide with what it shows. */
export interface Shape {
  /** What it is for: "title", "body", "tx" for one without a place in the layout. */
  readonly kind: string
  readonly lines: readonly Line[]
  readonly table?: { readonly head: number; readonly rows: readonly (readonly SlideCell[])[] }
  readonly drawn?: Drawn
}

/** What every slide repeats: the date, the footer, the number. */
const REPEATED = /^(?:dt|ftr|sldNum|hdr)$/u

/** The shapes of a slide in their order, those of groups too. */
export function shapesOf(tree: Element | undefined): Shape[] {
  return (tree?.children ?? []).flatMap((child): Shape[] => {
    if (typeof child === 'string') return []
    if (child.name === 'sp' || child.name === 'cxnSp') return shapeOf(child)
    if (child.name === 'graphicFrame') return frameOf(child)
    // The alternative for older programs says the same again.
    if (child.name === 'AlternateContent') return shapesOf(first(child, 'Choice') ?? first(child, 'Fallback'))
    return child.name === 'grpSp' ? shapesOf(child) : []
  })
}

function shapeOf(element: Element): Shape[] {
  const place = first(first(element, 'nvPr'), 'ph')
  const kind = place === undefined ? 'tx' : (place.attributes.type ?? 'body')
  const body = first(element, 'txBody')
  if (REPEATED.test(kind) || body === undefined) return []
  const lines = linesOf(body, place !== undefined)
  return lines.length === 0 ? [] : [{ kind, lines }]
}

function frameOf(element: Element): Shape[] {
  const table = first(element, 'tbl')
  const drawing = first(element, 'relIds')?.attributes.dm
  if (table === undefined)
    return drawing === undefined ? [] : [{ kind: 'tx', lines: [], drawn: { part: drawing } }]
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
    const text = textOf(paragraph).trim()
    if (text === '') return []
    const about = first(paragraph, 'pPr')
    const marked = first(about, 'buChar') ?? first(about, 'buAutoNum') ?? first(about, 'buBlip')
    const bullet = marked !== undefined || (placed && first(about, 'buNone') === undefined)
    return [{ text, level: Number(about?.attributes.lvl ?? 0) || 0, bullet }]
  })
}

function textOf({ children }: Element): string {
  return children
    .map((child) => {
      if (typeof child === 'string') return ''
      if (child.name === 'br') return '\n'
      if (child.name === 'r' || child.name === 'fld')
        return within(child, 't')
          .flatMap((text) => text.children)
          .map((value) => (typeof value === 'string' ? value : ''))
          .join('')
      return ''
    })
    .join('')
}
