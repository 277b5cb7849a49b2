import type { Table } from 'mdast'
import { note } from './document.ts'
import { alignedAt, isRow, ruledAt } from './drawn-columns.ts'
import { gridAt, isBar } from './drawn-grids.ts'
import { type DrawnRow, type DrawnRows, isCounted, isYears } from './drawn-rows.ts'
import { withWholeRows } from './whole-rows.ts'

/** A table with its place among the lines of a text. */
export interface Drawn extends Pick<DrawnRows, 'from' | 'to'> {
  readonly table: Table
}

const BOXES: readonly (readonly [RegExp, string])[] = [
  [/[│┃║]/gu, '|'],
  [/[─━╌]/gu, '-'],
  [/═/gu, '='],
  [/[┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╭╮╰╯┏┳┓┣╋┫┗┻┛╞╪╡╟╫╢╤╧╥╨┡╇┩╒╕╘╛]/gu, '+'],
]
const DRAWN = /[|│┃║]|\S(?:\t| {2,})\S|[-=]{2}[ \t]+[-=]{2}/u

/**
 * The tables that a text draws with characters: with `|`, `+` and `-` or boxes, as programs print them, with rules of dashes above
 * columns, or with spaces alone.
 *
 * @param lineAt the line of the file for a line of the text.
 */
export function drawnTables(lines: readonly string[], lineAt: (line: number) => number): Drawn[] {
  if (!lines.some((line) => DRAWN.test(line))) return []
  const plain = withWholeRows(lines).map((line) =>
    /[\u2500-\u257f]/u.test(line) ? BOXES.reduce((text, [box, mark]) => text.replace(box, mark), line) : line,
  )
  const found: Drawn[] = []
  for (let from = 0, end = 0; from < plain.length; from = end + 1) {
    end = blockEnd(plain, from)
    let tries = 0
    for (let i = from; i < end; i += 1) {
      let drawn = ruledAt(plain, i, end)
      const line = plain[i] as string
      if (drawn === undefined && tries < TRIES_MOST && (isBar(line) || isRow(line))) {
        tries += 1
        drawn = gridAt(plain, i, end) ?? alignedAt(plain, i, end)
      }
      if (drawn === undefined || isForm(drawn)) continue
      found.push(tableOf(drawn, lineAt))
      i = drawn.to - 1
      tries = 0
    }
  }
  return found
}

/** "Name:   Kari Moe" above "Role:   Chair": lines of one record, not rows of their own. */
function isForm({ rows }: DrawnRows): boolean {
  return rows.every(({ cells }) => cells.length === 2 && /^\p{Lu}[^:]{0,30}:$/u.test(cells[0] as string))
}

/** Each try reads the whole block, which may have 100,000 lines. */
const TRIES_MOST = 3

/** The next blank line. */
function blockEnd(lines: readonly string[], from: number): number {
  let end = from
  while (end < lines.length && lines[end]?.trim() !== '') end += 1
  return end
}

function tableOf({ from, to, headed, rows }: DrawnRows, lineAt: (line: number) => number): Drawn {
  const children = rows.map(({ cells, line }) => {
    const at = { line: lineAt(line), column: 1 }
    const position = { start: at, end: at }
    return {
      type: 'tableRow' as const,
      position,
      children: cells.map((value) => ({
        type: 'tableCell' as const,
        children: [{ type: 'text' as const, value, position }],
      })),
    }
  })
  const headless = !(headed ?? looksHeaded(rows))
  return { from, to, table: { type: 'table', children, ...note({ headless }) } }
}

/** No drawing says so, but the first row has words or years where those below have figures, or is all in capitals. */
function looksHeaded([head, ...below]: readonly DrawnRow[]): boolean {
  if (head === undefined) return false
  const values = head.cells.slice(1)
  for (const counts of [isYears, isCounted])
    if (counts(values) && !below.some(({ cells }) => counts(cells.slice(1)))) return below.every(hasFigures)
  if (head.cells.some((cell) => /\p{N}/u.test(cell))) return false
  const named = head.cells.filter((cell) => cell !== '')
  if (named.length > 1 && named.every((cell) => /\p{Lu}/u.test(cell) && !/\p{Ll}/u.test(cell))) return true
  return below.every(hasFigures)
}

function hasFigures({ cells }: DrawnRow): boolean {
  return cells.slice(1).some((cell) => /\p{N}/u.test(cell))
}
