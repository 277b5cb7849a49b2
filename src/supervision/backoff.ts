import type { RandomStream } from '../kernel/kernel.ts'

/**
 * The delay before attempt n+1: the n-th delay (the last repeats), with "equal jitter" in [½·delay, delay] so that
 * callers that failed together don't come back together (Brooker, "Exponential Backoff and Jitter", AWS 2015).
 */
export function backoffDelay(
  delaysMs: readonly number[],
  failedAttempt: number,
  random: RandomStream,
): number {
  const delay = delaysMs[Math.min(failedAttempt, delaysMs.length) - 1] ?? 0
  return delay === 0 ? 0 : delay / 2 + (delay / 2) * random.next()
}
