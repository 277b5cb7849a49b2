import { type Line, lineOfPieces, type Piece } from './pdf-lines.ts'
import { isMark } from './pdf-marks.ts'

/** Lines of running text side by side: where they end, and what is left and right of the gap between them. */
interface Columns {
  readonly end: number
  readonly left: readonly Line[]
  readonly right: readonly Line[]
  /** How many lines have text on both sides. */
  readonly both: number
}

const LINES_MAX = 500
/** Lines of a page that are tried as columns. A page that people print has a hundred lines. */
const LOOKS_MAX = 20_000
/** Lines of two columns are at most this far apart, in letters. */
const LINE_GAP = 3.2
/** Columns of running text are wider, in letters. */
const WIDTH_LEAST = 10
/** A gap between columns is wider, in letters. */
const GAP_LEAST = 0.9
const SENTENCE_WITHIN = /\p{Ll}[.!?](?:\s+\p{Lu}|["'”’)\]]*\s*$)/u
const SENTENCE_END = /[.:;!?…][)\]"'”’»]*\s*$/u

/** The lines of a page, column by column where running text stands side by side. */
export function inReadingOrder(lines: readonly Line[]): Line[] {
  const looks = { left: LOOKS_MAX }
  const found: Line[] = []
  let i = 0
  while (i < lines.length) {
    const columns = columnsAt(lines, i, looks)
    if (columns === undefined) {
      found.push(lines[i] as Line)
      i += 1
    } else {
      found.push(...inColumn(columns.left), ...inColumn(columns.right))
      i = columns.end
    }
  }
  return found
}

/** True if a sentence goes on in another line: it has no end, and no new one begins. */
export function goesOn(before: string, next: string): boolean {
  return !SENTENCE_END.test(before) && /^\s*\p{Ll}/u.test(next)
}

function columnsAt(lines: readonly Line[], at: number, looks: { left: number }): Columns | undefined {
  const first = lines[at] as Line
  if (first.pieces.length < 2) return undefined
  const gap = widestGap(first.pieces)
  const left: Line[] = []
  const right: Line[] = []
  let both = 0
  let end = at
  let bottom = first.y
  for (; end < Math.min(lines.length, at + LINES_MAX) && looks.left > 0; end += 1) {
    looks.left -= 1
    const line = lines[end] as Line
    const near = bottom - line.y < LINE_GAP * line.size && line.y < bottom + line.size / 2
    if (!near || !parts(line, gap, first.size)) break
    bottom = Math.min(bottom, line.y)
    const own = line.pieces.filter((piece) => piece.right <= gap.from)
    const other = line.pieces.slice(own.length)
    if (own.length > 0) left.push(other.length === 0 ? line : sideOf(own, line))
    if (other.length > 0) right.push(own.length === 0 ? line : sideOf(other, line))
    if (own.length > 0 && other.length > 0) both += 1
  }
  const columns = { end, left, right, both }
  return isProse(columns, first, lines[at - 1]) ? columns : undefined
}

/** The text between two pieces is missing here. */
interface Gap {
  from: number
  to: number
}

function widestGap(pieces: readonly Piece[]): Gap {
  const gaps = pieces.slice(1).map(({ left }, i): Gap => ({ from: (pieces[i] as Piece).right, to: left }))
  return gaps.reduce((most, gap) => (gap.to - gap.from > most.to - most.from ? gap : most))
}

/** Narrows the gap to what a line leaves of it. False: the line reaches across. */
function parts({ pieces, size }: Line, gap: Gap, usual: number): boolean {
  const middle = (gap.from + gap.to) / 2
  const from = pieces.reduce(
    (most, piece) => (piece.left < middle ? Math.max(most, piece.right) : most),
    gap.from,
  )
  const to = pieces.reduce((least, { left }) => (left < middle ? least : Math.min(least, left)), gap.to)
  if (to - from < GAP_LEAST * Math.max(size, usual)) return false
  gap.from = from
  gap.to = to
  return true
}

function sideOf(pieces: readonly Piece[], line: Line): Line {
  const [mark, ...text] = pieces
  // A mark is still to be told from the text that it is drawn apart from.
  const own = mark !== undefined && isMark(mark.text) && text.length > 0 ? [[mark], text] : [pieces]
  const joined = own.map((some) => {
    const [one, last] = [some[0] as Piece, some.at(-1) as Piece]
    return { ...one, text: some.map(({ text: words }) => words.trim()).join(' '), right: last.right }
  })
  return lineOfPieces(joined, line)
}

/**
 * Running text: two columns of about one width, whose lines are mostly full, and whose sentences go on from line to line. The rows of a
 * table stand apart from each other.
 */
function isProse({ left, right, both }: Columns, { pieces, size }: Line, above: Line | undefined): boolean {
  if (both < 3) return false
  const [own, other] = [widthOf(left), widthOf(right)]
  if (Math.min(own, other) < WIDTH_LEAST * size || Math.max(own, other) > 1.8 * Math.min(own, other))
    return false
  const sides = [left, right]
  if (sides.some((lines) => !isFull(lines))) return false
  const all = sides.reduce((sum, lines) => sum + runningOn(lines, CLOSE * size), 0)
  const close = sides.every((lines) => runningOn(lines, CLOSE * size) > 0) && all > 1
  if (close && 4 * all >= left.length + right.length - 2) return !hasRows(sides)
  const headed = above !== undefined && standAlike(above.pieces, pieces)
  return sides.every((lines) => isRunning(lines, size)) && !hasRows(sides) && !beginTogether(sides, headed)
}

/** The heads of two columns, above their first line. */
function standAlike(heads: readonly Piece[], pieces: readonly Piece[]): boolean {
  return (
    heads.length > 1 &&
    heads.length === pieces.length &&
    heads.every(({ left }, i) => Math.abs(left - (pieces[i] as Piece).left) < 1)
  )
}

/** Lines of a paragraph are closer, in letters. */
const CLOSE = 1.6
/** Those of a widely spaced one, which may be rows as well. */
const SPACED = 2.2

function runningOn(lines: readonly Line[], gap: number): number {
  return lines.filter((line, i) => i > 0 && runsOn(lines[i - 1] as Line, line, gap)).length
}

/** Widely spaced lines that are no rows: many of them go on in the next one, and a sentence ends in one that goes on. */
function isRunning(lines: readonly Line[], size: number): boolean {
  const own = lines.filter((line, i) => i > 0 && runsOn(lines[i - 1] as Line, line, SPACED * size))
  return (
    own.length > 1 && 3 * own.length >= lines.length - 1 && own.some(({ text }) => SENTENCE_WITHIN.test(text))
  )
}

/** Two paragraphs may end side by side by chance. The text below a head counts too. */
const SHARED_LEAST = 2

/** True if the texts of one column all begin beside those of the other: these are cells of several lines. */
function beginTogether([left = [], right = []]: readonly (readonly Line[])[], headed: boolean): boolean {
  const beginnings = (lines: readonly Line[]) =>
    lines.slice(1).filter((line, i) => begins(lines[i] as Line, line))
  const [own, others] = [beginnings(left), beginnings(right)]
  const among = (some: readonly Line[]) => new Set(some.map(({ y }) => Math.round(y)))
  const [heights, other] = [among(own), among(others)]
  const shared = [...other].filter((y) => heights.has(y)).length
  return (
    shared > 0 &&
    shared + (headed ? 1 : 0) >= SHARED_LEAST &&
    (shared === heights.size || shared === other.size)
  )
}

function begins(before: Line, { text }: Line): boolean {
  return SENTENCE_END.test(before.text) || /^\s*["'“‘«(]?\p{Lu}/u.test(text)
}

function extentOf(lines: readonly Line[]) {
  return {
    left: lines.reduce((least, line) => Math.min(least, line.left), Infinity),
    right: lines.reduce((most, { right }) => Math.max(most, right), -Infinity),
  }
}

function widthOf(lines: readonly Line[]): number {
  const { left, right } = extentOf(lines)
  return right - left
}

function inColumn(lines: readonly Line[]): Line[] {
  const column = extentOf(lines)
  return lines.map((line) => ({ ...line, column }))
}

/** Most lines reach to the end of their column, and few have gaps. */
function isFull(lines: readonly Line[]): boolean {
  const width = widthOf(lines)
  const full = lines.filter(({ left, right }) => right - left > 0.65 * width).length
  const whole = lines.filter(
    ({ pieces: [mark, ...text] }) => text.length <= (isMark(mark?.text ?? '') ? 1 : 0),
  ).length
  return 2 * full >= lines.length && 5 * whole >= 4 * lines.length
}

function runsOn(before: Line, line: Line, gap: number): boolean {
  return before.y - line.y < gap && goesOn(before.text, line.text)
}

/** True if the lines of both columns stand in groups that begin on the same heights: these are rows. */
function hasRows([left = [], right = []]: readonly (readonly Line[])[]): boolean {
  const beginnings = (lines: readonly Line[]) => {
    const gaps = lines.slice(1).map(({ y }, i) => (lines[i] as Line).y - y)
    const least = gaps.reduce((most, gap) => (gap > 1 ? Math.min(most, gap) : most), Infinity)
    return lines.slice(1).filter((_, i) => (gaps[i] ?? 0) > 1.25 * least)
  }
  const own = new Set(beginnings(left).map(({ y }) => Math.round(y)))
  const shared = beginnings(right).filter(({ y }) => own.has(Math.round(y))).length
  return shared > 0 && 3 * (shared + 1) >= Math.max(left.length, right.length)
}
