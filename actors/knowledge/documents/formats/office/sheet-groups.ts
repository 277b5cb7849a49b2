import type { Row } from './sheet.ts'
import { cellKey, type Extent } from './sheet-spans.ts'

const NAME_CHARS_MAX = 60
/** Nobody groups more. */
const COLUMNS_MAX = 300

/**
 * The cells of the first row that name groups of columns, by their extents, where the second row names the columns in them: "2024" above
 * "Plan" and "Actual", "2025" above the same. Cells that are not merged go on to the next one. Nothing if it names no groups.
 */
export function groupsOf(
  [groups, names, below]: readonly Row[],
  columns: readonly number[],
  extents: ReadonlyMap<number, Extent>,
): ReadonlyMap<number, Extent> | undefined {
  const [corner] = columns
  if (groups === undefined || names === undefined || below === undefined || columns.length < 3)
    return undefined
  if (columns.length > COLUMNS_MAX) return undefined
  const own = groups.cells.filter(({ column }) => column !== corner)
  const found = new Map<number, Extent>()
  own.forEach(({ column }, i) => {
    const key = cellKey(groups.line, column)
    const from = columns.indexOf(column)
    const next = own[i + 1]
    const gap = (next === undefined ? columns.length : columns.indexOf(next.column)) - from
    found.set(key, extents.get(key) ?? { rows: 1, columns: gap })
  })
  const wide = [...found.values()].filter((extent) => extent.columns > 1)
  const merged = own.some(({ column }) => (extents.get(cellKey(groups.line, column))?.columns ?? 1) > 1)
  if (own.length < 2 || wide.length < 2) return undefined
  const called = names.cells.filter(({ column }) => column !== corner)
  const texts = called.map(({ text }) => text)
  const again = new Set(texts).size < texts.length
  // Without merged cells a blank may be a value that nobody knows.
  const alike = wide.length === own.length && new Set(wide.map((extent) => extent.columns)).size === 1
  const unnamed = names.cells.every(({ column }) => column !== corner)
  if (!merged && isRepeated(groups, texts, wide, columns)) return found
  if (!merged && !(again && alike && unnamed && own[0]?.column === columns[1])) return undefined
  if (called.some(({ number, text }) => number || text.length > NAME_CHARS_MAX)) return undefined
  if (called.length < columns.length - 1 - (own.length - wide.length)) return undefined
  return below.cells.some(({ number, column }) => number && column !== corner) ? found : undefined
}

/** Whether groups of as many columns each have the same names, from the second column on: "Early", "Late", "Early", "Late". */
function isRepeated(
  groups: Row,
  texts: readonly string[],
  wide: readonly Extent[],
  columns: readonly number[],
): boolean {
  const [size = 0] = wide.map((extent) => extent.columns)
  const own = groups.cells
  if (own[0]?.column !== columns[1] || own.length * size !== columns.length - 1 || wide.length < own.length)
    return false
  if (wide.some((extent) => extent.columns !== size) || texts.length !== columns.length - 1) return false
  if (own.some(({ text, number }) => number || text.length > NAME_CHARS_MAX)) return false
  return new Set(texts).size === size && texts.every((text, i) => text === texts[i % size])
}
