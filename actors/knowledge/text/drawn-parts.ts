import type { Table } from 'mdast'
import { drawnTables } from './drawn-tables.ts'
import type { Plain } from './plain.ts'

/** A text in its order: what is written, and the tables that it draws. */
export function drawnParts(plain: Plain): readonly (Plain | Table)[] {
  const lines = plain.text.split('\n')
  const starts: number[] = []
  let at = 0
  for (const line of lines) {
    starts.push(at)
    at += line.length + 1
  }
  const tables = drawnTables(lines, (line) => plain.lineAt(starts[line] ?? 0))
  if (tables.length === 0) return [plain]
  const found: (Plain | Table)[] = []
  let done = 0
  for (const { from, to, table } of tables) {
    if (from > done) found.push(slice(plain, starts[done] ?? 0, (starts[from] ?? 0) - 1))
    found.push(table)
    done = to
  }
  if (done < lines.length) found.push(slice(plain, starts[done] ?? 0, plain.text.length))
  return found
}

function slice(plain: Plain, from: number, to: number): Plain {
  return {
    text: plain.text.slice(from, to),
    breaks: plain.breaks.filter((one) => one >= from && one < to).map((one) => one - from),
    lineAt: (offset) => plain.lineAt(from + offset),
  }
}
