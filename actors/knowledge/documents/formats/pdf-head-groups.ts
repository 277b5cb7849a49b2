import type { Line, Piece } from './pdf-lines.ts'
import type { PdfCell, PdfRow, Place } from './pdf-rows.ts'

type Column = Place['columns'][number]

/** Rows of a head are at most this far apart, in letters. */
const ROW_GAP = 3.2
/** The middle of a name is at most this far from that of its columns, in letters. */
const OFF_CENTRE = 1.5
/** Left edges below each other differ by less, in points. */
const ALIGNED = 3

/** A name above columns: the first of them, and the one after the last. */
interface Group {
  readonly from: number
  readonly to: number
}

/**
 * The row above a head that has a name several times: "Men", "Women" above "Age", "n", "%", "n", "%". Each name stands above the middle or
 * the left edge of its columns, which have different names. The lines end above the head.
 */
export function groupsAbove(
  above: readonly Line[],
  head: PdfRow,
  columns: readonly Column[],
): { readonly rows: readonly PdfRow[]; readonly lines: number } | undefined {
  const names = head.cells.map(({ text }) => text)
  const filled = names.filter((text) => text !== '')
  if (new Set(filled).size === filled.length) return undefined
  const own = rowAbove(above, head.line)
  const pieces = own.flatMap((line) => line.pieces).sort((a, b) => a.left - b.left)
  const groups = [endByEdge(columns), endByMiddle(columns, head.line.size)]
    .map((ends) => groupsOf(pieces, columns, ends))
    .find((found) => found?.every((group) => areDifferent(names, group)))
  if (groups === undefined) return undefined
  const cells = columns.map((): PdfCell => ({ text: '' }))
  groups.forEach(({ from, to }, i) => {
    const { text, font } = pieces[i] as Piece
    // "Plant" above nothing names the column alone.
    const deep = to - from === 1 && names[from] === ''
    cells[from] = { text: text.trim(), font, ...(deep ? { rows: 2 } : { columns: to - from }) }
  })
  return { rows: [{ cells, line: own[0] as Line }, head], lines: own.length }
}

/** The last lines, which stand on one height closely above the head. */
function rowAbove(lines: readonly Line[], { y, size }: Line): Line[] {
  const top = lines.at(-1)?.y ?? 0
  if (top < y + size / 2 || top > y + ROW_GAP * size) return []
  let from = lines.length
  while (from > 0 && Math.abs((lines[from - 1] as Line).y - top) < size / 2) from -= 1
  return lines.slice(from)
}

/** Where the columns of a name end that begin with `from`; -1: it stands apart from them. */
type Ends = (piece: Piece, from: number, next: Piece | undefined) => number

/** The columns of each name, side by side up to the last column. Undefined: a name stands apart from columns. */
function groupsOf(pieces: readonly Piece[], columns: readonly Column[], endOf: Ends): Group[] | undefined {
  const groups: Group[] = []
  const [first] = pieces
  if (pieces.length < 2 || pieces.length > columns.length || first === undefined) return undefined
  // The labels of the rows need no name.
  let from = first.left > (columns[0]?.right ?? 0) ? 1 : 0
  for (const [i, piece] of pieces.entries()) {
    const to = endOf(piece, from, pieces[i + 1])
    if (to <= from) return undefined
    groups.push({ from, to })
    from = to
  }
  const wide = groups.filter((group) => group.to - group.from > 1).length
  return from === columns.length && wide > 1 ? groups : undefined
}

function endByEdge(columns: readonly Column[]): Ends {
  const isAt = (piece: Piece, column: Column | undefined) =>
    column !== undefined && Math.abs(column.left - piece.left) < ALIGNED
  return (piece, from, next) => {
    if (!isAt(piece, columns[from])) return -1
    return next === undefined ? columns.length : columns.findIndex((column) => isAt(next, column))
  }
}

function endByMiddle(columns: readonly Column[], size: number): Ends {
  return (piece, from, next) => {
    const left = columns[from]?.left ?? Infinity
    const middle = (piece.left + piece.right) / 2
    for (let to = from + 1; to <= columns.length; to += 1) {
      const { right } = columns[to - 1] as Column
      if (next !== undefined && right > next.right) break
      if (Math.abs((left + right) / 2 - middle) < OFF_CENTRE * size) return to
    }
    return -1
  }
}

function areDifferent(names: readonly string[], { from, to }: Group): boolean {
  const own = names.slice(from, to)
  return new Set(own).size === own.length && (to - from === 1 || !own.includes(''))
}
