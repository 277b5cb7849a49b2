/**
 * Lower triangles by rows, without the zeros: row i begins at i·(i+1)/2.
 *
 *     a00 | a10 a11 | a20 a21 a22 | …
 */
export function rowAt(i: number): number {
  return (i * (i + 1)) / 2
}

/** The Cholesky factor L of a symmetric positive definite matrix, M = L·Lᵀ, in place. */
export function factorise(m: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    const row = rowAt(i)
    for (let j = 0; j <= i; j++) {
      const other = rowAt(j)
      let sum = m[row + j] as number
      for (let k = 0; k < j; k++) sum -= (m[row + k] as number) * (m[other + k] as number)
      m[row + j] = i === j ? Math.sqrt(sum) : sum / (m[other + j] as number)
    }
  }
  return m
}

/** The inverse of a lower triangle. */
export function inverted(l: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(l.length)
  for (let i = 0; i < size; i++) {
    const row = rowAt(i)
    const diagonal = l[row + i] as number
    // Row i of the inverse, from the rows above it, which are done.
    for (let k = 0; k < i; k++) {
      const factor = l[row + k] as number
      const other = rowAt(k)
      for (let j = 0; j <= k; j++)
        inverse[row + j] = (inverse[row + j] as number) - factor * (inverse[other + j] as number)
    }
    for (let j = 0; j < i; j++) inverse[row + j] = (inverse[row + j] as number) / diagonal
    inverse[row + i] = 1 / diagonal
  }
  return inverse
}

/** L·x. */
export function times(l: ArrayLike<number>, x: ArrayLike<number>): Float32Array {
  const product = new Float32Array(x.length)
  for (let i = 0; i < x.length; i++) {
    const row = rowAt(i)
    let sum = 0
    for (let j = 0; j <= i; j++) sum += (l[row + j] as number) * (x[j] as number)
    product[i] = sum
  }
  return product
}
