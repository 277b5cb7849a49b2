import type { TableCell, TableRow } from 'mdast'
import { cellAt } from './row-at.ts'

/** A row of a table of values: the texts of its cells, and the row of the tree. */
export interface ValueRow {
  readonly cells: readonly string[]
  readonly row: TableRow
}

/** "ha", "t/ha", "°C", "EUR", "(kg)". */
const UNIT = /^[([]?(?:[\p{L}µ°%€$£¥²³/·*^ -]{1,7}\p{N}?)[)\]]?$/u

/** Whether the row below the head has the units of its columns: nothing names that row, and figures stand below it. */
export function isOfUnits([head = [], units = [], first = []]: readonly (readonly string[])[]): boolean {
  const [name = '', ...others] = units
  const own = others.filter((cell) => cell !== '')
  if (!/^(?:|[-–—]|units?|einheit(?:en)?)$/iu.test(name) || own.length === 0) return false
  // What has a unit has a name.
  if (units.some((cell, i) => cell !== '' && head[i] === '')) return false
  return (
    own.every((cell) => UNIT.test(cell)) &&
    units.every((cell, i) => !UNIT.test(cell) || cell === name || /\p{N}/u.test(first[i] ?? ''))
  )
}

/** The rows without that of the units, which stand in the head: "area (ha)". */
export function withUnits([head, units, ...rows]: readonly ValueRow[]): readonly ValueRow[] {
  if (head === undefined || units === undefined) return []
  const children = head.row.children.map((cell, i) => {
    const unit = units.cells[i]?.replace(/^[([]|[)\]]$/gu, '') ?? ''
    const [text] = cell.children
    return i === 0 || unit === '' || text?.type !== 'text'
      ? cell
      : { ...cell, children: [{ ...text, value: `${text.value} (${unit})` }] }
  })
  return [{ ...head, row: { ...head.row, children } }, ...rows]
}

/** No column is called so; one may be called by a year or a small number. */
const VALUE = /^(?!\d{1,4}$)(?:[+-]?\d[\d.,:/ -]*[\d%]?|\S+@\S+\.\S+|https?:\/\/\S+)$/u

/** Whether the first row has values, as the second, and no names of columns. */
export function isHeadless([first = [], second = []]: readonly (readonly string[])[]): boolean {
  return first.some((cell, i) => VALUE.test(cell) && VALUE.test(second[i] ?? ''))
}

/** Whether it is a value that names no column. */
export function isValue(text: string): boolean {
  return VALUE.test(text)
}

/** The row with other texts in its cells. */
export function withTexts({ row }: ValueRow, cells: readonly string[]): ValueRow {
  const children = cells.map((value, i): TableCell => {
    const known = row.children[i]
    return known !== undefined && plainOf(known) === value
      ? known
      : cellAt(value, row.position?.start.line ?? 1)
  })
  return { cells, row: { ...row, children } }
}

function plainOf({ children: [text] }: TableCell): string {
  return text?.type === 'text' ? text.value : ''
}
