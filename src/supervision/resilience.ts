import { forgetAbort, whenAborted } from '../kernel/abort-listeners.ts'
import { aFilledText, aFunction, demand } from '../kernel/demand.ts'
import { backoffOf, type Duration, milliseconds } from '../kernel/durations.ts'
import { isA } from '../kernel/errors.ts'
import type { Kernel, Timers } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import { Ring } from '../mailbox/ring.ts'
import { backoffDelay } from './backoff.ts'
import { admit, type BreakerPolicy, type BreakerState, CLOSED, failed, succeeded } from './circuit-breaker.ts'
import {
  BreakerOpenError,
  BulkheadFullError,
  RateLimitedError,
  WorkCancelledError,
  WorkTimeoutError,
} from './errors.ts'
import { retryAfterOf } from './retry-after.ts'

/** The limits around the work: retry, timeout, breaker, bulkhead and rate limit. Omitted ones do not apply. */
export interface ResilienceOptions {
  /** Names the work in errors. */
  readonly name: string
  /**
   * Total tries, and the delays between them. Only errors that `when` accepts are retried (default: all but refusals).
   */
  readonly retry?: {
    readonly attempts: number
    readonly backoff?: Duration | readonly Duration[]
    /** Whether an error is worth another attempt. Default: all but refusals. */
    readonly when?: (error: unknown) => boolean
  }
  /** This many failures within `within` open it for `open`. */
  readonly breaker?: { readonly failures: number; readonly within: Duration; readonly open: Duration }
  /** Per attempt. */
  readonly timeout?: Duration
  /** Maximum calls in flight, and waiting. */
  readonly bulkhead?: { readonly concurrent: number; readonly queue?: number }
  /** Maximum calls in an interval, as a token bucket. */
  readonly rateLimit?: { readonly limit: number; readonly interval: Duration }
}

/** Options of one call. */
export interface WorkCall {
  /** Monotonic milliseconds after which nothing is tried. */
  readonly deadline?: number
  readonly signal?: AbortSignal
}

/** Passed to the work. */
export interface Work {
  readonly attempt: number
  /** Aborted on timeout and cancellation. */
  readonly signal: AbortSignal
}

/** The decisions around one kind of work; keep one per thing that can fail. */
export interface Resilience {
  /** Runs the work within the limits; rejects with its last error, or with the limit that refused it. */
  run<T>(work: (at: Work) => T | Promise<T>, call?: WorkCall): Promise<T>
  readonly breaker: BreakerState['mode']
  /** In flight. */
  readonly running: number
}

/**
 * `retry(breaker(timeout(bulkhead(rateLimit(work)))))`: each attempt asks the breaker, runs against its own timeout,
 * waits for its place, and spends a token. A refusal (breaker open, bulkhead full, rate limited) is not retried by
 * default.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range.
 */
export function resilience(
  kernel: Pick<Kernel, 'clock' | 'random'> & { readonly timers: Timers },
  options: ResilienceOptions,
): Resilience {
  return new Layers(kernel, options)
}

class Layers implements Resilience {
  readonly #kernel: Pick<Kernel, 'clock' | 'random'> & { readonly timers: Timers }
  readonly #name: string
  readonly #attempts: number
  readonly #backoffMs: readonly number[]
  readonly #when: (error: unknown) => boolean
  readonly #breakerPolicy: BreakerPolicy | undefined
  readonly #timeoutMs: number
  readonly #concurrent: number
  readonly #queueMax: number
  readonly #limit: number
  readonly #intervalMs: number
  readonly #waiting = new Ring<() => void>()
  #breaker = CLOSED
  #running = 0
  #tokens: number
  #filledAt: number

  constructor(
    kernel: Pick<Kernel, 'clock' | 'random'> & { readonly timers: Timers },
    options: ResilienceOptions,
  ) {
    checkResilience(kernel, options)
    const { name, retry, breaker, bulkhead, rateLimit } = options
    this.#kernel = kernel
    this.#name = name
    this.#attempts = wholeNumber(retry?.attempts ?? 1, `${name}.retry.attempts`)
    this.#backoffMs = backoffOf(retry?.backoff ?? 0, `${name}.retry.backoff`)
    this.#when = retry?.when ?? ((error) => !isRefusal(error))
    this.#breakerPolicy =
      breaker === undefined
        ? undefined
        : {
            failures: wholeNumber(breaker.failures, `${name}.breaker.failures`),
            withinMs: milliseconds(breaker.within, `${name}.breaker.within`),
            openMs: milliseconds(breaker.open, `${name}.breaker.open`),
          }
    this.#timeoutMs =
      options.timeout === undefined
        ? Number.POSITIVE_INFINITY
        : milliseconds(options.timeout, `${name}.timeout`)
    this.#concurrent =
      bulkhead === undefined
        ? Number.POSITIVE_INFINITY
        : wholeNumber(bulkhead.concurrent, `${name}.bulkhead.concurrent`)
    this.#queueMax = wholeNumber(bulkhead?.queue ?? 0, `${name}.bulkhead.queue`, 0)
    this.#limit = rateLimit === undefined ? 0 : wholeNumber(rateLimit.limit, `${name}.rateLimit.limit`)
    this.#intervalMs =
      rateLimit === undefined ? 1 : milliseconds(rateLimit.interval, `${name}.rateLimit.interval`)
    this.#tokens = this.#limit
    this.#filledAt = kernel.clock.monotonic()
  }

  get breaker(): BreakerState['mode'] {
    return this.#breaker.mode
  }

  get running(): number {
    return this.#running
  }

  async run<T>(work: (at: Work) => T | Promise<T>, call: WorkCall = {}): Promise<T> {
    aFunction(work, 'work')
    for (let attempt = 1; ; attempt++) {
      this.#refuseCancelled(call)
      try {
        return await this.#guarded(attempt, work, call)
      } catch (error) {
        if (attempt >= this.#attempts || call.signal?.aborted === true || !this.#when(error)) throw error
        const backoff = backoffDelay(this.#backoffMs, attempt, this.#kernel.random.stream('resilience'))
        const delay = Math.max(backoff, retryAfterOf(error) ?? 0)
        if (this.#now() + delay >= (call.deadline ?? Number.POSITIVE_INFINITY)) throw error
        if (delay > 0) await this.#sleep(delay, call.signal)
      }
    }
  }

  async #guarded<T>(attempt: number, work: (at: Work) => T | Promise<T>, call: WorkCall): Promise<T> {
    const policy = this.#breakerPolicy
    if (policy === undefined) return this.#timed(attempt, work, call)
    const admission = admit(this.#breaker, this.#now(), policy)
    this.#breaker = admission.state
    if (!admission.allowed) throw new BreakerOpenError(this.#name, admission.retryAfterMs)
    const trial = admission.state.mode === 'half-open'
    // While half open only the trial counts: a call that began before says nothing about now.
    const counts = (): boolean => trial || this.#breaker.mode !== 'half-open'
    try {
      const value = await this.#timed(attempt, work, call)
      if (counts()) this.#breaker = succeeded(this.#breaker)
      return value
    } catch (error) {
      // A refusal by the inner layers, or a cancelled caller, says nothing about the work.
      const told = !isRefusal(error) && call.signal?.aborted !== true
      if (told && counts()) this.#breaker = failed(this.#breaker, this.#now(), policy)
      else if (trial && this.#breaker.mode === 'half-open') this.#breaker = { ...this.#breaker, trials: 0 }
      throw error
    }
  }

  #timed<T>(attempt: number, work: (at: Work) => T | Promise<T>, call: WorkCall): Promise<T> {
    const limit = Math.min(this.#timeoutMs, (call.deadline ?? Number.POSITIVE_INFINITY) - this.#now())
    const controller = new AbortController()
    return new Promise<T>((resolve, reject) => {
      const end = (error: unknown): void => {
        controller.abort(error)
        reject(error)
      }
      const timer =
        limit === Number.POSITIVE_INFINITY
          ? undefined
          : this.#kernel.timers.after(limit, () => end(new WorkTimeoutError(this.#name, limit)), undefined)
      const onAbort = (): void => end(new WorkCancelledError(this.#name, call.signal?.reason))
      whenAborted(call.signal, onAbort)
      this.#placed(() => work({ attempt, signal: controller.signal }), controller.signal)
        .finally(() => {
          timer?.cancel()
          forgetAbort(call.signal, onAbort)
        })
        .then(resolve, reject)
    })
  }

  /** Waits for a place among the calls in flight; the place becomes free only when the work itself has ended. */
  async #placed<T>(work: () => T | Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#running >= this.#concurrent) {
      if (this.#waiting.size >= this.#queueMax)
        throw new BulkheadFullError(this.#name, this.#running, this.#waiting.size)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
        signal.addEventListener('abort', () => {
          for (const wake of this.#waiting.removeWhere((waiter) => waiter === resolve)) wake()
        })
      })
      if (signal.aborted) throw signal.reason
    }
    this.#spendToken()
    this.#running += 1
    try {
      return await work()
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  #spendToken(): void {
    if (this.#limit === 0) return
    const now = this.#now()
    const perMs = this.#limit / this.#intervalMs
    this.#tokens = Math.min(this.#limit, this.#tokens + (now - this.#filledAt) * perMs)
    this.#filledAt = now
    if (this.#tokens < 1) throw new RateLimitedError(this.#name, (1 - this.#tokens) / perMs)
    this.#tokens -= 1
  }

  #refuseCancelled(call: WorkCall): void {
    if (call.signal?.aborted === true) throw new WorkCancelledError(this.#name, call.signal.reason)
    if (call.deadline !== undefined && call.deadline <= this.#now()) {
      throw new WorkTimeoutError(this.#name, 0)
    }
  }

  #sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel()
        forgetAbort(signal, wake)
        resolve()
      }
      const timer = this.#kernel.timers.after(delayMs, wake, undefined, true)
      whenAborted(signal, wake)
    })
  }

  #now(): number {
    return this.#kernel.clock.monotonic()
  }
}

/** @throws InvalidArgumentError (`invalid-argument`) naming what is missing, unknown or of another kind. */
function checkResilience(
  kernel: Pick<Kernel, 'clock' | 'random' | 'timers'>,
  options: ResilienceOptions,
): void {
  demand(kernel, 'resilience.kernel', 'a kernel, such as platformKernel()', ({ clock, random, timers }) =>
    [clock.monotonic, random.stream, timers.after].every((part) => typeof part === 'function'),
  )
  onlyOptions(options ?? null, 'resilience', ['name', 'retry', 'breaker', 'timeout', 'bulkhead', 'rateLimit'])
  const { name, retry, breaker, bulkhead, rateLimit } = options
  aFilledText(name, 'resilience.name', 'a name')
  onlyOptions(retry, `${name}.retry`, ['attempts', 'backoff', 'when'])
  onlyOptions(breaker, `${name}.breaker`, ['failures', 'within', 'open'])
  onlyOptions(bulkhead, `${name}.bulkhead`, ['concurrent', 'queue'])
  onlyOptions(rateLimit, `${name}.rateLimit`, ['limit', 'interval'])
  if (retry?.when !== undefined) aFunction(retry.when, `${name}.retry.when`)
}

function isRefusal(error: unknown): boolean {
  return isA(error, BreakerOpenError) || isA(error, BulkheadFullError) || isA(error, RateLimitedError)
}
