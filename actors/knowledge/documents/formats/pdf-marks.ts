import { type Line, lineOfPieces, type Piece } from './pdf-lines.ts'

const BULLET = /^\s*[•‣◦▪▫■□●○◆◇➢➤✓✔▶»›–—*·\u2043\u2212\uf0a7\uf0b7\uf0d8-]\s*$/u
/** No value of a table is one of these. */
const DOT = /^\s*[•‣◦▪●■\uf0a7\uf0b7]\s*$/u
/** Word's second bullet is a letter of a typewriter's font. */
const LETTER_BULLET = /^\s*o\s*$/u
const NUMBER = /^\s*(?:\(?\d{1,3}[.)]|\(?\p{L}[.)]|\(?[ivx]{1,5}[.)])\s*$/u
/** "4.2", "4.2.1": of a clause. */
const CLAUSE = /^\s*\d{1,2}(?:\.\d{1,2}){1,4}\.?\s*$/u

/** The mark at the beginning of an item, with what parts it from the text. */
export const MARK =
  /^\s*(?:[•‣◦▪▫■□●○◆➢➤✓✔\u2043\uf0a7\uf0b7\uf0d8–-]|\(?\d{1,3}[.)]|\(\p{L}\)|\p{Ll}\)|\([ivx]{1,5}\)|[ivx]{1,5}\))\s+/u

/** A mark is at most this far from its text, in letters. */
const APART = 6
/** Rows of a table are at most this far apart, in letters. */
const ROW_GAP = 3.2
/** Marks below each other differ by less, in points. */
const ALIGNED = 3

/** True for a mark alone. */
export function isMark(text: string): boolean {
  return BULLET.test(text) || NUMBER.test(text)
}

/** True if rows of a table begin with a mark: an empty first cell says something, too. */
export function hasTicks(rows: readonly { readonly cells: readonly { readonly text: string }[] }[]): boolean {
  return rows.some(({ cells: [name] }) => name !== undefined && BULLET.test(name.text))
}

/** The lines of a page, where a mark that is drawn apart from its text stands in one piece with it. */
export function withMarks(lines: readonly Line[]): Line[] {
  const clauses = clausesOf(lines)
  const ticks = ticksOf(lines)
  let head: Line | undefined
  return lines.map((line) => {
    const [mark, text, ...others] = line.pieces
    if (mark === undefined || text === undefined || text.left - mark.right > APART * line.size) return line
    if (ticks.has(line)) return line
    const bullet = BULLET.test(mark.text) || (LETTER_BULLET.test(mark.text) && others.length === 0)
    // "• Monday   9 to 17": the bullet is no cell.
    if (DOT.test(mark.text) && others.length > 0) return lineOfPieces([text, ...others], line)
    if (others.length > 0 || !/\p{L}/u.test(text.text)) {
      head = line
      return line
    }
    const numbered = NUMBER.test(mark.text) || clauses.has(line)
    if (bullet || (numbered && !isBelow(head, mark, text, line))) return marked(line, mark, text)
    head = line
    return line
  })
}

/**
 * Lines whose mark is a cell, as a tick is: a head stands above it and another one above the text after it, and all lines between are
 * rows. A row without a tick begins in the second column.
 */
function ticksOf(lines: readonly Line[]): ReadonlySet<Line> {
  const found = new Set<Line>()
  let head: Line | undefined
  let bottom = 0
  for (const line of lines) {
    const [mark, text] = line.pieces
    const [first, second] = head?.pieces ?? []
    const near = bottom - line.y > 0 && bottom - line.y < ROW_GAP * line.size
    const below = near && first !== undefined && second !== undefined
    const ticked =
      below && mark !== undefined && text !== undefined && BULLET.test(mark.text) && first.right < text.left
    if (ticked && isOver(first, mark) && isOver(second, text)) found.add(line)
    else if (!below || mark === undefined || isOver(first, mark) || !isOver(second, mark))
      head = isHead(line) ? line : undefined
    bottom = line.y
  }
  return found
}

/** "WiFi   Room": names of columns. */
function isHead({ pieces: [first, second] }: Line): boolean {
  const named = first !== undefined && /\p{L}[^:：]*$/u.test(first.text) && !isMark(first.text)
  return named && second !== undefined && /\p{L}/u.test(second.text)
}

function isOver(head: Piece, piece: Piece): boolean {
  return head.left < piece.right && piece.left < head.right
}

/** A table whose first column has numbers has a head above them: "No.   Article". */
function isBelow(head: Line | undefined, mark: Piece, text: Piece, { y, size }: Line): boolean {
  const [first, second] = head?.pieces ?? []
  if (head === undefined || first === undefined || second === undefined) return false
  const near = head.y - y > 0 && head.y - y < 400 * Math.max(1, size / 10)
  const same = Math.abs(second.left - text.left) < ALIGNED
  return near && same && first.left < mark.right && mark.left < first.right
}

function marked(line: Line, mark: Piece, text: Piece): Line {
  const bullet = BULLET.test(mark.text) || LETTER_BULLET.test(mark.text)
  const whole = `${bullet ? '•' : mark.text.trim()} ${text.text.trim()}`
  return {
    ...line,
    text: whole,
    pieces: [{ ...text, text: whole, left: mark.left }],
    hang: text.left,
  }
}

/** Lines whose numbers go on as those of clauses do: "2.1", "2.2", "3", "3.1". Figures of a table don't. */
function clausesOf(lines: readonly Line[]): ReadonlySet<Line> {
  const own = lines.filter(
    ({ pieces: [mark, text, ...others] }) =>
      mark !== undefined && text !== undefined && others.length === 0 && CLAUSE.test(mark.text),
  )
  const numbers = own.map(({ pieces: [mark] }) =>
    (mark?.text ?? '').trim().replace(/\.$/u, '').split('.').map(Number),
  )
  const goesOn = numbers.slice(1).every((number, i) => isAfter(numbers[i] ?? [], number))
  const long = own.every(({ pieces: [, text] }) => (text?.text.trim().split(/\s+/u).length ?? 0) > 3)
  return new Set(goesOn && (own.length > 1 || long) ? own : [])
}

/** True if a clause may come directly after another: its next sister, its first part, or the first of a later section. */
function isAfter(before: readonly number[], own: readonly number[]): boolean {
  const at = own.findIndex((number, i) => number !== before[i])
  if (at < 0) return false
  if (at >= before.length) return own.length === at + 1 && own[at] === 1
  const rest = own.slice(at + 1)
  return (own[at] ?? 0) === (before[at] ?? 0) + 1 && rest.every((number) => number === 1)
}
