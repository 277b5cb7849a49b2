import { cut, ITEM } from './drawn-columns.ts'
import { isBar } from './drawn-grids.ts'
import { type HeadedRows, headsOf, isValue } from './whole-heads.ts'

/** A wide gap. Two spaces after a full stop part sentences. */
const GAP = /(?<![.!?:]["'”’)]?) {2,}(?=\S)| {3,}/u
const RULE = /^\s*[-=_]{2,}(?:\s+[-=_]{2,})*\s*$/u
/** Longer lines and more columns were not drawn. */
const LINE_CHARS_MAX = 300
const COLUMNS_MAX = 20
const COLUMNS_LEAST = 3
/** Fewer blanks part words, not columns. */
const GAP_LEAST = 2
/** No cell goes on over more lines. */
const CELL_LINES_MAX = 12
/** Each try reads the whole block, which may have 100,000 lines. */
const TRIES_MOST = 3
/** Nothing is told by such a line, and it is no rule: it stands where the second line of a row was. */
const FILLER = '_   _'
const BETWEEN = '   '

/**
 * Writes the rows of tables drawn with spaces as whole rows: a name that is written once for several rows stands in each, and a head or a
 * cell of several lines stands in the first of them. Other lines stay as they are, and no line moves.
 */
export function withWholeRows(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => /^ {2,}\S/u.test(line))) return lines
  const found = [...lines]
  for (let from = 0, end = 0; from < found.length; from = end + 1) {
    end = from
    while (end < found.length && found[end]?.trim() !== '') end += 1
    let tries = 0
    for (let at = from; at < end && tries < TRIES_MOST; at += 1) {
      if (!isRow(found[at] as string)) continue
      tries += 1
      const written = wholeRows(found.slice(at, runEnd(found, at, end)))
      written?.forEach((line, i) => {
        found[at + i] = line
      })
      if (written !== undefined) at += written.length - 1
    }
  }
  return found
}

function isRow(line: string): boolean {
  if (line.length > LINE_CHARS_MAX || line.includes('\t') || ITEM.test(line) || isBar(line)) return false
  return RULE.test(line) ? false : GAP.test(line.trim())
}

/** The end of the rows below each other, with the rules and the single cells that stand between them. */
function runEnd(lines: readonly string[], at: number, end: number): number {
  let to = at + 1
  for (; to < end; to += 1) {
    const line = lines[to] as string
    if (line.length > LINE_CHARS_MAX) break
    if (!isRow(line) && !RULE.test(line) && !isCell(line)) break
  }
  return to
}

function isCell(line: string): boolean {
  return /^ {4,}\S/u.test(line) && !line.includes('\t') && !ITEM.test(line) && !isBar(line)
}

interface Row {
  readonly at: number
  cells: string[]
}

/** The lines as whole rows, if they are those of a table with names that are written once, or with cells of several lines. */
function wholeRows(lines: readonly string[]): string[] | undefined {
  const spans = SPANS.test(lines[0] as string)
  const starts = columnsOf(spans ? lines.slice(1) : lines)
  if (starts === undefined) return undefined
  const rows = lines.flatMap((line, at): Row[] => {
    if (RULE.test(line)) return []
    if (isSumLine(line)) return [{ at, cells: summedLine(line, starts) }]
    return [{ at, cells: spans && at === 0 ? spanned(line, starts) : cut(line, starts) }]
  })
  // A cell that holds a wide gap holds several columns.
  if (rows.some(({ cells }) => cells.some((cell) => GAP.test(cell)))) return undefined
  const rule = lines.findIndex((line) => RULE.test(line))
  const head = headsOf(
    rows.map(({ cells }) => cells),
    rule,
  )
  const body = bodyOf(rows.slice(head.count), head)
  const same = body?.changed === 0 && head.count < 2 && !lines.some(isSumLine)
  if (body === undefined || same) return undefined
  const own: Row[] = head.cells === undefined ? body.rows : [{ at: 0, cells: head.cells }, ...body.rows]
  return drawn(lines, own, head.count)
}

/** "---- Copper ----   ---- Brass ----", above the names of columns. */
const SPANS = /^\s*-{2,} ?\p{L}[^-]*-{2,}/u

/** Each column with the name that stands above it. */
function spanned(line: string, starts: readonly number[]): string[] {
  const names = [...line.matchAll(/-+ ?(\p{L}[^-]*?) ?-+/gu)]
  return starts.map((start, i) => {
    const end = starts[i + 1] ?? LINE_CHARS_MAX
    return names.find(({ index, 0: all }) => index < end && index + all.length > start)?.[1] ?? ''
  })
}

/** Where columns begin: as the rule below the head says, or where all lines are blank before. */
function columnsOf(lines: readonly string[]): number[] | undefined {
  const taken = new Uint8Array(LINE_CHARS_MAX + 1)
  const texts = lines.filter((line) => !RULE.test(line) && !isSumLine(line))
  const ruled = lines.find((line) => /[-=_]\s+[-=_]/u.test(line) && RULE.test(line))
  const marks = [...(ruled ?? '').matchAll(/[-=_]+/gu)].map(({ index }) => index)
  const kept = texts.every((line) => marks.slice(1).every((start) => /^\s?$/u.test(line.charAt(start - 1))))
  if (marks.length > 0 && kept) return isFew(marks) ? marks : undefined
  for (const text of texts) for (const { index } of text.matchAll(/\S/gu)) taken[index] = 1
  const first = taken.indexOf(1)
  const starts = [first]
  let blank = 0
  for (let column = first; column < taken.length; column += 1) {
    if (taken[column] === 0) blank += 1
    else {
      if (blank >= GAP_LEAST) starts.push(column)
      blank = 0
    }
  }
  return isFew(starts) ? starts : undefined
}

function isFew(starts: readonly number[]): boolean {
  return starts.length >= COLUMNS_LEAST && starts.length <= COLUMNS_MAX
}

/** Rows below the head, and how many lines became other ones; none if they are those of no table. */
function bodyOf(
  lines: readonly Row[],
  head: HeadedRows,
): { readonly rows: Row[]; readonly changed: number } | undefined {
  const rows: Row[] = []
  let changed = 0
  let named = 0
  for (const { at, cells } of lines) {
    const above = rows.at(-1)
    if (cells[0] !== '') {
      if (cells.filter((cell) => cell !== '').length < 2) return undefined
      named += 1
      rows.push({ at, cells })
      continue
    }
    // A corner without a name is that of a head.
    if (above === undefined) return undefined
    changed += 1
    if (isSum(cells)) rows.push({ at, cells: summed(cells) })
    else if (isRepeated(cells, above.cells)) rows.push({ at, cells: namedAs(cells, above.cells) })
    else if (goesOn(cells, above.cells) && at - above.at < CELL_LINES_MAX)
      above.cells = above.cells.map((cell, i) => joined(cell, cells[i]))
    else return undefined
  }
  return named < (head.count > 0 ? 1 : 2) ? undefined : { rows, changed }
}

/** "                Total    22.50". */
const SUM =
  /^(?:(?:sub-?|grand )?total|sum|vat|tax|balance|net|gross|amount|discount|carriage|postage)\b|:$/iu

/** A sum stands below the prices, wherever its name begins. */
function isSumLine(line: string): boolean {
  const [name = '', value, more] = line.trim().split(GAP)
  return more === undefined && value !== undefined && isCell(line) && SUM.test(name) && isValue(value)
}

function summedLine(line: string, starts: readonly number[]): string[] {
  const [name = '', value = ''] = line.trim().split(GAP)
  return starts.map((_, i) => (i === 0 ? name.replace(/:$/u, '') : i === starts.length - 1 ? value : ''))
}

function isSum(cells: readonly string[]): boolean {
  return SUM.test(cells.find((cell) => cell !== '') ?? '')
}

function summed(cells: readonly string[]): string[] {
  const at = cells.findIndex((cell) => cell !== '')
  return cells.map((cell, i) => (i === 0 ? (cells[at] ?? '').replace(/:$/u, '') : i === at ? '' : cell))
}

/** A row without its name: complete, or with a value below a value, and none of its words go on from those above. */
function isRepeated(cells: readonly string[], above: readonly string[]): boolean {
  const own = cells.slice(cells.findIndex((cell) => cell !== ''))
  if (own.filter((cell) => cell !== '').length < 2) return false
  if (cells.some((cell, i) => isValue(cell) && isValue(above[i] ?? ''))) return true
  return own.every((cell) => cell !== '') && !cells.some((cell, i) => isContinued(cell, above[i] ?? ''))
}

function isContinued(cell: string, above: string): boolean {
  if (cell === '' || above === '') return false
  return /[,;–-]$/u.test(above) || (/^\p{Ll}/u.test(cell) && /^\p{Lu}/u.test(above))
}

/** With the names of the row above. */
function namedAs(cells: readonly string[], above: readonly string[]): string[] {
  const first = cells.findIndex((cell) => cell !== '')
  return cells.map((cell, i) => (i < first ? (above[i] ?? '') : cell))
}

/** Words below words. A value below a value is a sum, or belongs to nothing. */
function goesOn(cells: readonly string[], above: readonly string[]): boolean {
  return cells.every((cell, i) => cell === '' || (above[i] !== '' && !isValue(cell)))
}

function joined(a: string, b = ''): string {
  return b === '' ? a : `${a} ${b}`
}

/** The table with columns as wide as its cells. */
function drawn(lines: readonly string[], rows: readonly Row[], heads: number): string[] {
  const widths = (rows[0]?.cells ?? []).map((_, i) =>
    rows.reduce((most, { cells }) => Math.max(most, (cells[i] ?? '').length), 0),
  )
  const found: string[] = lines.map((line) => (RULE.test(line) ? '-----' : FILLER))
  if (heads > 1) found[1] = '-----'
  for (const { at, cells } of rows)
    found[at] = cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(BETWEEN)
      .trimEnd()
  return found
}
