/** Separates the text before a gap as wide as two letters from the text after it. */
export const COLUMNS = ' · '

/** A stretch of a line without a gap as wide as a letter: maybe a cell. */
export interface Piece {
  text: string
  readonly left: number
  right: number
}

/** One printed line: its text, its left edge, its baseline from the bottom of the page, and the size of its letters. */
export interface Line {
  text: string
  left: number
  readonly y: number
  readonly size: number
  right: number
  readonly pieces: Piece[]
}

export interface Page {
  readonly number: number
  readonly height: number
  readonly lines: readonly Line[]
}

/** Text at the edge of this many pages belongs to none of them. */
export const EDGES_LEAST = 3
/** The edge of a page, as a share of its height. */
const EDGE = 0.09

/** Small letters at the top or bottom. */
export function isEdge({ height }: Page, { y, size }: Line, usual: number): boolean {
  return size <= 1.15 * usual && (y < EDGE * height || y > (1 - EDGE) * height)
}

/** How many pages have this text at their edge. */
export function edgesOf(pages: readonly Page[], size: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const page of pages) {
    const own = new Set(page.lines.filter((line) => isEdge(page, line, size)).map(({ text }) => plain(text)))
    for (const text of own) found.set(text, (found.get(text) ?? 0) + 1)
  }
  return found
}

/** Page numbers differ from page to page. */
export function plain(text: string): string {
  return text.replace(/\d+/gu, '#').trim()
}

/** A piece of text from pdf.js. */
interface Item {
  readonly str: string
  readonly transform: readonly number[]
  readonly width: number
  readonly hasEOL: boolean
}

/** Words of justified text are closer, in letters. */
const PIECE_GAP = 0.9

/** The lines of a page, from its pieces of text. */
export function linesOf(items: readonly Item[]): Line[] {
  const found: Line[] = []
  let open: Line | undefined
  for (const { str, transform, width, hasEOL } of items) {
    const [, , skew = 0, scale = 0, x = 0, y = 0] = transform
    const size = Math.hypot(skew, scale)
    // Spaces between columns are items too.
    if (str.trim() !== '') {
      const same = open !== undefined && Math.abs(open.y - y) < Math.max(1, open.size / 2) && x >= open.left
      if (open === undefined || !same) {
        open = { text: '', left: x, y, size, right: x, pieces: [] }
        found.push(open)
      }
      // A gap as wide as two letters separates columns.
      const gap = x - open.right
      if (gap > 2 * size && open.text.trim() !== '') open.text += COLUMNS
      else if (gap > size / 5 && !/\s$/u.test(open.text) && open.text !== '') open.text += ' '
      const piece = open.pieces.at(-1)
      if (piece === undefined || gap > PIECE_GAP * size)
        open.pieces.push({ text: str, left: x, right: x + width })
      else {
        piece.text += gap > size / 5 && !/\s$/u.test(piece.text) ? ` ${str}` : str
        piece.right = x + width
      }
      open.text += str
      open.right = x + width
    }
    if (hasEOL) open = undefined
  }
  return found.filter(({ text }) => text.trim() !== '')
}

/** The size of most letters. */
export function usualSize(pages: readonly Page[]): number {
  const letters = new Map<number, number>()
  for (const { lines } of pages) {
    for (const { size, text } of lines) {
      const rounded = Math.round(size * 2) / 2
      letters.set(rounded, (letters.get(rounded) ?? 0) + text.length)
    }
  }
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}
