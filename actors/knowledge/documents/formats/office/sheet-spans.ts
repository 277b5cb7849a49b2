import type { Row, Span } from './sheet.ts'

/** Over how many rows and columns of a table a cell goes. */
export interface Extent {
  readonly rows: number
  readonly columns: number
}

/** The cells that go over several rows and columns of the table, by how many of these. Those over each other are not true. */
export function extentsOf(
  rows: readonly Row[],
  columns: readonly number[],
  spans: readonly Span[],
): ReadonlyMap<number, Extent> {
  const lines = rows.map(({ line }) => line)
  const found = new Map<number, Extent>()
  let left = lines.length * columns.length
  for (const { line, column, ...size } of spans) {
    const extent = {
      rows: countFrom(lines, line, line + size.rows),
      columns: countFrom(columns, column, column + size.columns),
    }
    left -= extent.rows * extent.columns
    if (left < 0) return found
    if (extent.rows > 0 && extent.columns > 0) found.set(cellKey(line, column), extent)
  }
  return found
}

/** How many of the ascending numbers are in a range. */
function countFrom(numbers: readonly number[], from: number, to: number): number {
  return before(numbers, to) - before(numbers, from)
}

function before(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** One number for the place of a cell. */
export function cellKey(line: number, column: number): number {
  return line * 100_000 + column
}
