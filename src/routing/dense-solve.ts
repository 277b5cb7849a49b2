/**
 * Solves M·x = b by Gaussian elimination with partial pivoting; `b` becomes x, `matrix` (n × n, row by row) is overwritten.
 *
 * @returns false if M is singular
 */
export function solveInPlace(matrix: Float64Array, b: Float64Array): boolean {
  const n = b.length
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(matrix[row * n + column] as number) > Math.abs(matrix[pivot * n + column] as number)) {
        pivot = row
      }
    }
    const head = matrix[pivot * n + column] as number
    if (head === 0 || !Number.isFinite(head)) return false
    if (pivot !== column) swapRows(matrix, b, pivot, column)
    for (let row = column + 1; row < n; row++) {
      const factor = (matrix[row * n + column] as number) / head
      if (factor === 0) continue
      for (let at = column; at < n; at++) {
        matrix[row * n + at] = (matrix[row * n + at] as number) - factor * (matrix[column * n + at] as number)
      }
      b[row] = (b[row] as number) - factor * (b[column] as number)
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = b[row] as number
    for (let at = row + 1; at < n; at++) sum -= (matrix[row * n + at] as number) * (b[at] as number)
    b[row] = sum / (matrix[row * n + row] as number)
  }
  return b.every(Number.isFinite)
}

function swapRows(matrix: Float64Array, b: Float64Array, one: number, other: number): void {
  const n = b.length
  for (let at = 0; at < n; at++) {
    const kept = matrix[one * n + at] as number
    matrix[one * n + at] = matrix[other * n + at] as number
    matrix[other * n + at] = kept
  }
  const kept = b[one] as number
  b[one] = b[other] as number
  b[other] = kept
}
