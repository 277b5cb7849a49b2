import { type QuantisedMatrix, quantiseRow } from '../../actors/knowledge/retrieval/dense-index.ts'

/** Quantises unit vectors, one per row. Throws a `RangeError` if their lengths differ. */
export function quantise(
  vectors: readonly Float32Array[],
  dimensions = vectors[0]?.length ?? 0,
): QuantisedMatrix {
  const bytes = new Int8Array(vectors.length * dimensions)
  const scales = new Float32Array(vectors.length)
  vectors.forEach((vector, row) => {
    scales[row] = quantiseRow(vector, bytes.subarray(row * dimensions, (row + 1) * dimensions))
  })
  return { rows: vectors.length, dimensions, bytes, scales }
}
