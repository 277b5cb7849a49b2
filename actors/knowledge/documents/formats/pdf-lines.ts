import { isRaised, raisedText } from './pdf-raised.ts'

/** Separates the text before a gap as wide as two letters from the text after it. */
export const COLUMNS = ' · '

/** Text that a program wrote in one go, in one font. */
export interface Run {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly font: string
}

/** A stretch of a line without a gap as wide as a letter: maybe a cell. */
export interface Piece {
  text: string
  readonly left: number
  right: number
  readonly font: string
}

/** One printed line: its text, its left edge, its baseline from the bottom of the page, and the size of its letters. */
export interface Line {
  text: string
  left: number
  readonly y: number
  readonly size: number
  right: number
  readonly pieces: Piece[]
  readonly runs: Run[]
  /** Its place among the lines of the page, as they are written. */
  order: number
  /** Where the text begins after a mark that is drawn apart from it. */
  readonly hang?: number
  /** Text of its own: no part of a paragraph. */
  readonly alone?: boolean
  /** From where to where the column of running text reaches that it is a line of. */
  readonly column?: { readonly left: number; readonly right: number }
  /** A heading in letters of the usual size. */
  readonly title?: boolean
}

export interface Page {
  readonly number: number
  readonly height: number
  readonly lines: readonly Line[]
}

/** A piece of text from pdf.js. */
interface Item {
  readonly str: string
  readonly transform: readonly number[]
  readonly width: number
  readonly hasEOL: boolean
  readonly fontName: string
}

/** Words of justified text are closer, in letters. */
const PIECE_GAP = 0.9

/** As much of a line tells what is raised after it. */
const RAISED_ON_CHARS = 12

/** The lines of a page, from its pieces of text. */
export function linesOf(items: readonly Item[]): Line[] {
  const found: Line[] = []
  let open: Line | undefined
  for (const [i, { str, transform, width, hasEOL, fontName }] of items.entries()) {
    const [, , skew = 0, scale = 0, x = 0, y = 0] = transform
    const size = Math.hypot(skew, scale)
    const run = { text: str, left: x, right: x + width, font: fontName }
    // Spaces between columns are items too.
    if (str.trim() !== '') {
      if (open !== undefined && isRaised(open, { x, y, size })) {
        const text = raisedText(open.text.slice(-RAISED_ON_CHARS), str.trim(), items[i + 1]?.str ?? '')
        addRun(open, { ...run, text })
      } else {
        // The mark of a footnote stands above the line that it begins.
        const marks = open !== undefined && isMarkOf(open, { x, y, size })
        if (marks) found.pop()
        const same =
          !marks && open !== undefined && Math.abs(open.y - y) < Math.max(1, open.size / 2) && x >= open.left
        if (open === undefined || !same || isApart(open, { x, size })) {
          open = lineFrom([], y, size)
          found.push(open)
        }
        addRun(open, run)
      }
    }
    if (hasEOL) open = undefined
  }
  const told = found.filter(({ text }) => text.trim() !== '')
  for (const [order, line] of told.entries()) line.order = order
  return told
}

/** A line of these runs, from left to right. */
export function lineFrom(runs: readonly Run[], y: number, size: number): Line {
  const line: Line = { text: '', left: runs[0]?.left ?? 0, y, size, right: 0, pieces: [], runs: [], order: 0 }
  for (const run of runs) addRun(line, run)
  return line
}

/** A line of these pieces, as they stand: each may be a cell. */
export function lineOfPieces(pieces: readonly Piece[], line: Line): Line {
  const left = pieces[0]?.left ?? line.left
  const right = pieces.at(-1)?.right ?? line.right
  const text = pieces.map((piece) => piece.text.trim()).join(COLUMNS)
  const runs = line.runs.filter((run) => run.left >= left && run.right <= right)
  return { ...line, text, left, right, pieces: [...pieces], runs }
}

function addRun(line: Line, run: Run): void {
  const { text, left, right } = run
  const { size } = line
  if (line.runs.length === 0) {
    line.left = left
    line.right = left
  }
  // A gap as wide as two letters separates columns.
  const gap = left - line.right
  if (gap > 2 * size && line.text.trim() !== '') line.text += COLUMNS
  else if (gap > size / 5 && !/\s$/u.test(line.text) && line.text !== '') line.text += ' '
  const piece = line.pieces.at(-1)
  if (piece === undefined || gap > PIECE_GAP * size) line.pieces.push({ text, left, right, font: run.font })
  else {
    piece.text += gap > size / 5 && !/\s$/u.test(piece.text) ? ` ${text}` : text
    piece.right = right
  }
  line.runs.push(run)
  line.text += text
  line.right = right
}

/** True for text far beside a title, in smaller letters: the first field of a letter. A large figure has its unit or label beside it. */
function isApart(line: Line, { x, size }: { x: number; size: number }): boolean {
  return line.size > TITLE_SCALE * size && x - line.right > 2 * line.size && !/\p{N}/u.test(line.text)
}

/** So much larger are letters of a title at least. */
const TITLE_SCALE = 1.3

/** True if the line is only the raised mark of the footnote that begins here. */
function isMarkOf(line: Line, { x, y, size }: { x: number; y: number; size: number }): boolean {
  const above = line.y - y
  return (
    /^\s*(?:\d{1,3}|[*†‡§]{1,3})\s*$/u.test(line.text) &&
    line.size < 0.95 * size &&
    above > 0.15 * size &&
    above < 0.8 * size &&
    x >= line.right - 0.1 * size &&
    x - line.right < size
  )
}

/** The size of most letters. */
export function usualSize(pages: readonly (readonly Line[])[]): number {
  const letters = new Map<number, number>()
  for (const lines of pages) {
    for (const { size, text } of lines) {
      const rounded = Math.round(size * 2) / 2
      letters.set(rounded, (letters.get(rounded) ?? 0) + text.length)
    }
  }
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}
