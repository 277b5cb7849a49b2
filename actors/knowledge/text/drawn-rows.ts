/** One row of a drawn table, and the number of its line in the text. */
export interface DrawnRow {
  cells: string[]
  readonly line: number
  /** The name of the rows below. */
  readonly group?: boolean
}

/** The rows of a drawn table. It begins on the line `from` and ends before `to`. */
export interface DrawnRows {
  readonly from: number
  readonly to: number
  /** Whether the first row names the columns; `undefined` where the drawing does not say. */
  readonly headed: boolean | undefined
  readonly rows: readonly DrawnRow[]
}

/** What a row begins with. */
interface Named {
  /** Empty where its first cell is. */
  readonly name: string
  /** True if it has nothing else. */
  readonly alone: boolean
  readonly line: number
}

/** "(long)   KS-HP 318", "with rice   12.50". */
const SMALL = /^[(\p{Ll}]/u

/**
 * The lines that the name alone on the line above goes on in: "Salmon", above "with rice   12.50". Only where all other names begin in
 * another way: "apple" is a row of "Fruit" where "pear" is one. At least as many rows have to show it.
 */
export function goingOn(rows: readonly Named[]): ReadonlySet<number> {
  const found = new Set<number>()
  let whole = 0
  for (const [i, { name, alone, line }] of rows.entries()) {
    const above = rows[i - 1]
    if (!SMALL.test(name)) whole += alone || name === '' ? 0 : 1
    else if (alone || above === undefined || !above.alone || above.name === '' || SMALL.test(above.name))
      return new Set()
    else found.add(line)
  }
  return whole < found.size ? new Set() : found
}

/** The same where the cells are known. */
export function goingOnCells(rows: readonly DrawnRow[]): ReadonlySet<number> {
  return goingOn(
    rows.map(({ cells: [name = '', ...others], line }) => ({
      name,
      alone: others.every((cell) => cell === ''),
      line,
    })),
  )
}

/**
 * Joins the lines of rows that go on below: those without a first cell and with one other or another one empty, or with words that go on in
 * small letters. So are those whose name goes on from a line that has nothing else, on the lines `on`. A row that is complete but for its
 * first cell has that of the row above.
 */
export function joinedRows(rows: readonly DrawnRow[], on = goingOnCells(rows)): DrawnRow[] {
  const found: DrawnRow[] = []
  for (const row of rows) {
    const above = found.at(-1)
    const [first = '', ...others] = row.cells
    if (above !== undefined && on.has(row.line))
      found[found.length - 1] = { ...above, cells: [`${above.cells[0] ?? ''} ${first}`, ...others] }
    else if (first !== '' || above === undefined) found.push({ ...row, cells: [...row.cells] })
    else if (
      others.length === 1 ||
      others.some((cell) => cell === '') ||
      others.every((cell) => /^\p{Ll}/u.test(cell))
    )
      above.cells = widest(above.cells, row.cells).map((_, i) =>
        [above.cells[i] ?? '', row.cells[i] ?? ''].filter((cell) => cell !== '').join(' '),
      )
    else found.push({ line: row.line, cells: [above.cells[0] ?? '', ...others] })
  }
  return found
}

function widest(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.length >= b.length ? a : b
}

const YEAR = /^(?:FY ?)?(?:1[89]|20)\p{N}{2}(?:[/–-]\p{N}{2,4})?$/u
/** "Q1", "Week 12", "Room 3". */
const COUNTED = /^(?:Q|H|\p{Lu}\p{L}+ ?)\p{N}{1,2}(?: \p{N}{4})?$/u

/** Several years, each another one: they name columns. */
export function isYears(cells: readonly string[]): boolean {
  return cells.length > 1 && new Set(cells).size === cells.length && cells.every((cell) => YEAR.test(cell))
}

/** The same with quarters or weeks. */
export function isCounted(cells: readonly string[]): boolean {
  return cells.length > 1 && new Set(cells).size === cells.length && cells.every((cell) => COUNTED.test(cell))
}
