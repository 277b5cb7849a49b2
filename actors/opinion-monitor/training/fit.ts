import type { RandomStream } from '../../../src/kernel/kernel.ts'
import { shuffle } from '../../../src/kernel/shuffle.ts'
import { type Chances, MOODS } from '../reading/mood.ts'
import type { DenseWeights, SparseWeights } from '../reading/softmax.ts'

/** How a regression is fitted. */
export interface FitOptions {
  readonly epochs: number
  /** Strength of the pull towards 0, an example. */
  readonly l2: number
  readonly rate: number
  readonly random: RandomStream
}

const K = MOODS.length

/** The errors of the three moods for one example: chance minus truth. */
function errorsOf(scores: Float64Array, truth: number, out: Float64Array): void {
  const most = Math.max(scores[0] as number, scores[1] as number, scores[2] as number)
  let sum = 0
  for (let m = 0; m < K; m++) sum += out[m] = Math.exp((scores[m] as number) - most)
  for (let m = 0; m < K; m++) out[m] = (out[m] as number) / sum - (m === truth ? 1 : 0)
}

/** Adaptive gradient steps (Duchi, Hazan, Singer 2011): each weight has its own rate. */
class Steps {
  readonly weights: Float64Array
  readonly #squares: Float64Array
  readonly #rate: number

  constructor(size: number, rate: number) {
    this.weights = new Float64Array(size)
    this.#squares = new Float64Array(size).fill(1e-8)
    this.#rate = rate
  }

  take(at: number, gradient: number): void {
    const squares = (this.#squares[at] as number) + gradient * gradient
    this.#squares[at] = squares
    this.weights[at] = (this.weights[at] as number) - (this.#rate * gradient) / Math.sqrt(squares)
  }
}

/** Multinomial logistic regression over hashed features. `normalised`: each feature counts 1/√n. */
export function fitSparse(
  rows: readonly Uint32Array[],
  truths: ArrayLike<number>,
  size: number,
  { epochs, l2, rate, random, normalised = true }: FitOptions & { readonly normalised?: boolean },
): { readonly weights: Float64Array; readonly bias: Float64Array } {
  const steps = new Steps(size * K, rate)
  const biases = new Steps(K, rate)
  const [scores, errors] = [new Float64Array(K), new Float64Array(K)]
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const row of shuffled(rows.length, random)) {
      const buckets = rows[row] as Uint32Array
      const share = normalised ? 1 / Math.sqrt(Math.max(1, buckets.length)) : 1
      for (let m = 0; m < K; m++) {
        let sum = 0
        for (const bucket of buckets) sum += steps.weights[bucket * K + m] as number
        scores[m] = sum * share + (biases.weights[m] as number)
      }
      errorsOf(scores, truths[row] as number, errors)
      for (let m = 0; m < K; m++) {
        const error = errors[m] as number
        biases.take(m, error)
        for (const bucket of buckets) {
          const at = bucket * K + m
          steps.take(at, error * share + l2 * (steps.weights[at] as number))
        }
      }
    }
  }
  return { weights: steps.weights, bias: biases.weights }
}

/** As bytes: the largest weight becomes 127. */
export function quantised(fitted: {
  readonly weights: Float64Array
  readonly bias: Float64Array
}): SparseWeights {
  let most = 1e-9
  for (const weight of fitted.weights) most = Math.max(most, Math.abs(weight))
  const scale = most / 127
  return {
    scale,
    bias: Float32Array.from(fitted.bias),
    weights: Int8Array.from(fitted.weights, (weight) => Math.round(weight / scale)),
  }
}

/** Multinomial logistic regression over dense features, which are standardised first; the result takes them as they are. */
export function fitDense(
  rows: readonly ArrayLike<number>[],
  truths: ArrayLike<number>,
  width: number,
  { epochs, l2, rate, random }: FitOptions,
): DenseWeights {
  const { mean, spread } = spreadOf(rows, width)
  const steps = new Steps(K * (width + 1), rate)
  const [scores, errors, x] = [new Float64Array(K), new Float64Array(K), new Float64Array(width + 1)]
  x[width] = 1
  const total = new Float64Array(K * (width + 1))
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const row of shuffled(rows.length, random)) {
      const features = rows[row] as ArrayLike<number>
      for (let i = 0; i < width; i++)
        x[i] = ((features[i] as number) - (mean[i] as number)) / (spread[i] as number)
      for (let m = 0; m < K; m++) {
        let sum = 0
        for (let i = 0; i <= width; i++)
          sum += (steps.weights[m * (width + 1) + i] as number) * (x[i] as number)
        scores[m] = sum
      }
      errorsOf(scores, truths[row] as number, errors)
      for (let m = 0; m < K; m++)
        for (let i = 0; i <= width; i++) {
          const at = m * (width + 1) + i
          steps.take(
            at,
            (errors[m] as number) * (x[i] as number) + (i < width ? l2 * (steps.weights[at] as number) : 0),
          )
        }
    }
    // The mean of the second half of the epochs: single steps are noisy.
    if (epoch >= epochs / 2)
      for (let at = 0; at < total.length; at++)
        total[at] = (total[at] as number) + (steps.weights[at] as number)
  }
  const counted = epochs - Math.ceil(epochs / 2)
  const fitted = counted > 0 ? total.map((sum) => sum / counted) : steps.weights
  return unstandardised(fitted, width, mean, spread)
}

/** The last feature is the constant 1 of the result's input. */
function unstandardised(
  fitted: Float64Array,
  width: number,
  mean: Float64Array,
  spread: Float64Array,
): DenseWeights {
  const weights = new Float32Array(K * (width + 1))
  for (let m = 0; m < K; m++) {
    let bias = fitted[m * (width + 1) + width] as number
    for (let i = 0; i < width; i++) {
      const weight = (fitted[m * (width + 1) + i] as number) / (spread[i] as number)
      weights[m * (width + 1) + i] = weight
      bias -= weight * (mean[i] as number)
    }
    weights[m * (width + 1) + width] = bias
  }
  return { width: width + 1, weights }
}

function spreadOf(rows: readonly ArrayLike<number>[], width: number) {
  const mean = new Float64Array(width)
  const spread = new Float64Array(width)
  for (const row of rows)
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (row[i] as number) / rows.length
  for (const row of rows)
    for (let i = 0; i < width; i++)
      spread[i] = (spread[i] as number) + ((row[i] as number) - (mean[i] as number)) ** 2 / rows.length
  for (let i = 0; i < width; i++) spread[i] = Math.sqrt(spread[i] as number) || 1
  return { mean, spread }
}

/**
 * The weights of a linear pool of chances that make the truths most likely (expectation maximisation). Each member gives its
 * chances of every row.
 */
export function fitPool<N extends string>(
  members: Readonly<Record<N, readonly Chances[]>>,
  truths: ArrayLike<number>,
  rounds = 200,
): Record<N, number> {
  const names = Object.keys(members) as N[]
  let weights = names.map(() => 1 / names.length)
  const count = members[names[0] as N].length
  for (let round = 0; round < rounds; round++) {
    const next = names.map(() => 0)
    for (let row = 0; row < count; row++) {
      const mood = MOODS[truths[row] as number] as (typeof MOODS)[number]
      const parts = names.map((name, i) => (weights[i] as number) * (members[name][row] as Chances)[mood])
      const sum = parts.reduce((a, b) => a + b, 1e-12)
      for (let i = 0; i < parts.length; i++)
        next[i] = (next[i] as number) + (parts[i] as number) / sum / count
    }
    weights = next
  }
  return Object.fromEntries(names.map((name, i) => [name, weights[i]])) as Record<N, number>
}

/** The numbers below `count` in a random order. */
export function shuffled(count: number, random: RandomStream): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  shuffle(order, random)
  return order
}
