import { factorise, inverted, rowAt, times } from './triangle.ts'

/**
 * A space in which examples of one intent are spread alike in every direction, so that distances count what tells intents apart
 * (within-class covariance normalisation: Hatch, Kajarekar, Stolcke 2006).
 */
export interface Whitening {
  readonly mean: Float32Array
  /** A lower triangle that takes a vector less `mean` into the space. */
  readonly into: Float32Array
  /** The mean of each intent in the space, intents × dimensions. */
  readonly means: Float32Array
  /** Share of the examples that each intent has. */
  readonly shares: Float32Array
  /** A lower triangle, intents × intents: what all intents together explain of a vector. */
  readonly explained: Float32Array
}

/** Share of the plain spread in the covariance, at least; few examples know little of it. */
const SHRINK = 0.2

/** Fits the space to vectors with their labels, 0 to `classes - 1`. */
export function fitWhitening(
  vectors: readonly Float32Array[],
  labels: Int32Array,
  classes: number,
): Whitening {
  const dimensions = vectors[0]?.length ?? 0
  const { mean, means, shares } = meansOf(vectors, labels, classes, dimensions)
  const within = spreadWithin(vectors, labels, means, dimensions)
  const into = Float32Array.from(inverted(factorise(within, dimensions), dimensions))
  const whitened = new Float32Array(classes * dimensions)
  for (let c = 0; c < classes; c++) {
    const row = means.subarray(c * dimensions, (c + 1) * dimensions)
    whitened.set(
      times(
        into,
        row.map((value, i) => value - (mean[i] as number)),
      ),
      c * dimensions,
    )
  }
  return {
    mean: Float32Array.from(mean),
    into,
    means: whitened,
    shares,
    explained: explainedBy(whitened, shares, dimensions),
  }
}

/** A vector in the space. */
export function whitened({ into, mean }: Whitening, vector: Float32Array): Float32Array {
  return times(
    into,
    vector.map((value, i) => value - (mean[i] as number)),
  )
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
  return best - times(explained, scaled).reduce((sum, value) => sum + value * value, 0)
}

function meansOf(
  vectors: readonly Float32Array[],
  labels: Int32Array,
  classes: number,
  dimensions: number,
): { mean: Float64Array; means: Float64Array; shares: Float32Array } {
  const mean = new Float64Array(dimensions)
  const means = new Float64Array(classes * dimensions)
  const counts = new Float32Array(classes)
  vectors.forEach((vector, row) => {
    const c = labels[row] as number
    counts[c] = (counts[c] as number) + 1
    for (let i = 0, at = c * dimensions; i < dimensions; i++, at++) {
      mean[i] = (mean[i] as number) + (vector[i] as number) / vectors.length
      means[at] = (means[at] as number) + (vector[i] as number)
    }
  })
  const averaged = means.map((sum, at) => sum / (counts[Math.floor(at / dimensions)] || 1))
  return { mean, means: averaged, shares: counts.map((count) => count / vectors.length) }
}

/** The covariance of the vectors around the means of their intents, as a lower triangle, shrunk towards a sphere. */
function spreadWithin(
  vectors: readonly Float32Array[],
  labels: Int32Array,
  means: Float64Array,
  dimensions: number,
): Float64Array {
  const spread = new Float64Array(rowAt(dimensions))
  const rest = new Float64Array(dimensions)
  vectors.forEach((vector, row) => {
    const from = (labels[row] as number) * dimensions
    for (let i = 0; i < dimensions; i++) rest[i] = (vector[i] as number) - (means[from + i] as number)
    for (let i = 0; i < dimensions; i++) {
      const value = rest[i] as number
      const at = rowAt(i)
      for (let j = 0; j <= i; j++) spread[at + j] = (spread[at + j] as number) + value * (rest[j] as number)
    }
  })
  const shrink = Math.max(SHRINK, dimensions / (dimensions + vectors.length))
  let trace = 0
  for (let i = 0; i < dimensions; i++) trace += spread[rowAt(i) + i] as number
  // Without any spread, a sphere of radius 1 serves.
  const sphere = trace === 0 ? 1 : (shrink * trace) / dimensions / vectors.length
  const kept = (1 - shrink) / vectors.length
  for (let at = 0; at < spread.length; at++) spread[at] = (spread[at] as number) * kept
  for (let i = 0; i < dimensions; i++) spread[rowAt(i) + i] = (spread[rowAt(i) + i] as number) + sphere
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
  return Float32Array.from(inverted(factorise(gram, classes), classes))
}
