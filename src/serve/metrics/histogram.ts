/**
 * Counts of lengths of time by powers of two, in a typed array:
 *
 *   bucket   0      1      2      3    …    k      …   32
 *   ms ≤   0.001  0.002  0.004  0.008  … 2^k/1000  …  more than 71 minutes
 */
export class Histogram {
  readonly counts = new Float64Array(33)
  sumMs = 0

  observe(ms: number): void {
    if (!(ms >= 0)) return
    const us = Math.ceil(ms * 1000)
    const at = us > 2 ** 31 ? 32 : 32 - Math.clz32(us - (us > 0 ? 1 : 0))
    this.counts[at] = (this.counts[at] as number) + 1
    this.sumMs += ms
  }

  /** Adds all of another. */
  add(other: Histogram): void {
    for (const [at, count] of other.counts.entries()) this.counts[at] = (this.counts[at] as number) + count
    this.sumMs += other.sumMs
  }

  get count(): number {
    let sum = 0
    for (const count of this.counts) sum += count
    return sum
  }

  /** How many took at most 2^k µs. */
  upTo(k: number): number {
    let sum = 0
    for (let at = 0; at <= k; at++) sum += this.counts[at] as number
    return sum
  }
}
