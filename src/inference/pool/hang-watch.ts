import type { Kernel, Timer } from '../../kernel/kernel.ts'

/** Something that may take too long: `limitMs` milliseconds, until `limitAt` (monotonic). The watch sets both. */
export interface Watched {
  limitMs: number
  limitAt: number
}

/** Reports whatever runs past its limit, with one timer for all, so that beginning and ending a batch costs no timer. */
export class HangWatch<T extends Watched> {
  readonly #kernel: Kernel
  readonly #late: (one: T) => void
  readonly #running = new Set<T>()
  #timer: Timer | undefined
  #wakesAt = Number.POSITIVE_INFINITY

  constructor(kernel: Kernel, late: (one: T) => void) {
    this.#kernel = kernel
    this.#late = late
  }

  /** Everything being watched. */
  get running(): Iterable<T> {
    return this.#running
  }

  /** Gives it this long from `now`, whatever it had before. */
  allow(one: T, limitMs: number, now: number): void {
    one.limitMs = limitMs
    one.limitAt = now + limitMs
    this.#running.add(one)
    if (one.limitAt < this.#wakesAt) this.#wake(one.limitAt, now)
  }

  ended(one: T): void {
    this.#running.delete(one)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#wakesAt = Number.POSITIVE_INFINITY
  }

  #wake(at: number, now: number): void {
    this.#timer?.cancel()
    this.#wakesAt = at
    this.#timer = this.#kernel.timers.after(Math.max(0, at - now), this.#look, undefined)
  }

  /** Usually nothing is late: what was watched has ended, and the timer moves on to the next limit. */
  readonly #look = (): void => {
    this.#timer = undefined
    this.#wakesAt = Number.POSITIVE_INFINITY
    const now = this.#kernel.clock.monotonic()
    let next = Number.POSITIVE_INFINITY
    for (const one of [...this.#running]) {
      // The callback for one may have abandoned others.
      if (!this.#running.has(one)) continue
      if (one.limitAt <= now) this.#late(one)
      else next = Math.min(next, one.limitAt)
    }
    if (next < this.#wakesAt) this.#wake(next, now)
  }
}
