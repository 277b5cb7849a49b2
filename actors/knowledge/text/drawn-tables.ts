import type { Table } from 'mdast'
import { note } from './document.ts'
import { alignedAt, isRow, ruledAt } from './drawn-columns.ts'
import { gridAt, isBar } from './drawn-grids.ts'
import { groupAbove } from './drawn-groups.ts'
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
      const free = i > from && i > (found.at(-1)?.to ?? 0)
      found.push(tableOf(withGroupAbove(drawn, free ? plain[i - 1] : undefined), lineAt))
      i = drawn.to - 1
      tries = 0
    }
  }
  return found
}

/** "Name:   Kari Moe" above "Role:   Chair": lines of one record, not rows of their own. */
function isForm({ rows }: DrawnRows): boolean {
  return rows.every(
    ({ cells, group }) =>
      group !== true && cells.length === 2 && /^\p{Lu}[^:]{0,30}:$/u.test(cells[0] as string),
  )
}

/** The name above the first row is that of a group too. Rows below a head stand below its columns. */
function withGroupAbove(drawn: DrawnRows, above: string | undefined): DrawnRows {
  const name = groupAbove(above, drawn.rows)
  if (name === undefined) return drawn
  const { rows, from } = drawn
  const headed = drawn.headed ?? looksHeaded(rows)
  const heads = headed ? 1 : 0
  const first: DrawnRow = { cells: [name], line: from - 1, group: true }
  return { ...drawn, headed, from: from - 1, rows: [...rows.slice(0, heads), first, ...rows.slice(heads)] }
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
  const columns = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0)
  const children = rows.map(({ cells, line, group }) => {
    const at = { line: lineAt(line), column: 1 }
    const position = { start: at, end: at }
    return {
      type: 'tableRow' as const,
      position,
      children: (group === true ? across(cells, columns) : cells).map((value, i) => ({
        type: 'tableCell' as const,
        children: value === '' && group === true ? [] : [{ type: 'text' as const, value, position }],
        ...(i === 0 && group === true ? note({ columns }) : {}),
      })),
    }
  })
  const headless = !(headed ?? looksHeaded(rows))
  return { from, to, table: { type: 'table', children, ...note({ headless }) } }
}

function across(cells: readonly string[], columns: number): string[] {
  return Array.from({ length: columns }, (_, i) => cells[i] ?? '')
}

/** No drawing says so, but the first row has words or years where those below have figures, or is all in capitals. */
function looksHeaded(rows: readonly DrawnRow[]): boolean {
  const [head, ...below] = rows.filter(({ group }) => group !== true)
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
