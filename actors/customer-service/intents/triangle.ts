/**
 * Lower triangles by rows, without the zeros: row i begins at i·(i+1)/2.
 *
 *     a00 | a10 a11 | a20 a21 a22 | …
 */
export function rowAt(i: number): number {
  return (i * (i + 1)) / 2
}

/** The product of two runs of numbers. Four sums at once, because a processor waits for one. */
export function dot(a: Float64Array, from: number, b: Float64Array, at: number, length: number): number {
  let p = 0
  let q = 0
  let r = 0
  let s = 0
  let k = 0
  for (; k + 3 < length; k += 4) {
    p += (a[from + k] as number) * (b[at + k] as number)
    q += (a[from + k + 1] as number) * (b[at + k + 1] as number)
    r += (a[from + k + 2] as number) * (b[at + k + 2] as number)
    s += (a[from + k + 3] as number) * (b[at + k + 3] as number)
  }
  for (; k < length; k++) p += (a[from + k] as number) * (b[at + k] as number)
  return p + q + (r + s)
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
    let p = 0
    let q = 0
    let r = 0
    let s = 0
    let k = 0
    for (; k + 3 < i; k += 4) {
      p += (l[row + k] as number) * (z[k] as number)
      q += (l[row + k + 1] as number) * (z[k + 1] as number)
      r += (l[row + k + 2] as number) * (z[k + 2] as number)
      s += (l[row + k + 3] as number) * (z[k + 3] as number)
    }
    for (; k < i; k++) p += (l[row + k] as number) * (z[k] as number)
    z[i] = ((x[i] as number) - (p + q + (r + s))) / (l[row + i] as number)
  }
  return z
}
