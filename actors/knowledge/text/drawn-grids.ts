import { type DrawnRow, type DrawnRows, joinedRows } from './drawn-rows.ts'

/** "+----+----+", "|----+----|", "----+----", ":--- | ---:". */
const RULE = /^\s*(?:[+|]?:?[-=]+:?(?:\s*[+|]\s*:?[-=]+:?)+[+|]?|[+|]:?[-=]+:?[+|])\s*$/u
const ROWS_LEAST = 3
/** Longer cells between bars are prose, or a pipeline of commands. */
const CELL_CHARS_MAX = 60

/** The table drawn with bars that begins on a line: rules part its head and rows, or each line is a row. */
export function gridAt(lines: readonly string[], at: number, end: number): DrawnRows | undefined {
  let to = at
  while (to < end && isBar(lines[to] as string)) to += 1
  if (to - at < 2) return undefined
  const parts = partsOf(lines, at, to)
  const rules = lines.slice(at, to).filter((line) => RULE.test(line))
  const rows = parts.flat()
  if (rows.length < 1 || rows.every(({ cells }) => cells.length < 2)) return undefined
  if (rules.length === 0) return isEven(rows) ? { from: at, to, headed: undefined, rows } : undefined
  // A rule of "=" stands below the head; then each part between rules is one row.
  const full = rules.some((rule) => rule.includes('='))
  const first = parts[0] as DrawnRow[]
  const body = parts.slice(1)
  // No line of prose above the table has its bars.
  if (first.every(({ cells }) => cells.length < 2)) return undefined
  const headed = body.length > 0
  return {
    from: at,
    to,
    headed: headed ? true : undefined,
    rows: headed
      ? [wholeOf(first), ...(full ? body.map(wholeOf) : body.flatMap((rows) => joinedRows(rows)))]
      : joinedRows(first),
  }
}

/** A rule, or a line with a bar. */
export function isBar(line: string): boolean {
  return RULE.test(line) || (/(?<!\\)\|/u.test(line) && !/^\s*(?:[-*+#>]|\p{N}+[.)])\s/u.test(line))
}

/** The rows between rules. */
function partsOf(lines: readonly string[], from: number, to: number): DrawnRow[][] {
  const parts: DrawnRow[][] = []
  let open: DrawnRow[] = []
  for (let i = from; i < to; i += 1) {
    const line = lines[i] as string
    if (RULE.test(line)) {
      if (open.length > 0) parts.push(open)
      open = []
    } else open.push({ cells: cellsOf(line), line: i })
  }
  if (open.length > 0) parts.push(open)
  return parts
}

function cellsOf(line: string): string[] {
  const own = line.trim()
  const inner = own.startsWith('|') ? own.replace(/^\||(?<!\\)\|$/gu, '') : own
  return inner.split(/(?<!\\)\|/u).map((cell) => cell.trim().replace(/\\\|/gu, '|'))
}

/** Lines with bars, but without a rule, are a table if they are alike. */
function isEven(rows: readonly DrawnRow[]): boolean {
  const columns = rows[0]?.cells.length ?? 0
  return (
    rows.length >= ROWS_LEAST &&
    rows.every(
      ({ cells }) => cells.length === columns && cells.every((cell) => cell.length <= CELL_CHARS_MAX),
    )
  )
}

/** Several lines as one row, cell by cell. */
function wholeOf(rows: readonly DrawnRow[]): DrawnRow {
  const [first] = rows
  const columns = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0)
  const cells = Array.from({ length: columns }, (_, i) =>
    rows
      .map((row) => row.cells[i] ?? '')
      .filter((cell) => cell !== '')
      .join(' '),
  )
  return { cells, line: first?.line ?? 0 }
}
