import type { RandomStream } from '../kernel/kernel.ts'
import type { RetryAllowance } from '../ports/supervision.ts'
import { backoffDelay } from './backoff.ts'
import { retryAfterOf } from './retry-after.ts'

/** Wait this many milliseconds and try again, or the reason why there is no next attempt. */
export type NextAttempt = number | 'failed' | 'expired' | 'no-budget'

/**
 * The one rule of attempts, for actors and stages. `attempt` is the one that has just failed with `error`, out of
 * `attempts`; times are monotonic milliseconds, and a `deadline` of Infinity means none. An attempt that could only begin
 * after the deadline is not waited for. A callee that says when it wants to be asked again is not asked before.
 */
export function nextAttempt(
  attempt: number,
  attempts: number,
  backoffMs: readonly number[],
  now: number,
  deadline: number,
  random: RandomStream,
  error: unknown,
  budget?: RetryAllowance,
): NextAttempt {
  if (attempt >= attempts) return 'failed'
  const delay = Math.max(backoffDelay(backoffMs, attempt, random), retryAfterOf(error) ?? 0)
  if (now + delay >= deadline) return 'expired'
  return budget === undefined || budget.spend(now) ? delay : 'no-budget'
}
