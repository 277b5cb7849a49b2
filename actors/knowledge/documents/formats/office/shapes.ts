import { type Element, first, within } from './elements.ts'

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

/** A drawing of boxes, or a chart, which stands in another part. */
export interface Drawn {
  readonly part: string
  readonly chart: boolean
}

/** A shape of a slide with what it shows. */
export interface Shape {
  /** What it is for: "title", "body", "tx" for one without a place in the layout. */
  readonly kind: string
  readonly lines: readonly Line[]
  readonly table?: { readonly head: boolean; readonly rows: readonly (readonly SlideCell[])[] }
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
  const head = first(table, 'tblPr')?.attributes.firstRow === '1'
  return [{ kind: 'tx', lines: [], table: { head, rows } }]
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
