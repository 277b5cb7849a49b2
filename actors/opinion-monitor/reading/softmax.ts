import { type Chances, chancesOf, MOODS } from './mood.ts'

/** Weights of a multinomial logistic regression over dense features: one row of `width` numbers a mood. */
export interface DenseWeights {
  readonly width: number
  readonly weights: Float32Array
}

/** Weights over hashed features that are there or not: three numbers a bucket, as bytes with one scale. */
export interface SparseWeights {
  readonly scale: number
  readonly bias: Float32Array
  readonly weights: Int8Array
}

export function denseChances(features: ArrayLike<number>, { width, weights }: DenseWeights): Chances {
  const scores = MOODS.map((_, mood) => {
    let sum = 0
    for (let i = 0; i < width; i++) sum += (weights[mood * width + i] as number) * (features[i] as number)
    return sum
  })
  return chancesOf(scores)
}

export function sparseChances(buckets: Uint32Array, { scale, bias, weights }: SparseWeights): Chances {
  const sums = [0, 0, 0]
  for (const bucket of buckets)
    for (let mood = 0; mood < 3; mood++)
      sums[mood] = (sums[mood] as number) + (weights[bucket * 3 + mood] as number)
  // Each feature counts 1/√n: a long headline has no more to say than a short one.
  const share = scale / Math.sqrt(Math.max(1, buckets.length))
  return chancesOf(sums.map((sum, mood) => sum * share + (bias[mood] as number)))
}
