import type { Row } from './sheet.ts'

/** More lines above a table are no titles. */
const TITLES_MAX = 6

/**
 * The parts of a block that has the same table for each of several people or rooms: the head stands again above each, and the line above
 * it names the next ("Bob Reh"). What stands above all of them stands above each part; a head that repeats without a name is left out.
 */
export function withoutRepeats(rows: readonly Row[]): (readonly Row[])[] {
  const top = rows.findIndex(({ cells }) => cells.length > 1)
  const head = rows[top]
  if (head === undefined || head.cells.some(({ number }) => number)) return [rows]
  const key = keyOf(head)
  const again = new Set(rows.flatMap((row, i) => (i > top && keyOf(row) === key ? [i] : [])))
  if (again.size === 0) return [rows]
  // The lines above a head that stands again are the name of its rows, and as many above the first head are that of the first.
  const names = linesAbove(rows, [...again][0] ?? top)
  const shared = top > TITLES_MAX ? [] : rows.slice(0, Math.max(0, top - Math.max(1, names)))
  const parts: Row[][] = [[]]
  let from = 0
  for (const at of [...again].sort((a, b) => a - b)) {
    const lines = linesAbove(rows, at)
    parts.at(-1)?.push(...rows.slice(from, at - lines))
    if (lines > 0) parts.push([...shared, ...rows.slice(at - lines, at), head])
    from = at + 1
  }
  parts.at(-1)?.push(...rows.slice(from))
  return parts.filter((part) => part.length > 0)
}

/** How many lines of one cell stand directly above a row. */
function linesAbove(rows: readonly Row[], at: number): number {
  let lines = 0
  while (rows[at - lines - 1]?.cells.length === 1) lines += 1
  return lines
}

function keyOf({ cells }: Row): string {
  return cells.length < 2 ? '' : cells.map(({ column, text }) => `${column} ${text}`).join('\n')
}

/** The parts of a block in which tables stand below each other without an empty row: a bold head goes over columns that the one above lacks. */
export function atOtherHeads(rows: readonly Row[]): (readonly Row[])[] {
  const top = rows.findIndex(({ cells }) => cells.length > 1)
  const head = rows[top]
  if (head === undefined || !isHead(head)) return [rows]
  const parts: Row[][] = [[]]
  let right = 0
  rows.forEach((row, i) => {
    const next = rows[i + 1]
    const begins = i > top + 1 && isHead(row) && lastOf(row) > right && next !== undefined
    if (begins && next.cells.length > 1 && !isHead(next)) parts.push([])
    right = Math.max(right, lastOf(row))
    parts.at(-1)?.push(row)
  })
  return parts
}

function isHead({ cells }: Row): boolean {
  return cells.length > 1 && cells.every(({ strong, number }) => strong && !number)
}

function lastOf({ cells }: Row): number {
  return cells.at(-1)?.column ?? 0
}
