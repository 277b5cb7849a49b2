import { dot } from '../../knowledge/retrieval/vectors.ts'

/** Directions at right angles that span the vectors, rows × dimensions (Gram, Schmidt). */
export function spanOf(vectors: readonly Float32Array[], dimensions: number): Float32Array {
  const span = new Float32Array(vectors.length * dimensions)
  let rows = 0
  for (const vector of vectors) {
    const rest = Float32Array.from(vector)
    const length = lengthOf(rest)
    for (let row = 0; row < rows; row++) takeAway(rest, span, row * dimensions)
    // What is short is full of rounding.
    if (lengthOf(rest) < length * SHORT)
      for (let row = 0; row < rows; row++) takeAway(rest, span, row * dimensions)
    const left = lengthOf(rest)
    // It lies in what the others span.
    if (left <= length * LEAST) continue
    span.set(
      rest.map((value) => value / left),
      rows * dimensions,
    )
    rows += 1
  }
  return span.slice(0, rows * dimensions)
}

/** Share of a vector that must be new. */
const LEAST = 1e-4
const SHORT = 0.1

/** A vector's place along each direction, and how far it is from all of them: angles and lengths to spanned vectors stay. */
export function placeIn(span: Float32Array, vector: Float32Array): Float32Array {
  const dimensions = vector.length
  const rows = span.length / dimensions
  const place = new Float32Array(rows + 1)
  let square = 0
  for (const value of vector) square += value * value
  for (let row = 0; row < rows; row++) {
    const along = dot(vector, 0, span, row * dimensions, dimensions)
    place[row] = along
    square -= along * along
  }
  place[rows] = Math.sqrt(Math.max(0, square))
  return place
}

/** Takes a direction out of a vector. */
function takeAway(vector: Float32Array, span: Float32Array, at: number): void {
  const along = dot(vector, 0, span, at, vector.length)
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - along * (span[at + i] as number)
}

function lengthOf(vector: Float32Array): number {
  let square = 0
  for (const value of vector) square += value * value
  return Math.sqrt(square)
}
