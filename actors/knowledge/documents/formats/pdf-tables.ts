import type { Line, Piece } from './pdf-lines.ts'

/** A table of a page: its rows of cells, and how many of the page's lines it takes. */
export interface PdfTable {
  readonly rows: readonly { readonly cells: readonly string[]; readonly line: Line }[]
  readonly lines: number
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
 * be looked at.
 */
export function pdfTableAt(
  lines: readonly Line[],
  at: number,
  looks: { left: number },
): PdfTable | undefined {
  const first = lines[at]
  if (first === undefined || first.pieces.length < 2 || first.pieces.length > COLUMNS_MAX) return undefined
  const columns: Column[] = first.pieces.map(({ left, right }) => ({ left, right }))
  let end = at + 1
  let bottom = first.y
  for (; end < Math.min(lines.length, at + LINES_MAX) && looks.left > 0; end += 1) {
    looks.left -= 1
    const line = lines[end] as Line
    const gap = bottom - line.y
    if (gap > ROW_GAP * line.size || line.y > first.y + line.size / 2) break
    if (Math.abs(line.size - first.size) > 0.15 * first.size || !fits(line, columns)) break
    bottom = Math.min(bottom, line.y)
  }
  // A short line below the first column begins the text after the table.
  while (end > at && isBelowFirst(lines[end - 1] as Line, columns)) end -= 1
  const own = lines.slice(at, end)
  const several = own.filter(({ pieces }) => pieces.length > 1)
  if (several.length < 2 || !isAligned(several, columns, first.size)) return undefined
  return { rows: rowsOf(own, columns, first.size), lines: end - at }
}

/** Widens the columns by a line's pieces, unless one of them touches two columns, or none. */
function fits({ pieces }: Line, columns: readonly Column[]): boolean {
  const found = pieces.map((piece) => touched(piece, columns))
  if (found.some((one) => one.length !== 1)) return false
  found.forEach(([column], i) => {
    if (column === undefined) return
    column.left = Math.min(column.left, (pieces[i] as Piece).left)
    column.right = Math.max(column.right, (pieces[i] as Piece).right)
  })
  return columns.every((one, i) => i === 0 || (columns[i - 1] as Column).right < one.left)
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

interface Drawn {
  readonly cells: string[]
  readonly line: Line
}

function rowsOf(lines: readonly Line[], columns: readonly Column[], size: number): Drawn[] {
  const drawn: Drawn[] = []
  for (const line of [...lines].sort((a, b) => b.y - a.y)) {
    const last = drawn.at(-1)
    const same = last !== undefined && Math.abs(last.line.y - line.y) < size / 2
    const row = same ? last : { cells: columns.map(() => ''), line }
    if (!same) drawn.push(row)
    for (const piece of line.pieces) {
      const at = columns.findIndex((column) => touched(piece, [column]).length > 0)
      row.cells[at] = `${row.cells[at]} ${piece.text.trim()}`.trim()
    }
  }
  return joinedRows(drawn)
}

/**
 * Lines that are closer than rows are belong to one row, whose cells were wrapped. A wrapped row leaves cells of its lines empty; lines that
 * are all full are rows.
 */
function joinedRows(drawn: readonly Drawn[]): Drawn[] {
  const gaps = drawn.slice(1).map(({ line }, i) => (drawn[i] as Drawn).line.y - line.y)
  const least = Math.min(...gaps)
  const even = Math.max(...gaps) < 1.25 * least
  const groups: Drawn[][] = []
  drawn.forEach((row, i) => {
    const last = groups.at(-1)
    // A first cell may stand for the rows below it, too.
    const named = row.cells.length > 2 && row.cells.slice(1).every((cell) => cell !== '')
    if (even && named && row.cells[0] === '') row.cells[0] = last?.[0]?.cells[0] ?? ''
    const near = even ? row.cells[0] === '' : (gaps[i - 1] ?? 0) < 1.25 * least
    if (last !== undefined && i > 0 && near) last.push(row)
    else groups.push([row])
  })
  return groups.flatMap((group) => {
    const full = group.filter(({ cells }) => cells.every((cell) => cell !== '')).length
    const [first] = group
    if (first === undefined || full > 1) return group
    const cells = first.cells.map((_, i) => joined(group.map((row) => row.cells[i] ?? '')))
    return [{ cells, line: first.line }]
  })
}

/** Lines as running text; words hyphenated at the end of a line are joined. */
export function joined(lines: readonly string[]): string {
  let text = ''
  for (const line of lines) {
    const own = line.trim()
    if (/\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(own)) text = text.slice(0, -1) + own
    else text += `${text === '' || own === '' ? '' : ' '}${own}`
  }
  return text
}
