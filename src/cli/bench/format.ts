import type { RateResult, StageTime } from './summary.ts'

/** Mean milliseconds of a request at a step. */
export function sumOf({ queueMs, cpuMs, awaitedMs, poolMs, modelMs }: StageTime): number {
  return queueMs + cpuMs + awaitedMs + poolMs + modelMs
}

/** Milliseconds with the digits that matter. */
export function shortMs(ms: number): string {
  if (!Number.isFinite(ms)) return '–'
  return ms >= 100 ? ms.toFixed(0) : ms >= 1 ? ms.toFixed(1) : ms.toFixed(2)
}

/** The heads of a table of rates. */
export const FIGURES = [
  'rate/s',
  'asked/s',
  'goodput/s',
  'p50 ms',
  'p90 ms',
  'p99 ms',
  'p99.9 ms',
  'max ms',
  'refused',
  'late',
  'failed',
  'wrong',
] as const

/** The cells of one rate, in the order of `FIGURES`. */
export function figuresOf(
  { rate, requests, seconds, latency, counts }: RateResult,
  goodput: string,
): string[] {
  return [
    String(rate),
    // What chance made of the rate.
    (requests / seconds).toFixed(0),
    goodput,
    ...[latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(shortMs),
    ...[counts.refused, counts.late, counts.failed, counts.wrong].map(String),
  ]
}
