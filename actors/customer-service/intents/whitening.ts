import { dot } from '../../knowledge/retrieval/vectors.ts'
import { placeIn, spanOf } from './span.ts'
import { factorise, rowAt, solved } from './triangle.ts'

/**
 * A space in which examples of one intent are spread alike in every direction, so that distances count what tells intents apart
 * (within-class covariance normalisation: Hatch, Kajarekar, Stolcke 2006).
 */
export interface Whitening {
  readonly mean: Float32Array
  /**
   * What the examples span, if they are fewer than the dimensions. Around it the spread is alike in every direction, so that one
   * number is enough for all of it.
   */
  readonly span?: Float32Array
  /** The Cholesky factor of the spread within intents, a lower triangle. The z of factor·z = vector − mean is in the space. */
  readonly factor: Float32Array
  /** The mean of each intent in the space, intents × dimensions. */
  readonly means: Float32Array
  /** Share of the examples that each intent has. */
  readonly shares: Float32Array
  /** The Cholesky factor, intents × intents, of what all intents together explain of a vector. */
  readonly explained: Float32Array
}

/** Share of the plain spread in the covariance, at least; few examples know little of it. */
const SHRINK = 0.2
/** Vectors whose spread is added up together. */
const TOGETHER = 64

/** Fits the space to vectors with their labels, 0 to `classes - 1`. `rows` are the vectors in it. */
export function fitWhitening(
  vectors: readonly Float32Array[],
  labels: Int32Array,
  classes: number,
): { readonly whitening: Whitening; readonly rows: readonly Float32Array[] } {
  const dimensions = vectors[0]?.length ?? 0
  const mean = meanOf(vectors, dimensions)
  const around = vectors.map((vector) => less(vector, mean))
  const span = vectors.length < dimensions ? { span: spanOf(around, dimensions) } : {}
  const rows = span.span === undefined ? around : around.map((vector) => placeIn(span.span, vector))
  const width = rows[0]?.length ?? 0
  const { means, shares } = meansOf(rows, labels, classes, width)
  const factor = Float32Array.from(factorise(spreadWithin(rows, labels, means, dimensions), width))
  const placed = new Float32Array(classes * width)
  for (let c = 0; c < classes; c++)
    placed.set(solved(factor, Float32Array.from(means.subarray(c * width, (c + 1) * width))), c * width)
  const explained = explainedBy(placed, shares, width)
  return {
    whitening: { mean, ...span, factor, means: placed, shares, explained },
    rows: rows.map((row) => solved(factor, row)),
  }
}

/** A vector in the space. */
export function whitened({ mean, span, factor }: Whitening, vector: Float32Array): Float32Array {
  const around = less(vector, mean)
  return solved(factor, span === undefined ? around : placeIn(span, around))
}

function less(vector: Float32Array, mean: Float32Array): Float32Array {
  return vector.map((value, i) => value - (mean[i] as number))
}

/**
 * How much nearer a vector of the space is to one of the intents than to the middle of all: the relative Mahalanobis distance, turned
 * round (Ren, Fort, Liu et al. 2021). The covariance of all is that within intents plus that of their means, so
 *
 *   d_all − d_c = 2 z·μ_c − |μ_c|² − |L⁻¹ (√p_c z·μ_c)_c|²   with L·Lᵀ = I + (√(p_c p_k) μ_c·μ_k)
 */
export function likeness({ means, shares, explained }: Whitening, z: Float32Array): number {
  const classes = shares.length
  const scaled = new Float32Array(classes)
  let best = Number.NEGATIVE_INFINITY
  for (let c = 0; c < classes; c++) {
    let own = 0
    let square = 0
    for (let i = 0, at = c * z.length; i < z.length; i++, at++) {
      own += (means[at] as number) * (z[i] as number)
      square += (means[at] as number) * (means[at] as number)
    }
    if ((shares[c] as number) > 0) best = Math.max(best, 2 * own - square)
    scaled[c] = own * Math.sqrt(shares[c] as number)
  }
  return best - solved(explained, scaled).reduce((sum, value) => sum + value * value, 0)
}

function meanOf(vectors: readonly Float32Array[], dimensions: number): Float32Array {
  const sum = new Float64Array(dimensions)
  for (const vector of vectors)
    for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] as number) + (vector[i] as number)
  return Float32Array.from(sum, (value) => value / vectors.length)
}

function meansOf(
  vectors: readonly Float32Array[],
  labels: Int32Array,
  classes: number,
  width: number,
): { means: Float64Array; shares: Float32Array } {
  const sums = new Float64Array(classes * width)
  const counts = new Float32Array(classes)
  vectors.forEach((vector, row) => {
    const c = labels[row] as number
    counts[c] = (counts[c] as number) + 1
    for (let i = 0, at = c * width; i < width; i++, at++)
      sums[at] = (sums[at] as number) + (vector[i] as number)
  })
  const means = sums.map((sum, at) => sum / (counts[Math.floor(at / width)] || 1))
  return { means, shares: counts.map((count) => count / vectors.length) }
}

/** The covariance of the vectors around the means of their intents, as a lower triangle, shrunk towards a sphere of `dimensions`. */
function spreadWithin(
  vectors: readonly Float32Array[],
  labels: Int32Array,
  means: Float64Array,
  dimensions: number,
): Float64Array {
  const width = vectors[0]?.length ?? 0
  const spread = new Float64Array(rowAt(width))
  // By dimension, a few vectors at a time: runs of numbers that stay in the cache.
  const rest = new Float64Array(width * TOGETHER)
  for (let first = 0; first < vectors.length; first += TOGETHER) {
    const count = Math.min(TOGETHER, vectors.length - first)
    for (let n = 0; n < count; n++) {
      const vector = vectors[first + n] as Float32Array
      const from = (labels[first + n] as number) * width
      for (let i = 0; i < width; i++)
        rest[i * TOGETHER + n] = (vector[i] as number) - (means[from + i] as number)
    }
    for (let i = 0; i < width; i++)
      for (let j = 0, at = rowAt(i); j <= i; j++, at++)
        spread[at] = (spread[at] as number) + dot(rest, i * TOGETHER, rest, j * TOGETHER, count)
  }
  const shrink = Math.max(SHRINK, dimensions / (dimensions + vectors.length))
  let trace = 0
  for (let i = 0; i < width; i++) trace += spread[rowAt(i) + i] as number
  // Without any spread, a sphere of radius 1 serves.
  const sphere = trace === 0 ? 1 : (shrink * trace) / dimensions / vectors.length
  const kept = (1 - shrink) / vectors.length
  for (let at = 0; at < spread.length; at++) spread[at] = (spread[at] as number) * kept
  for (let i = 0; i < width; i++) spread[rowAt(i) + i] = (spread[rowAt(i) + i] as number) + sphere
  return spread
}

function explainedBy(means: Float32Array, shares: Float32Array, dimensions: number): Float32Array {
  const classes = shares.length
  const gram = new Float64Array(rowAt(classes))
  for (let c = 0; c < classes; c++)
    for (let k = 0; k <= c; k++) {
      let sum = 0
      for (let i = 0; i < dimensions; i++)
        sum += (means[c * dimensions + i] as number) * (means[k * dimensions + i] as number)
      gram[rowAt(c) + k] = sum * Math.sqrt((shares[c] as number) * (shares[k] as number)) + (c === k ? 1 : 0)
    }
  return Float32Array.from(factorise(gram, classes))
}
