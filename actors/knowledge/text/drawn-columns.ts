import { groupLines, type Line, withGroups } from './drawn-groups.ts'
import { type DrawnRow, type DrawnRows, goingOn, isYears, joinedRows } from './drawn-rows.ts'
import { indent } from './indent.ts'

/** "-----  -------". */
const RULE = /^\s*[-=]{2,}(?:\s+[-=]{2,})+\s*$/u
/** A rule below all columns, or above their sums. */
const WHOLE_RULE = /^\s*[-=_]{3,}\s*$/u
/** A wide gap, or tabs. Two spaces after a full stop part sentences. */
const GAP = /(?<![.!?:]["'”’)]?) {2,}(?=\S)| {3,}|\t+/u
export const ITEM = /^\s*(?:[-*+#>]|\p{N}+[.)])\s/u
const ROWS_LEAST = 3
/** A line with fewer characters between columns was not drawn. */
const GAP_LEAST = 2
/** A name that goes on is indented less: what stands further in belongs to another column. */
const NAME_INDENT = 4

/** Columns that a rule of dashes marks, below their names. */
export function ruledAt(lines: readonly string[], at: number, end: number): DrawnRows | undefined {
  const rule = RULE.test(lines[at] as string) ? at : at + 1
  if (rule >= end || !RULE.test(lines[rule] as string)) return undefined
  const starts = [...(lines[rule] as string).matchAll(/[-=]+/gu)].map(({ index }) => index)
  const rows: DrawnRow[] = []
  for (let i = at; i < end; i += 1) {
    const line = lines[i] as string
    if (RULE.test(line) || WHOLE_RULE.test(line)) continue
    // A note below the table has words where columns part.
    if (i > rule && !keeps(line, starts)) return done(at, i, rows)
    rows.push({ cells: cut(line, starts), line: i })
  }
  return done(at, end, rows)
}

function done(from: number, to: number, rows: readonly DrawnRow[]): DrawnRows | undefined {
  const [head, ...body] = rows
  if (head === undefined || body.length === 0) return undefined
  return { from, to, headed: true, rows: [head, ...joinedRows(body)] }
}

function keeps(line: string, starts: readonly number[]): boolean {
  return starts.slice(1).every((start) => /^\s?$/u.test(line.charAt(start - 1)))
}

export function cut(line: string, starts: readonly number[]): string[] {
  return starts.map((start, i) => line.slice(i === 0 ? 0 : start, starts[i + 1]).trim())
}

/** Columns that are drawn with spaces or tabs alone, to the end of a block. */
export function alignedAt(lines: readonly string[], at: number, end: number): DrawnRows | undefined {
  if (isTitle(lines, at, end)) return undefined
  const to = lastRule(lines, at, end)
  const all = lines
    .slice(at, to)
    .map((text, i) => ({ text, line: at + i }))
    .filter(({ text }) => /[\p{L}\p{N}]/u.test(text))
  if (all.length < leastRows(all) || all.some(({ text }) => ITEM.test(text))) return undefined
  const on = goingOnLines(all)
  const groups = groupLines(all, lines[at - 1], on)
  const names = new Set(groups)
  const grouped =
    groups.length === 0
      ? undefined
      : rowsOf(
          all.filter((line) => !names.has(line)),
          on,
        )
  const { rows, cornered } = grouped ?? rowsOf(all, on) ?? {}
  if (rows === undefined) return undefined
  const ruled = WHOLE_RULE.test(lines[at + 1] as string)
  const headed = ruled && isRowBetween(lines, at) ? false : cornered === true || ruled ? true : undefined
  return { from: at, to, headed, rows: grouped === undefined ? rows : withGroups(rows, groups) }
}

function rowsOf(
  own: readonly Line[],
  on: ReadonlySet<number>,
): { readonly rows: DrawnRow[]; readonly cornered: boolean } | undefined {
  if (own.length < leastRows(own)) return undefined
  const cornered = isCornered(own)
  const rows = (cornered ? undefined : byGaps(own)) ?? byColumns(own, cornered, on)
  return rows && { rows, cornered }
}

/**
 * "POOL CARS      as of 1 May", above the rule that the heads stand below: it names no columns. A row with figures between two rules is
 * no head, nor one with more cells than the row below.
 */
function isTitle(lines: readonly string[], at: number, end: number): boolean {
  const [title = '', rule = '', heads = '', other = '', row = ''] = lines.slice(at, Math.min(at + 5, end))
  const cells = cellCount(heads)
  return (
    WHOLE_RULE.test(rule) &&
    WHOLE_RULE.test(other) &&
    isRow(heads) &&
    !/\p{N}/u.test(heads) &&
    cellCount(title) < cells &&
    cellCount(row) === cells
  )
}

/** A row with figures alone in a cell, below a rule under heads: "Web design   10 h   900.00". */
function isRowBetween(lines: readonly string[], at: number): boolean {
  if (at < 2 || !WHOLE_RULE.test(lines[at - 1] as string) || !isRow(lines[at - 2] as string)) return false
  const cells = (lines[at] as string).trim().split(GAP).slice(1)
  return !isYears(cells) && cells.some((cell) => /^\P{L}*\p{N}\P{L}*$/u.test(cell))
}

/** The rule below a table, if what comes next is no row of it: a note. */
function lastRule(lines: readonly string[], at: number, end: number): number {
  for (let i = at + ROWS_LEAST; i < end; i += 1)
    if (WHOLE_RULE.test(lines[i] as string) && !(i + 1 < end && isRow(lines[i + 1] as string))) return i + 1
  return end
}

/** A line with a wide gap. */
export function isRow(line: string): boolean {
  return GAP.test(line.trim()) && !ITEM.test(line)
}

/** "                2023     2024", above rows: the corner of the table is empty. */
function isCornered([head, ...rows]: readonly Line[]): boolean {
  const cells = head === undefined ? 0 : cellCount(head.text)
  return (
    head !== undefined &&
    cells > 1 &&
    rows.every(({ text }) => indent(text) < indent(head.text) - GAP_LEAST && cellCount(text) <= cells + 1) &&
    rows.some(({ text }) => cellCount(text) === cells + 1)
  )
}

function cellCount(line: string): number {
  return line.trim().split(GAP).length
}

/** Heads that say so make a table of a single row below. */
function leastRows(own: readonly Line[]): number {
  const [head, row, ...others] = own
  if (head === undefined || row === undefined || others.length > 0) return ROWS_LEAST
  const cells = head.text.trim().split(GAP)
  const values = row.text.trim().split(GAP).slice(1)
  const named = isCornered(own) || (cells.length > 2 && isYears(cells.slice(1)))
  return named && values.every((value) => /^\P{L}*\p{N}\P{L}*$/u.test(value)) ? 2 : ROWS_LEAST
}

/** Lines with equally many wide gaps. */
function byGaps(own: readonly Line[]): DrawnRow[] | undefined {
  const rows = own.map(({ text, line }) => ({ cells: text.trim().split(GAP), line }))
  const columns = rows[0]?.cells.length ?? 0
  return columns < 2 || rows.some(({ cells }) => cells.length !== columns) ? undefined : rows
}

/** Lines that are all blank at the same places: some of their cells may be empty. */
function byColumns(own: readonly Line[], cornered: boolean, on: ReadonlySet<number>): DrawnRow[] | undefined {
  if (own.some(({ text }) => text.includes('\t'))) return undefined
  const width = own.reduce((most, { text }) => Math.max(most, text.length), 0)
  const left = own.reduce((least, { text }) => Math.min(least, text.length - text.trimStart().length), width)
  const taken = new Uint8Array(width)
  // A name that goes on below may reach into the next column.
  const lone = new Set(own.filter((_, i) => on.has(own[i + 1]?.line ?? -1)))
  for (const one of own)
    if (!lone.has(one)) for (const { index } of one.text.matchAll(/\S/gu)) taken[index] = 1
  const starts = [left]
  let blank = 0
  for (let column = left; column < width; column += 1) {
    if (taken[column] === 0) blank += 1
    else {
      if (blank >= GAP_LEAST) starts.push(column)
      blank = 0
    }
  }
  if (starts.length < 2) return undefined
  const rows = own.map((one) => ({
    cells: lone.has(one) ? starts.map((_, i) => (i === 0 ? one.text.trim() : '')) : cut(one.text, starts),
    line: one.line,
  }))
  const filled = rows.filter(({ cells }) => cells[0] !== '' && cells.filter((cell) => cell !== '').length > 1)
  if (cornered && rows[0]?.cells[0] === '' && filled.length === rows.length - 1) return joinedRows(rows, on)
  return filled.length < ROWS_LEAST || 3 * filled.length < 2 * rows.length ? undefined : joinedRows(rows, on)
}

/** The lines that begin in the name alone above: "(long)   HP 318", below "Mercedes Sprinter". */
function goingOnLines(lines: readonly Line[]): ReadonlySet<number> {
  const left = lines.reduce((least, { text }) => Math.min(least, indent(text)), Number.POSITIVE_INFINITY)
  return goingOn(
    lines.map(({ text, line }) => ({
      name: indent(text) < left + NAME_INDENT ? text.trim() : '',
      alone: !isRow(text),
      line,
    })),
  )
}
