/** A workbook with more cells is a database. The rest is not read, and a notice says so. */
export const CELLS_MAX = 1_000_000

/** What programs call a sheet that nobody has named. */
const UNNAMED =
  /^(?:sheet|tabelle|feuil(?:le)?|hoja|foglio|planilha|blad|ark|arkusz|лист|シート|工作表|시트)\s*\d*$/iu

export function isUnnamed(sheet: string): boolean {
  return UNNAMED.test(sheet)
}

/** A cell that shows something. */
export interface Cell {
  /** From 1. */
  readonly column: number
  readonly text: string
  readonly number: boolean
  readonly strong: boolean
}

/** A row with its cells that show something, in the order of their columns. */
export interface Row {
  /** From 1. */
  readonly line: number
  readonly cells: readonly Cell[]
}

/** A cell that goes over several columns or rows. */
export interface Span {
  readonly line: number
  readonly column: number
  readonly rows: number
  readonly columns: number
}

/** The last row of a head, as its program marks it. */
export interface Head {
  readonly line: number
  readonly left: number
  readonly right: number
}

/** What a sheet of a workbook shows. */
export interface Sheet {
  readonly rows: readonly Row[]
  readonly spans: readonly Span[]
  readonly heads: readonly Head[]
  /** Columns that only part others. */
  readonly narrow: ReadonlySet<number>
}

/** A sheet with more tables beside each other is no table, but a drawing. */
const BESIDE_MAX = 8
const DEPTH_MAX = 4

/** The blocks of a sheet, parted by empty rows and columns: tables with what stands above and below them. */
export function blocksOf(rows: readonly Row[], narrow: ReadonlySet<number>, depth = 0): (readonly Row[])[] {
  return bandsOf(rows).flatMap((band) => {
    const beside = besideOf(band, narrow)
    if (beside.length < 2 || depth >= DEPTH_MAX) return [band]
    return beside.flatMap((part) => blocksOf(part, narrow, depth + 1))
  })
}

/** Rows below each other; an empty row inside a table parts nothing. */
function bandsOf(rows: readonly Row[]): Row[][] {
  const runs: Row[][] = []
  let line = 0
  for (const row of rows) {
    if (row.line > line + 1 || runs.length === 0) runs.push([])
    runs.at(-1)?.push(row)
    line = row.line
  }
  const bands: Row[][] = []
  for (const run of runs) {
    const band = bands.at(-1)
    if (band === undefined || !goesOn(band, run)) bands.push(run)
    else for (const row of run) band.push(row)
  }
  return bands
}

/** Whether rows below an empty one belong to those above it: to what stands above a table, or to a table whose columns they share. */
function goesOn(above: readonly Row[], below: readonly Row[]): boolean {
  const near = above.slice(-NEAR)
  const rows = near.filter(({ cells }) => cells.length > 1)
  const last = rows.at(-1)
  const first = below.find(({ cells }) => cells.length > 1)
  if (last === undefined) return first !== undefined || (above.length === 1 && below.length === 1)
  if (first === undefined) return false
  const [left, right] = edgesOf(first)
  const edges = rows.map(edgesOf)
  const leftAbove = Math.min(...edges.map(([own]) => own))
  const rightAbove = Math.max(...edges.map(([, own]) => own))
  if (left < leftAbove || right > rightAbove || isStronger(first, last)) return false
  // A head may stand apart from its rows.
  if (isAllText(last) && !isAllText(first) && rows.length === 1 && near.length === above.length) return true
  const own = new Map(last.cells.map((cell) => [cell.column, cell]))
  const known = first.cells.flatMap((cell) => {
    const over = own.get(cell.column)
    return over === undefined ? [] : [{ cell, over }]
  })
  if (known.some(({ cell, over }) => cell.number !== over.number)) return false
  return known.some(({ cell }) => cell.number) || (left === leftAbove && right === rightAbove)
}

/** Rows of a table that tell what its rows are like. */
const NEAR = 20

function isAllText({ cells }: Row): boolean {
  return !cells.some(({ number }) => number)
}

/** A head stands out from the rows of a table. */
function isStronger(row: Row, than: Row): boolean {
  return row.cells.every(({ strong }) => strong) && !than.cells.every(({ strong }) => strong)
}

/** Parts beside each other, with empty columns between them, each of which is a table by itself. */
function besideOf(rows: readonly Row[], narrow: ReadonlySet<number>): Row[][] {
  const used = [...new Set(rows.flatMap(({ cells }) => cells.map(({ column }) => column)))].sort(
    (a, b) => a - b,
  )
  const starts = used.filter((column, i) => {
    const before = used[i - 1]
    if (before === undefined || column === before + 1) return before === undefined
    return column > before + 2 || !narrow.has(column - 1)
  })
  if (starts.length < 2 || starts.length > BESIDE_MAX) return []
  const parts: Row[][] = []
  starts.forEach((start, i) => {
    const part = between(rows, start, starts[i + 1] ?? Number.POSITIVE_INFINITY)
    const last = parts.at(-1)
    if (last === undefined || (isTable(last) && isTable(part))) parts.push(part)
    else
      parts[parts.length - 1] = between(
        rows,
        last[0]?.cells[0]?.column ?? 1,
        starts[i + 1] ?? Number.POSITIVE_INFINITY,
      )
  })
  return parts
}

/** Its rows have names of their own. */
function isTable(rows: readonly Row[]): boolean {
  const several = rows.filter(({ cells }) => cells.length > 1)
  const names = several.filter(({ cells: [first] }) => first?.number === false)
  return several.length > 1 && 2 * names.length > several.length
}

function between(rows: readonly Row[], from: number, to: number): Row[] {
  return rows.flatMap(({ line, cells }) => {
    const own = cells.filter(({ column }) => column >= from && column < to)
    return own.length === 0 ? [] : [{ line, cells: own }]
  })
}

/** Its first and last column. */
function edgesOf({ cells }: Row): readonly [number, number] {
  return [cells[0]?.column ?? 0, cells.at(-1)?.column ?? 0]
}
