import { isOfLabelPairs, isOfLabels } from '../../text/field-labels.ts'
import type { PdfCell, PdfRow } from './pdf-rows.ts'

/** The rows of a table as they are told, and how many of them are its head. */
export interface Headed {
  readonly rows: readonly PdfRow[]
  readonly heads: number
  /** The head has a font of its own. */
  readonly marked?: boolean
}

const LABEL = /[:：]\s*$/u
/** "230 V", "3 May 2024", "2024-117", "€ 20"; a column may be called "2024", "2024-2025", or by a small number. */
const VALUE =
  /^(?!\d{1,4}$|(?:19|20)\d\d(?:[ /]|[-–](?:\d\d|(?:19|20)\d\d)$))(?:[-+−(]?(?:[$€£]|EUR|USD|GBP|CHF)?\s?\d|\S+@\S+\.\S+$|https?:\/\/)/u

/** Tells the rows of a table from its head. Labels beside their values have none: "Invoice no.: 2024-117". */
export function headed(rows: readonly PdfRow[]): Headed {
  const paired = pairsOf(rows)
  if (paired !== undefined) return { rows: paired, heads: 0 }
  const marked = hasHeadFont(rows)
  if (!marked && (isOfValues(rows) || hasNoHead(rows) || isOfLabels(textsOf(rows)))) return { rows, heads: 0 }
  return { rows, heads: headRows(rows), marked }
}

/** A row for each label and its value, where labels stand in every other column: marked by a colon, or by their font. */
function pairsOf(rows: readonly PdfRow[]): PdfRow[] | undefined {
  const columns = rows[0]?.cells.length ?? 0
  if (columns % 2 > 0) return undefined
  const told = hasLabels(rows) || hasLabelFont(rows) || (!hasHeadFont(rows) && isOfLabelPairs(textsOf(rows)))
  if (!told) return undefined
  return rows.flatMap(({ cells, line }) =>
    Array.from({ length: columns / 2 }, (_, i) => ({ cells: cells.slice(2 * i, 2 * i + 2), line })).filter(
      ({ cells: [label, value] }) => label?.text !== '' || value?.text !== '',
    ),
  )
}

function textsOf(rows: readonly PdfRow[]): string[][] {
  return rows.map(({ cells }) => cells.map(({ text }) => text))
}

function hasLabels(rows: readonly PdfRow[]): boolean {
  const labels = every(rows, 0).filter(({ text }) => text !== '')
  const values = every(rows, 1)
  const own = labels.filter(({ text }) => LABEL.test(text)).length
  const first = rows[0]?.cells ?? []
  const firstIs = first.every(({ text }, i) => text === '' || LABEL.test(text) === (i % 2 === 0))
  return firstIs && 3 * own >= 2 * labels.length && !values.some(({ text }) => LABEL.test(text))
}

/** The labels are bold, or the values are. */
function hasLabelFont(rows: readonly PdfRow[]): boolean {
  const labels = new Set(every(rows, 0).map(({ font }) => font))
  const values = new Set(every(rows, 1).map(({ font }) => font))
  labels.delete(undefined)
  values.delete(undefined)
  const full = rows.every(({ cells }) => cells.every(({ text }, i) => text !== '' || i > 1))
  return full && labels.size === 1 && values.size > 0 && ![...labels].some((font) => values.has(font))
}

/** The cells of every other column. */
function every(rows: readonly PdfRow[], from: number): PdfCell[] {
  return rows.flatMap(({ cells }) => cells.filter((_, i) => i % 2 === from))
}

/** The first row has letters of its own: it is the head. */
function hasHeadFont([head, ...others]: readonly PdfRow[]): boolean {
  const own = new Set(head?.cells.flatMap(({ font }) => (font === undefined ? [] : [font])))
  const below = others.flatMap(({ cells }) => cells.slice(1))
  return own.size > 0 && below.length > 0 && !below.some(({ font }) => font !== undefined && own.has(font))
}

/** Two columns whose second has a value in the first row. */
function isOfValues(rows: readonly PdfRow[]): boolean {
  const [label, value, ...others] = rows[0]?.cells ?? []
  return (
    others.length === 0 &&
    label !== undefined &&
    value !== undefined &&
    /\p{L}/u.test(label.text) &&
    !VALUE.test(label.text) &&
    VALUE.test(value.text)
  )
}

/** The first row has values where the second has. */
function hasNoHead([first, second]: readonly PdfRow[]): boolean {
  const pairs = first?.cells.map(({ text }, i) => [text, second?.cells[i]?.text ?? ''] as const) ?? []
  if (pairs.some(([own, below]) => VALUE.test(own) && VALUE.test(below))) return true
  const [[own, below] = ['', '']] = pairs
  return pairs.length === 2 && PERIOD.test(own) && PERIOD.test(below)
}

/** "2019 – today": of a life. */
const PERIOD = /^(?:\p{L}+\s|\d{1,2}[./])?(?:19|20)\d\d(?:\s?[-–—/]|$)/u

/** Head rows: a name across all columns, and heads that span the columns or rows below them. */
function headRows(rows: readonly PdfRow[]): number {
  const [first, second] = rows
  if (first === undefined || second === undefined) return 0
  const columns = first.cells.length
  const across = (first.cells[0]?.columns ?? 1) === columns && columns > 1
  if (across) return rows.length > 2 ? 1 + headRows(rows.slice(1)) : 1
  const deep = first.cells.reduce((most, cell) => Math.max(most, cell.rows ?? 1), 1)
  const groups = first.cells.some((cell) => (cell.columns ?? 1) > 1)
  const heads = groups ? Math.max(2, deep) : 1
  return heads < rows.length ? heads : 1
}
