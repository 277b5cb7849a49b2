import { SeededRandomness } from '../../dist/src/kernel/random.js'

/** A stretch of time with one rate of arrivals, a second. */
export interface Stretch {
  readonly ms: number
  readonly rate: number
}

/** Share of each cycle of a bursty stretch in which everything arrives. */
const BURST_SHARE = 0.25
const BURST_CYCLE_MS = 400

/**
 * When each request is due, milliseconds from the start: a Poisson process, or one whose arrivals all fall into the first
 * quarter of every 400 ms, at four times the rate. The same seed gives the same times.
 */
export function arrivals(
  stretches: readonly Stretch[],
  kind: 'poisson' | 'bursts',
  seed: number,
): Float64Array {
  const random = new SeededRandomness(seed).stream('arrivals')
  const times: number[] = []
  let from = 0
  for (const { ms, rate } of stretches) {
    for (let t = 0; ; ) {
      t -= (Math.log(1 - random.next()) / rate) * 1000
      if (t >= ms) break
      const into = t % BURST_CYCLE_MS
      times.push(from + (kind === 'poisson' ? t : t - into + into * BURST_SHARE))
    }
    from += ms
  }
  return Float64Array.from(times)
}
