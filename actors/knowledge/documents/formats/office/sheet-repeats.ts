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
  // The last line above the first head is the name of its rows alone.
  const shared = top > TITLES_MAX ? [] : rows.slice(0, Math.max(0, top - 1))
  const parts: Row[][] = [[]]
  rows.forEach((row, i) => {
    if (again.has(i + 1) && i > top && row.cells.length === 1) parts.push([...shared, row, head])
    else if (!again.has(i)) parts.at(-1)?.push(row)
  })
  return parts.filter((part) => part.length > 0)
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
