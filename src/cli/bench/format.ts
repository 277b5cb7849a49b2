import type { StageTime } from './summary.ts'

/** Mean milliseconds of a request at a step. */
export function sumOf({ queueMs, cpuMs, awaitedMs, poolMs, modelMs }: StageTime): number {
  return queueMs + cpuMs + awaitedMs + poolMs + modelMs
}

/** Milliseconds with the digits that matter. */
export function shortMs(ms: number): string {
  if (!Number.isFinite(ms)) return '–'
  return ms >= 100 ? ms.toFixed(0) : ms >= 1 ? ms.toFixed(1) : ms.toFixed(2)
}
