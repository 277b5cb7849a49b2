import type { Kernel, Timer } from '../../../kernel/kernel.ts'
import { InferenceError } from '../../errors.ts'
import type { Limits } from '../limits.ts'

/** Something that may go well next time: a connection that broke, a server that is busy. */
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

/** One try of a request: its signal aborts when the caller leaves, the deadline passes, or nothing comes for too long. */
export class Attempt {
  readonly #kernel: Kernel
  readonly #limits: Limits
  readonly #stallMs: number
  readonly #controller = new AbortController()
  readonly #onAbort = (): void => this.#controller.abort()
  #stall: Timer | undefined
  #over: Timer | undefined
  /** Whether it brought the work on: then earlier failures don't count any more. */
  progressed = false

  constructor(kernel: Kernel, limits: Limits, stallMs: number) {
    this.#kernel = kernel
    this.#limits = limits
    this.#stallMs = stallMs
    checkLimits(kernel, limits)
    limits.signal?.addEventListener('abort', this.#onAbort)
    if (limits.deadline !== undefined) {
      const left = limits.deadline - kernel.clock.monotonic()
      this.#over = kernel.timers.after(Math.max(0, left), this.#onAbort, undefined, true)
    }
    this.alive()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Something came: the wait for the next begins anew. */
  alive(): void {
    this.#stall?.cancel()
    const silent = new Transient(`nothing came for ${this.#stallMs} ms`)
    this.#stall = this.#kernel.timers.after(
      this.#stallMs,
      () => this.#controller.abort(silent),
      undefined,
      true,
    )
  }

  /** Lets go of whatever is still under way. */
  close(): void {
    this.#controller.abort()
    this.#stall?.cancel()
    this.#over?.cancel()
    this.#limits.signal?.removeEventListener('abort', this.#onAbort)
  }
}

/** @throws InferenceError (`cancelled`, `deadline`) */
export function checkLimits(kernel: Kernel, limits: Limits, cause?: unknown): void {
  if (limits.signal?.aborted) {
    throw new InferenceError('cancelled', 'the caller gave the model up', {
      path: 'signal',
      remedy: 'Ask again: what was downloaded is kept',
      cause: limits.signal.reason,
    })
  }
  if (limits.deadline !== undefined && kernel.clock.monotonic() >= limits.deadline) {
    throw new InferenceError('deadline', 'the deadline passed before the model was there', {
      path: 'deadline',
      value: limits.deadline,
      remedy: 'Give a longer deadline, or ask again: what was downloaded is kept',
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** Waits so long, or until a limit is reached. Rejects with InferenceError (`cancelled`, `deadline`). */
export async function pause(kernel: Kernel, delayMs: number, limits: Limits, cause?: unknown): Promise<void> {
  const left =
    limits.deadline === undefined ? Number.POSITIVE_INFINITY : limits.deadline - kernel.clock.monotonic()
  await new Promise<void>((resolve) => {
    const timer = kernel.timers.after(Math.max(0, Math.min(delayMs, left)), done, undefined, true)
    function done(): void {
      timer.cancel()
      limits.signal?.removeEventListener('abort', done)
      resolve()
    }
    limits.signal?.addEventListener('abort', done)
    if (limits.signal?.aborted) done()
  })
  checkLimits(kernel, limits, cause)
}
