/**
 * The latest latencies of one branch, and a quantile of them.
 *
 *   latest │ 12 14 ∞ 11 … │  a ring of `size`; a failure counts as an answer that never came: ∞
 */
export class LatencyWindow {
  readonly #latest: Float64Array
  readonly #sorted: Float64Array
  readonly #quantile: number
  #next = 0
  #count = 0
  #known = Number.NaN
  /** Monotonic milliseconds of the latest outcome. */
  #at = Number.NEGATIVE_INFINITY

  constructor(size: number, quantile: number) {
    this.#latest = new Float64Array(size)
    this.#sorted = new Float64Array(size)
    this.#quantile = quantile
  }

  add(latencyMs: number, now: number): void {
    this.#latest[this.#next] = latencyMs
    this.#next = (this.#next + 1) % this.#latest.length
    this.#count = Math.min(this.#count + 1, this.#latest.length)
    this.#at = now
    this.#known = Number.NaN
  }

  /** Nearest-rank quantile; `undefined` without an outcome since `oldest`. */
  quantile(oldest: number): number | undefined {
    if (this.#count === 0 || this.#at < oldest) return undefined
    if (Number.isNaN(this.#known)) {
      const sorted = this.#sorted.subarray(0, this.#count)
      sorted.set(this.#latest.subarray(0, this.#count))
      sorted.sort()
      this.#known = sorted[Math.max(0, Math.ceil(this.#quantile * this.#count) - 1)] as number
    }
    return this.#known
  }
}
