import { GanglionError, say } from '../kernel/errors.ts'

/**
 * Too many recent calls have failed; nothing was tried. Code `breaker-open`; `retryAfterMs` says when to try again.
 */
export class BreakerOpenError extends GanglionError {
  readonly retryAfterMs: number

  constructor(name: string, retryAfterMs: number) {
    super('breaker-open', say`the circuit breaker of '${name}' is open`, {
      path: name,
      value: retryAfterMs,
      remedy: say`Try again in ${wholeMs(retryAfterMs)} ms, or proceed without it`,
      stack: false,
    })
    this.retryAfterMs = retryAfterMs
  }
}

/** Too many calls are in flight and waiting; nothing was tried. Code `bulkhead-full`. */
export class BulkheadFullError extends GanglionError {
  constructor(name: string, concurrent: number, queue: number) {
    super(
      'bulkhead-full',
      say`the bulkhead of '${name}' has ${concurrent} calls in flight and ${queue} waiting`,
      {
        path: name,
        value: concurrent,
        remedy: 'Try again later, or allow more at once',
        stack: false,
      },
    )
  }
}

/** Too many calls within the interval; nothing was tried. Code `rate-limited`. */
export class RateLimitedError extends GanglionError {
  readonly retryAfterMs: number

  constructor(name: string, retryAfterMs: number) {
    super('rate-limited', say`'${name}' is called more often than its rate limit allows`, {
      path: name,
      value: retryAfterMs,
      remedy: say`Try again in ${wholeMs(retryAfterMs)} ms`,
      stack: false,
    })
    this.retryAfterMs = retryAfterMs
  }
}

/** One attempt took too long. Code `attempt-timeout`. */
export class WorkTimeoutError extends GanglionError {
  constructor(name: string, timeoutMs: number) {
    super('attempt-timeout', say`'${name}' did not finish an attempt within ${timeoutMs} ms`, {
      path: say`${name}.timeout`,
      value: timeoutMs,
      remedy: 'Raise the timeout, or make the work faster; it should watch its signal',
      stack: false,
    })
  }
}

/** The caller's signal was aborted, or its deadline passed. Code `cancelled`; the cause is the signal's reason. */
export class WorkCancelledError extends GanglionError {
  constructor(name: string, cause: unknown) {
    super('cancelled', say`the work of '${name}' was cancelled`, {
      path: name,
      remedy: 'Nothing to do: the caller no longer wants it',
      cause,
    })
  }
}

/**
 * An attempt failed, and there is no retry since the pipeline's retries have used up their budget. Code `retry-budget`; the
 * cause is the attempt's own error.
 */
export class RetryBudgetError extends GanglionError {
  constructor(path: string, attempt: number, cause: unknown) {
    super('retry-budget', say`attempt ${attempt} of '${path}' failed, and the budget of retries is spent`, {
      path,
      value: attempt,
      remedy: 'See the cause; the option retryBudget of the pipeline allows more retries',
      cause,
      stack: false,
    })
  }
}

function wholeMs(ms: number): number {
  return typeof ms === 'number' ? Math.ceil(ms) : ms
}
