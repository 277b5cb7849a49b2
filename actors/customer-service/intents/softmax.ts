import type { RandomStream } from '../../../src/kernel/kernel.ts'
import { shuffle } from '../../../src/kernel/shuffle.ts'

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
/** Adam (Kingma, Ba 2015). */
const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8
/** Shrinks the weights each step (Loshchilov, Hutter 2019). */
const DECAY = 0.02
/** A class whose error is smaller moves nothing: most are, after the first rounds. */
const ERROR_LEAST = 1e-4

/** Multinomial logistic regression by Adam on small batches; the rate falls to 0 along a cosine. Rows are dense vectors. */
export function fitSoftmax(
  rows: readonly Float32Array[],
  labels: Int32Array,
  classes: number,
  { epochs, rate, random }: FitOptions,
): LinearHead {
  const dimensions = rows[0]?.length ?? 0
  const head = {
    classes,
    dimensions,
    weights: new Float32Array(classes * dimensions),
    bias: new Float32Array(classes),
  }
  const weights = new Adam(head.weights, DECAY)
  const bias = new Adam(head.bias, 0)
  const order = Int32Array.from(rows.keys())
  const steps = epochs * Math.ceil(rows.length / BATCH)
  const logits = new Float32Array(classes)
  for (let epoch = 0, step = 0; epoch < epochs; epoch++) {
    shuffle(order, random)
    for (let at = 0; at < order.length; at += BATCH, step++) {
      const batch = order.subarray(at, at + BATCH)
      for (const row of batch) {
        const x = rows[row] as Float32Array
        logitsOf(head, x, logits)
        softmaxInPlace(logits)
        for (let c = 0; c < classes; c++) {
          const error = ((logits[c] as number) - (labels[row] === c ? 1 : 0)) / batch.length
          if (Math.abs(error) < ERROR_LEAST / batch.length) continue
          addScaled(weights.gradient, c * dimensions, x, error)
          bias.gradient[c] = (bias.gradient[c] as number) + error
        }
      }
      const now = rate * 0.5 * (1 + Math.cos((Math.PI * step) / steps))
      weights.step(now)
      bias.step(now)
    }
  }
  return head
}

/** `W·x + b`. */
export function logitsOf(
  { classes, dimensions, weights, bias }: LinearHead,
  x: Float32Array,
  into: Float32Array,
) {
  for (let c = 0; c < classes; c++) {
    const at = c * dimensions
    let a = 0
    let b = 0
    let e = 0
    let f = 0
    let i = 0
    for (; i + 3 < dimensions; i += 4) {
      a += (weights[at + i] as number) * (x[i] as number)
      b += (weights[at + i + 1] as number) * (x[i + 1] as number)
      e += (weights[at + i + 2] as number) * (x[i + 2] as number)
      f += (weights[at + i + 3] as number) * (x[i + 3] as number)
    }
    for (; i < dimensions; i++) a += (weights[at + i] as number) * (x[i] as number)
    into[c] = a + b + e + f + (bias[c] as number)
  }
}

/** `exp(t·z) / Σ exp(t·z)`, in place. */
export function softmaxInPlace(z: Float32Array, scale = 1): Float32Array {
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

function addScaled(into: Float32Array, at: number, x: Float32Array, by: number): void {
  for (let i = 0; i < x.length; i++) into[at + i] = (into[at + i] as number) + (x[i] as number) * by
}

class Adam {
  readonly gradient: Float32Array
  readonly #values: Float32Array
  readonly #decay: number
  readonly #mean: Float32Array
  readonly #square: Float32Array
  #steps = 0

  constructor(values: Float32Array, decay: number) {
    this.#values = values
    this.#decay = decay
    this.gradient = new Float32Array(values.length)
    this.#mean = new Float32Array(values.length)
    this.#square = new Float32Array(values.length)
  }

  step(rate: number): void {
    this.#steps += 1
    const values = this.#values
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
