import { errorChain } from '../../kernel/errors.ts'
import type { StageSpec } from '../../ports/host.ts'
import { nextAttempt } from '../../supervision/attempts.ts'
import { RetryBudgetError } from '../../supervision/errors.ts'
import { recordRetry } from '../dispatch/attempt-record.ts'
import type { Delivery } from './stage-attempt.ts'
import type { StageCell } from './stage-cell.ts'

/** What ends a parcel after a failed attempt. */
export interface End {
  readonly reason: 'failed' | 'expired'
  readonly error: unknown
}

/**
 * Milliseconds until the next attempt, or how the parcel ends. What a crash of the instance has cut short is repeated whatever
 * the budget of retries says: the crash is bounded by its supervisor.
 */
export function afterFailure<S>(
  { path, home }: StageCell<S>,
  { attempts, backoffMs, retries }: StageSpec<S>,
  delivery: Delivery,
  error: unknown,
  crashed: boolean,
): number | End {
  const { runtime, ledger } = home
  const { clock, random } = runtime.kernel
  const { attempt, parcel } = delivery
  const now = clock.monotonic()
  delivery.offCpu(now)
  const budget = crashed ? undefined : retries
  const stream = random.stream('backoff')
  const next = nextAttempt(attempt, attempts, backoffMs, now, parcel.deadline, stream, error, budget)
  const last = next === 'no-budget' ? new RetryBudgetError(path, attempt, error) : error
  const errors = [...delivery.errors, ...errorChain(last)]
  delivery.errors = errors
  if (typeof next !== 'number') return { reason: next === 'expired' ? next : 'failed', error: last }
  recordRetry(runtime, ledger, () => ({ path, message: parcel.type, attempt, delayMs: next, errors }))
  return next
}
