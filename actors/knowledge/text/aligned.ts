import type { Table } from 'mdast'
import { note } from './document.ts'
import type { Plain } from './plain.ts'

/** A wide gap, or tabs, separate the columns of a table that is drawn with spaces. */
const GAP = /\s{2,}|\t+/u
const ROWS_LEAST = 3

/** A table drawn with spaces: lines that all have the same number of columns. Rules of dashes are no rows. */
export function alignedTable({ text, lineAt }: Pick<Plain, 'text' | 'lineAt'>): Table | undefined {
  if (!/\S(?:\t| {2,})\S/u.test(text)) return undefined
  const rows: { cells: readonly string[]; line: number }[] = []
  let at = 0
  for (const own of text.split('\n')) {
    const line = lineAt(at)
    at += own.length + 1
    if (!/[\p{L}\p{N}]/u.test(own)) continue
    rows.push({ cells: own.trim().split(GAP), line })
  }
  const columns = rows[0]?.cells.length ?? 0
  if (rows.length < ROWS_LEAST || columns < 2 || rows.some(({ cells }) => cells.length !== columns))
    return undefined
  const [head, ...below] = rows
  const words = head?.cells.every((cell) => !/\p{N}/u.test(cell)) === true
  const numbers = below.every(({ cells }) => cells.slice(1).some((cell) => /\p{N}/u.test(cell)))
  return {
    type: 'table',
    children: rows.map(({ cells, line }) => {
      const position = { start: { line, column: 1 }, end: { line, column: 1 } }
      return {
        type: 'tableRow',
        position,
        children: cells.map((value) => ({
          type: 'tableCell',
          children: [{ type: 'text', value, position }],
        })),
      }
    }),
    ...note({ headless: !(words && numbers) }),
  }
}
