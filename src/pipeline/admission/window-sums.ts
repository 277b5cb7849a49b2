import type { Guest } from './guest.ts'
import type { LimitWindow } from './limit.ts'
import type { ServiceTimes } from './service-times.ts'

/** The fewest runs in one window of the limit. */
const WINDOW_RUNS = 8
/** The shortest length of a window, milliseconds. */
const WINDOW_MS = 20

/** A run of a burst: most of what it had beside it came after it. */
const JOINED = 1.5

/** Sums over the runs that began in a window of the limit and ended while others waited. */
export class WindowSums {
  #since = Number.NEGATIVE_INFINITY
  #ended = 0
  #answered = 0
  #ms = 0
  #company = 0
  #givenMs = 0

  /** A run has ended. The window, if that was the last of it; then the next one begins. */
  add(
    guest: Guest,
    now: number,
    answered: boolean,
    limit: number,
    times: ServiceTimes,
  ): LimitWindow | undefined {
    if (guest.begunAt < this.#since) return undefined
    this.#ended += 1
    if (answered) this.#answered += 1
    this.#ms += now - guest.begunAt
    this.#company += guest.meanCompany > JOINED * guest.company ? guest.meanCompany : guest.company
    this.#givenMs += guest.deadline - guest.startedAt
    const ended = this.#ended
    // Estimates may allow fewer in flight than the limit does.
    if (ended < Math.max(WINDOW_RUNS, Math.min(limit, this.#company / ended) / 2)) return undefined
    if (now - this.#since < Math.max(WINDOW_MS, times.mean)) return undefined
    const window = {
      company: this.#company / ended,
      meanMs: this.#ms / ended,
      answered: this.#answered / ended,
      givenMs: this.#givenMs / ended,
      ...times.slope(limit),
    }
    this.#since = now
    this.#ended = 0
    this.#answered = 0
    this.#ms = 0
    this.#company = 0
    this.#givenMs = 0
    return window
  }
}
