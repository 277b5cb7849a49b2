import type { RandomStream } from '../../../src/kernel/kernel.ts'
import { shuffle } from '../../../src/kernel/shuffle.ts'
import { dot } from '../../knowledge/retrieval/vectors.ts'

/** A linear classifier: `softmax(W·x + b)`, classes × dimensions by rows. */
export interface LinearHead {
  readonly classes: number
  readonly dimensions: number
  readonly weights: Float32Array
  readonly bias: Float32Array
}

export interface FitOptions {
  readonly epochs: number
  readonly rate: number
  readonly random: RandomStream
}

const BATCH = 32
/** Rows that are computed together: a weight is read once for all of them. */
const FOUR = 4
/** Adam (Kingma, Ba 2015). */
const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8
/** Shrinks the weights each step (Loshchilov, Hutter 2019). */
const DECAY = 0.02
/** A class whose error is smaller moves nothing: most are, after the first rounds. */
const ERROR_LEAST = 1e-4

/**
 * Multinomial logistic regression by Adam on small batches; the rate falls to 0 along a cosine. Rows are dense vectors. It computes in
 * 64 bits: JavaScript does so anyway, and turning every number from 32 and back takes half the time.
 */
export function fitSoftmax(
  rows: readonly Float32Array[],
  labels: Int32Array,
  classes: number,
  { epochs, rate, random }: FitOptions,
): LinearHead {
  const dimensions = rows[0]?.length ?? 0
  const wide = rows.map((row) => Float64Array.from(row))
  const weights = new Adam(classes * dimensions, DECAY)
  const bias = new Adam(classes, 0)
  const order = Int32Array.from(rows.keys())
  const steps = epochs * Math.ceil(rows.length / BATCH)
  const nothing = new Float64Array(dimensions)
  for (let epoch = 0, step = 0; epoch < epochs; epoch++) {
    shuffle(order, random)
    for (let at = 0; at < order.length; at += BATCH, step++) {
      const batch = order.subarray(at, at + BATCH)
      for (let first = 0; first < batch.length; first += FOUR) {
        const four = [...batch.subarray(first, first + FOUR)]
        const logits = four.map(() => new Float64Array(classes))
        const [x0 = nothing, x1 = nothing, x2 = nothing, x3 = nothing] = four.map((row) => wide[row])
        logitsOfFour(weights.values, bias.values, [x0, x1, x2, x3], logits)
        const errors = logits.map((z, i) =>
          errorsOf(softmaxInPlace(z), labels[four[i] as number] as number, batch.length),
        )
        addErrors(weights.gradient, bias.gradient, [x0, x1, x2, x3], errors)
      }
      const now = rate * 0.5 * (1 + Math.cos((Math.PI * step) / steps))
      weights.step(now)
      bias.step(now)
    }
  }
  return {
    classes,
    dimensions,
    weights: Float32Array.from(weights.values),
    bias: Float32Array.from(bias.values),
  }
}

/** `W·x + b`. */
export function logitsOf(
  { classes, dimensions, weights, bias }: LinearHead,
  x: Float32Array,
  into: Float32Array,
) {
  for (let c = 0; c < classes; c++)
    into[c] = dot(weights, c * dimensions, x, 0, dimensions) + (bias[c] as number)
}

/** `exp(t·z) / Σ exp(t·z)`, in place. */
export function softmaxInPlace<T extends Float32Array | Float64Array>(z: T, scale = 1): T {
  let most = Number.NEGATIVE_INFINITY
  for (const value of z) most = Math.max(most, value)
  let sum = 0
  for (let i = 0; i < z.length; i++) {
    const value = Math.exp(((z[i] as number) - most) * scale)
    z[i] = value
    sum += value
  }
  for (let i = 0; i < z.length; i++) z[i] = (z[i] as number) / sum
  return z
}

type Four = readonly [Float64Array, Float64Array, Float64Array, Float64Array]

function logitsOfFour(
  weights: Float64Array,
  bias: Float64Array,
  [x0, x1, x2, x3]: Four,
  into: readonly Float64Array[],
): void {
  const dimensions = x0.length
  for (let c = 0; c < bias.length; c++) {
    let p = bias[c] as number
    let q = p
    let r = p
    let s = p
    for (let i = 0, at = c * dimensions; i < dimensions; i++, at++) {
      const weight = weights[at] as number
      p += weight * (x0[i] as number)
      q += weight * (x1[i] as number)
      r += weight * (x2[i] as number)
      s += weight * (x3[i] as number)
    }
    const sums = [p, q, r, s]
    into.forEach((logits, i) => {
      logits[c] = sums[i] as number
    })
  }
}

/** From probabilities to errors, in place. */
function errorsOf(probabilities: Float64Array, label: number, share: number): Float64Array {
  for (let c = 0; c < probabilities.length; c++) {
    const error = (probabilities[c] as number) - (c === label ? 1 : 0)
    probabilities[c] = Math.abs(error) < ERROR_LEAST ? 0 : error / share
  }
  return probabilities
}

function addErrors(
  gradient: Float64Array,
  bias: Float64Array,
  [x0, x1, x2, x3]: Four,
  errors: readonly Float64Array[],
): void {
  const dimensions = x0.length
  for (let c = 0; c < bias.length; c++) {
    const [p = 0, q = 0, r = 0, s = 0] = errors.map((error) => error[c] as number)
    if (p === 0 && q === 0 && r === 0 && s === 0) continue
    bias[c] = (bias[c] as number) + p + q + r + s
    for (let i = 0, at = c * dimensions; i < dimensions; i++, at++)
      gradient[at] =
        (gradient[at] as number) +
        (p * (x0[i] as number) + q * (x1[i] as number) + (r * (x2[i] as number) + s * (x3[i] as number)))
  }
}

class Adam {
  readonly values: Float64Array
  readonly gradient: Float64Array
  readonly #decay: number
  readonly #mean: Float64Array
  readonly #square: Float64Array
  #steps = 0

  constructor(size: number, decay: number) {
    this.values = new Float64Array(size)
    this.#decay = decay
    this.gradient = new Float64Array(size)
    this.#mean = new Float64Array(size)
    this.#square = new Float64Array(size)
  }

  step(rate: number): void {
    this.#steps += 1
    const values = this.values
    const mean = this.#mean
    const square = this.#square
    const gradient = this.gradient
    const size = (rate * Math.sqrt(1 - BETA2 ** this.#steps)) / (1 - BETA1 ** this.#steps)
    const kept = 1 - rate * this.#decay
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i] as number
      const m = BETA1 * (mean[i] as number) + (1 - BETA1) * g
      const v = BETA2 * (square[i] as number) + (1 - BETA2) * g * g
      mean[i] = m
      square[i] = v
      values[i] = (values[i] as number) * kept - (size * m) / (Math.sqrt(v) + EPSILON)
    }
    gradient.fill(0)
  }
}
