/** Tokens `first` to `last` of a context, and the sum of their start and end logits. */
export interface Span {
  readonly first: number
  readonly last: number
  readonly logit: number
}

/**
 * Every possible answer span of a context, over all windows that read it. A span in two windows counts once, by its better
 * reading.
 *
 *               length 1    2    3  … answerMax
 *     token 0  [ s0+e0  s0+e1  s0+e2 … ]
 *     token 1  [ s1+e1  s1+e2  …      ]
 */
export class SpanTable {
  readonly #answerMax: number
  readonly #logits: Float32Array

  constructor(tokens: number, answerMax: number) {
    this.#answerMax = answerMax
    this.#logits = new Float32Array(tokens * answerMax).fill(Number.NEGATIVE_INFINITY)
  }

  /** Adds the tokens `from` to `to` that a window read; their logits begin at `at`. Returns the best sum. */
  add(from: number, to: number, starts: Float32Array, ends: Float32Array, at: number): number {
    let best = Number.NEGATIVE_INFINITY
    for (let first = from; first < to; first++) {
      const start = starts[at + first - from] as number
      const lengths = Math.min(this.#answerMax, to - first)
      const base = first * this.#answerMax
      for (let length = 0; length < lengths; length++) {
        const logit = start + (ends[at + first - from + length] as number)
        if (logit > best) best = logit
        if (logit > (this.#logits[base + length] as number)) this.#logits[base + length] = logit
      }
    }
    return best
  }

  /** The best spans first. */
  best(count: number): Span[] {
    const found: Span[] = []
    this.#logits.forEach((logit, at) => {
      if (logit === Number.NEGATIVE_INFINITY) return
      if (found.length === count && logit <= (found[count - 1] as Span).logit) return
      const first = Math.floor(at / this.#answerMax)
      let place = found.length
      while (place > 0 && (found[place - 1] as Span).logit < logit) place -= 1
      found.splice(place, 0, { first, last: first + (at % this.#answerMax), logit })
      if (found.length > count) found.pop()
    })
    return found
  }

  /** log Σ exp over all spans, the denominator of their probabilities. */
  logSum(most: number): number {
    let sum = 0
    for (const logit of this.#logits) if (logit !== Number.NEGATIVE_INFINITY) sum += Math.exp(logit - most)
    return most + Math.log(sum)
  }
}
