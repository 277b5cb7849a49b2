type Numbers = Float64Array | Float32Array | Int8Array

/**
 * The sum of the products of two runs of numbers, `length` from `from` in `a` and from `at` in `b`. Four sums at once: the adder need
 * not wait for one before it begins the next.
 */
export function dot(a: Numbers, from: number, b: Numbers, at: number, length: number): number {
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
  return p + q + r + s
}

/** The vector, made to have length 1; a zero vector stays. */
export function unit(vector: Float32Array): Float32Array {
  let square = 0
  for (const x of vector) square += x * x
  if (square > 0) {
    const norm = Math.sqrt(square)
    for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] as number) / norm
  }
  return vector
}

/** Cosine of two unit vectors. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number)
  return sum
}
