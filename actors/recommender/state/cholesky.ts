/**
 * Solves M·x = b for a symmetric positive definite M (n × n, row by row), in place: M becomes its factor, b becomes x.
 */
export function solve(m: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = m[i * n + j] as number
      for (let k = 0; k < j; k++) sum -= (m[i * n + k] as number) * (m[j * n + k] as number)
      m[i * n + j] = i === j ? Math.sqrt(sum) : sum / (m[j * n + j] as number)
    }
  }
  for (let i = 0; i < n; i++) {
    let sum = b[i] as number
    for (let k = 0; k < i; k++) sum -= (m[i * n + k] as number) * (b[k] as number)
    b[i] = sum / (m[i * n + i] as number)
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] as number
    for (let k = i + 1; k < n; k++) sum -= (m[k * n + i] as number) * (b[k] as number)
    b[i] = sum / (m[i * n + i] as number)
  }
  return b
}
