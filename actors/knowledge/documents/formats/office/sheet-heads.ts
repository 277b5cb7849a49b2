import { isOfLabelPairs, isOfLabels } from '../../../text/field-labels.ts'
import { namesColumns } from '../../../text/table-heads.ts'
import { isHeadless } from '../value-rows.ts'
import type { Cell, Head, Row } from './sheet.ts'
import { cellKey, type Extent } from './sheet-spans.ts'

const HEADS_MAX = 4
/** What a program calls the names of a pivot table; what it counts stands above. */
const PIVOT = /^(?:row labels|zeilenbeschriftungen|étiquettes de lignes|etiquetas de fila)$/iu
/** So many rows tell whether the first one names their columns. */
const NAMED_ROWS = 50

/** How many rows are the head of a table: as its program marks it, as wide cells and bold ones show it, else one, or none above values. */
export function headsOf(
  rows: readonly Row[],
  texts: readonly (readonly string[])[],
  extents: ReadonlyMap<number, Extent>,
  marks: readonly Head[],
): number {
  const [first] = rows
  if (first === undefined || rows.length < 2) return 0
  const most = Math.min(HEADS_MAX, rows.length - 1)
  const marked = markedHeads(rows.slice(0, most), first, marks)
  if (marked > 0) return marked
  const pivot = rows.slice(0, most).findIndex(({ cells }) => PIVOT.test(cells[0]?.text ?? ''))
  if (pivot >= 0) return pivot + 1
  if (isOfKeys(rows)) return 0
  if (!first.cells.every(({ strong }) => strong) && (isOfLabels(texts) || isOfLabelPairs(texts))) return 0
  const strong = rows.findIndex(({ cells }) => !cells.every((cell) => cell.strong))
  const named = namesColumns(texts.slice(0, NAMED_ROWS))
  if (strong < 1 && !named && (isHeadless(texts) || isOfValues(first, rows))) return 0
  const own = first.cells.map(({ column }) => extents.get(cellKey(first.line, column)))
  const deep = own.reduce((sum, extent) => Math.max(sum, extent?.rows ?? 1), 1)
  // The names of groups of columns stand above those of the columns.
  const grouped = own.some((extent) => extent !== undefined && extent.columns > 1) ? 2 : 1
  return Math.min(Math.max(deep, grouped, strong), most)
}

/** The rows down to the last one that a program marks as a head: that of a table, of a filter, or the last that stays while one scrolls. */
function markedHeads(rows: readonly Row[], { cells }: Row, marks: readonly Head[]): number {
  const left = cells[0]?.column ?? 0
  const right = cells.at(-1)?.column ?? 0
  const isMarked = (line: number) =>
    marks.some((mark) => mark.line === line && mark.left <= right && mark.right >= left)
  return rows.findLastIndex(({ line }) => isMarked(line)) + 1
}

/** Two columns, the first of which names what stands in the second: "Founded", "1990". */
function isOfKeys(rows: readonly Row[]): boolean {
  const pairs = rows.filter(({ cells }) => cells.length === 2)
  const column = pairs[0]?.cells[1]?.column
  if (pairs.length < rows.length || pairs.some(({ cells }) => cells[1]?.column !== column)) return false
  const keys = pairs.map(({ cells }) => cells[0] as Cell)
  const values = pairs.map(({ cells }) => cells[1] as Cell)
  if (keys.some(({ number }) => number)) return false
  if (keys.every(({ strong }) => strong)) return !values.some(({ strong }) => strong)
  if (keys.every(({ text }) => /[:：]$/u.test(text))) return true
  // A column of a table has values of one kind below its name.
  const numbers = values.slice(1).filter(({ number }) => number).length
  const others = values.length - 1 - numbers
  return (
    !(keys[0] as Cell).strong &&
    numbers > 0 &&
    others > 0 &&
    4 * Math.min(numbers, others) >= values.length - 1
  )
}

/** Whether the first row has numbers that name no columns: those are years or count on ("1", "2", "3"), with numbers below them. */
function isOfValues({ cells }: Row, [, second]: readonly Row[]): boolean {
  const numbers = cells.filter(({ number }) => number)
  if (numbers.length === 0) return false
  const below = new Set(second?.cells.flatMap(({ column, number }) => (number ? [column] : [])))
  if (!numbers.every(({ column }) => below.has(column)))
    return numbers.some(({ column }) => !below.has(column))
  const values = numbers.map(({ text }) => Number(text))
  const [from = 0, next] = values
  if (next === undefined) return !/^(?:19|20)\d\d$/u.test(numbers[0]?.text ?? '')
  const step = next - from
  return !(step > 0 && step <= 10 && values.every((value, i) => value === from + i * step))
}
