import { forgetAbort, whenAborted } from '../../../kernel/abort-listeners.ts'
import type { Kernel, Timer } from '../../../kernel/kernel.ts'
import { InferenceError } from '../../errors.ts'
import type { Limits } from '../limits.ts'

/** A failure that may not happen again: a broken connection, a busy server. */
export class Transient extends Error {
  readonly code = 'transient'
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined

  constructor(what: string, details: { cause?: unknown; status?: number; retryAfterMs?: number } = {}) {
    super(what, details.cause === undefined ? undefined : { cause: details.cause })
    this.status = details.status
    this.retryAfterMs = details.retryAfterMs
  }
}

/** One attempt at a request. Its signal aborts when the caller leaves, the deadline passes, or nothing arrives for too long. */
export class Attempt {
  readonly #kernel: Kernel
  readonly #limits: Limits
  readonly #stallMs: number
  readonly #controller = new AbortController()
  readonly #onAbort = (): void => this.#controller.abort()
  #stall: Timer | undefined
  #over: Timer | undefined
  /** Whether it made progress: then earlier failures no longer count. */
  progressed = false

  constructor(kernel: Kernel, limits: Limits, stallMs: number) {
    this.#kernel = kernel
    this.#limits = limits
    this.#stallMs = stallMs
    checkLimits(kernel, limits)
    whenAborted(limits.signal, this.#onAbort)
    if (limits.deadline !== undefined) {
      const left = limits.deadline - kernel.clock.monotonic()
      this.#over = kernel.timers.after(Math.max(0, left), this.#onAbort, undefined, true)
    }
    this.alive()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Something arrived: the wait for the next piece starts again. */
  alive(): void {
    this.#stall?.cancel()
    const silent = new Transient(`nothing arrived for ${this.#stallMs} ms`)
    this.#stall = this.#kernel.timers.after(
      this.#stallMs,
      () => this.#controller.abort(silent),
      undefined,
      true,
    )
  }

  /** Ends whatever is still in progress. */
  close(): void {
    this.#controller.abort()
    this.#stall?.cancel()
    this.#over?.cancel()
    forgetAbort(this.#limits.signal, this.#onAbort)
  }
}

/** @throws InferenceError (`cancelled`, `deadline`) */
export function checkLimits(kernel: Kernel, limits: Limits, cause?: unknown): void {
  if (limits.signal?.aborted) {
    throw new InferenceError('cancelled', 'the caller no longer wants the model', {
      path: 'signal',
      remedy: 'Ask again: the downloaded bytes are kept',
      cause: limits.signal.reason,
    })
  }
  if (limits.deadline !== undefined && kernel.clock.monotonic() >= limits.deadline) {
    throw new InferenceError('deadline', 'the deadline passed before the model was downloaded', {
      path: 'deadline',
      value: limits.deadline,
      remedy: 'Use a longer deadline, or ask again: the downloaded bytes are kept',
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** Waits this long, or until a limit is reached. Rejects with InferenceError (`cancelled`, `deadline`). */
export async function pause(kernel: Kernel, delayMs: number, limits: Limits, cause?: unknown): Promise<void> {
  const left =
    limits.deadline === undefined ? Number.POSITIVE_INFINITY : limits.deadline - kernel.clock.monotonic()
  await new Promise<void>((resolve) => {
    const timer = kernel.timers.after(Math.max(0, Math.min(delayMs, left)), done, undefined, true)
    function done(): void {
      timer.cancel()
      forgetAbort(limits.signal, done)
      resolve()
    }
    whenAborted(limits.signal, done)
    if (limits.signal?.aborted) done()
  })
  checkLimits(kernel, limits, cause)
}
