import type { RandomStream } from '../kernel/kernel.ts'
import { backoffDelay } from './backoff.ts'

/** Wait so many milliseconds and try again, or why there is no next attempt. */
export type NextAttempt = number | 'failed' | 'expired'

/**
 * The one rule of attempts, for actors and stages. `attempt` is the one that has just failed, of `attempts` in all; times
 * are monotonic milliseconds, and a `deadline` of Infinity is none. What could only begin after its deadline does not wait.
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
