import { dot } from '../../knowledge/retrieval/vectors.ts'

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
    for (let j = 0; j < i; j++) {
      const other = rowAt(j)
      m[row + j] = ((m[row + j] as number) - dot(m, row, m, other, j)) / (m[other + j] as number)
    }
    m[row + i] = Math.sqrt((m[row + i] as number) - dot(m, row, m, row, i))
  }
  return m
}

/** The z of L·z = x. As much work as a product with the inverse, which nobody has to compute. */
export function solved(l: Float32Array, x: Float32Array): Float32Array {
  const z = new Float32Array(x.length)
  for (let i = 0; i < x.length; i++) {
    const row = rowAt(i)
    z[i] = ((x[i] as number) - dot(l, row, z, 0, i)) / (l[row + i] as number)
  }
  return z
}
