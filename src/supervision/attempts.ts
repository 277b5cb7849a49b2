import type { RandomStream } from '../kernel/kernel.ts'
import { backoffDelay } from './backoff.ts'

/** Wait this many milliseconds and try again, or the reason why there is no next attempt. */
export type NextAttempt = number | 'failed' | 'expired'

/**
 * The one rule of attempts, for actors and stages. `attempt` is the one that has just failed, out of `attempts`; times
 * are monotonic milliseconds, and a `deadline` of Infinity means none. An attempt that could only begin after the
 * deadline is not waited for.
 */
export function nextAttempt(
  attempt: number,
  attempts: number,
  backoffMs: readonly number[],
  now: number,
  deadline: number,
  random: RandomStream,
): NextAttempt {
  if (attempt >= attempts) return 'failed'
  const delay = backoffDelay(backoffMs, attempt, random)
  return now + delay >= deadline ? 'expired' : delay
}
