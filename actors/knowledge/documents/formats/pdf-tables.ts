import { goesOn } from './pdf-columns.ts'
import { groupsAbove } from './pdf-head-groups.ts'
import type { Line, Piece } from './pdf-lines.ts'
import { hasTicks } from './pdf-marks.ts'
import type { PdfCell, PdfRow, Place } from './pdf-rows.ts'
import { FIGURE, sumsFrom } from './pdf-sums.ts'

/** A table of a page: its rows of cells, and which of the page's lines it takes. */
export interface PdfTable {
  readonly rows: readonly PdfRow[]
  readonly place: Place
  readonly from: number
  readonly to: number
}

/** The extent of a column, from the left of the page. */
interface Column {
  left: number
  right: number
}

/** Edges or centres that differ by less stand below each other, in points. */
const ALIGNED = 2
/** Columns this far apart, in letters, need not be aligned. */
const WIDE_GAP = 2
const COLUMNS_MAX = 50
const LINES_MAX = 500
/** Rows are at most this far apart, in letters. */
const ROW_GAP = 3.2

/**
 * The table that begins with a line of several pieces: the lines below it, as long as none of their pieces reaches from one column into
 * another. Programs write a table row by row or cell by cell, so a line may stand beside an earlier one. `looks`: lines that may still
 * be looked at. `after`: the lines before it are taken.
 */
export function pdfTableAt(
  lines: readonly Line[],
  at: number,
  { looks, after }: { looks: { left: number }; after: number },
): PdfTable | undefined {
  const first = lines[at]
  if (first === undefined || first.pieces.length < 2 || first.pieces.length > COLUMNS_MAX) return undefined
  let columns: readonly Column[] = first.pieces.map(({ left, right }) => ({ left, right }))
  let end = at + 1
  let bottom = first.y
  for (; end < Math.min(lines.length, at + LINES_MAX) && looks.left > 0; end += 1) {
    looks.left -= 1
    const line = lines[end] as Line
    const gap = bottom - line.y
    if (gap > ROW_GAP * line.size || line.y > first.y + line.size / 2) break
    const wider = Math.abs(line.size - first.size) > 0.15 * first.size ? undefined : widened(columns, line)
    if (wider === undefined) break
    columns = wider
    bottom = Math.min(bottom, line.y)
  }
  // A short line below the first column begins the text after the table.
  while (end > at && isBelowFirst(lines[end - 1] as Line, columns)) end -= 1
  const own = lines.slice(at, end)
  const several = own.filter(({ pieces }) => pieces.length > 1)
  if (several.length < 2 || !isAligned(own, columns, first.size)) return undefined
  const rows = rowsInColumns(own, columns, first.size)
  const above = isNumeric(rows) ? headAbove(lines, { at, after }, columns) : at
  const named = above === at ? rows : [headOf(lines.slice(above, at), columns), ...rows]
  const groups = groupsAbove(
    lines.slice(Math.max(after, at - HEAD_LINES_MAX), above),
    named[0] as PdfRow,
    columns,
  )
  const from = above - (groups?.lines ?? 0)
  const all = groups === undefined ? named : [...groups.rows, ...named.slice(1)]
  const top = lines.slice(from, end).reduce((most, { y }) => Math.max(most, y), bottom)
  return { rows: all, place: { columns, top, bottom }, from, to: end }
}

/** Heads of several lines. */
const HEAD_LINES_MAX = 12
/** True if the first row has figures where the second has: it is no head. */
function isNumeric([first, second]: readonly PdfRow[]): boolean {
  return (
    first?.cells.some(
      ({ text }, i) => i > 0 && FIGURE.test(text) && FIGURE.test(second?.cells[i]?.text ?? ''),
    ) === true
  )
}

/** Where the head of a table begins whose lines stand above it, cell by cell, each above its column. */
function headAbove(
  lines: readonly Line[],
  { at, after }: { at: number; after: number },
  columns: readonly Column[],
): number {
  let from = at
  let top = lines[at]?.y ?? 0
  const { y: below = 0, size = 0 } = lines[at] ?? {}
  for (let i = at - 1; i >= Math.max(after, at - HEAD_LINES_MAX); i -= 1) {
    const line = lines[i] as Line
    const near = line.y > below + size / 2 && line.y < Math.max(top, below) + ROW_GAP * size
    const same = Math.abs(line.size - size) <= 0.15 * size && !/[.:]\s*$/u.test(line.text)
    if (!near || !same || !line.pieces.every((piece) => nearest(piece, columns, size) >= 0)) break
    top = Math.max(top, line.y)
    from = i
  }
  const { cells } = headOf(lines.slice(from, at), columns)
  return cells.filter(({ text }) => text !== '').length >= Math.max(2, columns.length - 1) ? from : at
}

function headOf(lines: readonly Line[], columns: readonly Column[]): PdfRow {
  const texts = columns.map((): string[] => [])
  const sorted = [...lines].sort((a, b) => b.y - a.y)
  for (const line of sorted) {
    for (const piece of line.pieces) texts[nearest(piece, columns, line.size)]?.push(piece.text.trim())
  }
  return { cells: texts.map((text) => ({ text: joined(text) })), line: sorted[0] as Line }
}

/** The column that a piece above it belongs to; -1: none, or several. */
function nearest(piece: Piece, columns: readonly Column[], size: number): number {
  const own = touched(piece, columns)
  const [near] =
    own.length > 0 ? own : touched({ ...piece, left: piece.left - size, right: piece.right + size }, columns)
  return own.length > 1 || near === undefined ? -1 : columns.indexOf(near)
}

/** The columns, widened by a line's pieces. Undefined: one of them touches two columns, or none. */
function widened(columns: readonly Column[], { pieces }: Line): readonly Column[] | undefined {
  const own = columns.map(({ left, right }): Column => ({ left, right }))
  const first = own[0]
  const [name] = pieces
  // The head of the first column may be empty.
  if (name !== undefined && first !== undefined && name.right < first.left && pieces.length > 2)
    own.unshift({ left: name.left, right: name.right })
  const found = pieces.map((piece) => touched(piece, own))
  if (found.some((one) => one.length !== 1)) return undefined
  found.forEach(([column], i) => {
    if (column === undefined) return
    column.left = Math.min(column.left, (pieces[i] as Piece).left)
    column.right = Math.max(column.right, (pieces[i] as Piece).right)
  })
  return own.every((one, i) => i === 0 || (own[i - 1] as Column).right < one.left) ? own : undefined
}

function touched({ left, right }: Piece, columns: readonly Column[]): Column[] {
  return columns.filter((one) => left < one.right && right > one.left)
}

function isBelowFirst({ pieces }: Line, [first]: readonly Column[]): boolean {
  return pieces.length === 1 && first !== undefined && (pieces[0] as Piece).left < first.right
}

/** True if the columns are far apart, or their pieces stand below each other. */
function isAligned(lines: readonly Line[], columns: readonly Column[], size: number): boolean {
  return columns.every((column, i) => {
    const before = columns[i - 1]
    if (before === undefined || column.left - before.right > WIDE_GAP * size) return true
    const own = lines.flatMap(({ pieces }) => pieces.filter((piece) => touched(piece, [column]).length > 0))
    const same = (place: (piece: Piece) => number) => {
      const places = own.map(place)
      return Math.max(...places) - Math.min(...places) < ALIGNED
    }
    return (
      own.length > 1 &&
      (same(({ left }) => left) ||
        same(({ right }) => right) ||
        same(({ left, right }) => (left + right) / 2))
    )
  })
}

function rowsInColumns(lines: readonly Line[], columns: readonly Column[], size: number): PdfRow[] {
  const drawn: PdfRow[] = []
  for (const line of [...lines].sort((a, b) => b.y - a.y)) {
    const last = drawn.at(-1)
    const same = last !== undefined && Math.abs(last.line.y - line.y) < size / 2
    const row = same ? last : { cells: columns.map((): PdfCell => ({ text: '' })), line }
    if (!same) drawn.push(row)
    for (const piece of line.pieces) {
      const cell = row.cells[columns.findIndex((column) => touched(piece, [column]).length > 0)]
      if (cell === undefined) continue
      cell.text = `${cell.text} ${piece.text.trim()}`.trim()
      cell.font ??= piece.font
    }
  }
  return joinedRows(drawn)
}

/**
 * Lines that are closer than rows are belong to one row, whose cells were wrapped. A wrapped row leaves cells of its lines empty; lines that
 * are all full are rows.
 */
function joinedRows(drawn: readonly PdfRow[]): PdfRow[] {
  const gaps = drawn.slice(1).map(({ line }, i) => (drawn[i] as PdfRow).line.y - line.y)
  const least = Math.min(...gaps)
  const even = Math.max(...gaps) < 1.25 * least
  const ticks = hasTicks(drawn)
  const sums = sumsFrom(drawn)
  const groups: PdfRow[][] = []
  drawn.forEach((row, i) => {
    const last = groups.at(-1)
    const [name, ...others] = row.cells
    // A first cell may stand for the rows below it, too.
    const named = !ticks && i < sums && others.length > 1 && others.every(({ text }) => text !== '')
    if (name !== undefined && even && named && name.text === '') name.text = last?.[0]?.cells[0]?.text ?? ''
    const near = i >= sums ? false : even ? name?.text === '' && !ticks : (gaps[i - 1] ?? 0) < 1.25 * least
    if (last !== undefined && i > 0 && near) last.push(row)
    else groups.push([row])
  })
  return groups.flatMap((group) => {
    const full = group.filter(({ cells }) => cells.every(({ text }) => text !== '')).length
    const [first] = group
    if (first === undefined || (full > 1 && !(group.length < drawn.length && isWrapped(group)))) return group
    const cells = first.cells.map((cell, i) => ({
      ...cell,
      text: joined(group.map((row) => row.cells[i]?.text ?? '')),
    }))
    return [{ cells, line: first.line }]
  })
}

/** True if a cell of each line goes on in the next one. */
function isWrapped(group: readonly PdfRow[]): boolean {
  return group
    .slice(1)
    .every(({ cells }, i) => cells.some(({ text }, k) => goesOn(group[i]?.cells[k]?.text ?? '.', text)))
}

/** Lines as running text; words hyphenated at the end of a line are joined. */
export function joined(lines: readonly string[]): string {
  const parts: string[] = []
  for (const line of lines) {
    const own = line.trim()
    if (own === '') continue
    const last = parts.at(-1) ?? ''
    const cut = /\p{Ll}-$/u.test(last.slice(-3)) && /^\p{Ll}/u.test(own)
    if (cut) parts[parts.length - 1] = last.slice(0, -1)
    else if (last !== '') parts.push(' ')
    parts.push(own)
  }
  return parts.join('')
}
