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

/** "(long)   KS-HP 318", "with rice   12.50": what goes on is no row of a group. */
export const GOES_ON = /^\s*[(\p{Ll}]/u

/**
 * Joins the lines of rows that go on below: those without a first cell and with one other or another one empty, or with words that go on in
 * small letters. So are those whose name goes on from a line that has nothing else: "Salmon", above "with rice   12.50". A row that is complete but
 * for its first cell has that of the row above.
 */
export function joinedRows(rows: readonly DrawnRow[]): DrawnRow[] {
  const found: DrawnRow[] = []
  for (const row of rows) {
    const above = found.at(-1)
    const [first = '', ...others] = row.cells
    if (above !== undefined && GOES_ON.test(first) && isLone(above))
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

/** A row with its first cell alone. */
function isLone({ cells: [first = '', ...others] }: DrawnRow): boolean {
  return first !== '' && others.length > 0 && others.every((cell) => cell === '')
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
