/** Turns `count` logits from `at` on into probabilities that sum to 1. */
export function softmax(logits: Float32Array, at: number, count: number): Float32Array {
  const values = logits.slice(at, at + count)
  let most = Number.NEGATIVE_INFINITY
  for (const value of values) most = Math.max(most, value)
  let sum = 0
  for (let i = 0; i < count; i++) {
    const grown = Math.exp((values[i] as number) - most)
    values[i] = grown
    sum += grown
  }
  for (let i = 0; i < count; i++) values[i] = (values[i] as number) / sum
  return values
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}
