import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How late the event loop is for its timers, in milliseconds, since the last look. */
export interface LoopDelay {
  /** Mean, 99th percentile and maximum; then begins again. */
  look(): { readonly mean: number; readonly p99: number; readonly max: number }
  stop(): void
}

const RESOLUTION_MS = 10

/** Measures the delay of the event loop by a timer of the platform's own, outside JavaScript. */
export function loopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  // What it counts holds the timer's own period.
  const late = (ns: number): number => (Number.isFinite(ns) ? Math.max(0, ns / 1e6 - RESOLUTION_MS) : 0)
  return {
    look() {
      const { mean, max } = histogram
      const p99 = histogram.percentile(99)
      histogram.reset()
      return { mean: late(mean), p99: late(p99), max: late(max) }
    },
    stop: () => {
      histogram.disable()
    },
  }
}
