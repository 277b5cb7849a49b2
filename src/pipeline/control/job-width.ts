/** Runs in flight before anything is known. */
const FIRST = 8
/** Runs that end between two looks, as a multiple of the width. */
const LOOK_RUNS = 2
/** Least time between two looks, in milliseconds: a rate over less is noise. */
const LOOK_MS = 50
/** Relative change that counts as another rate. */
const NOTICED = 0.04
const STEP = 1.25

/**
 * How many runs of a job are in flight. It climbs the hill of throughput: each look compares the rate of answers with the
 * previous one. It keeps its direction while the rate grows, turns when it falls, and goes down when it stays the same.
 *
 *   answers/s      ╭────────      up while it pays, down on the plateau: it stays at the knee
 *                 ╱▲
 *                ╱ └ width
 */
export class JobWidth {
  readonly #most: number
  /** A number from the caller is kept, except after refusals. */
  readonly #fixed: boolean
  #width: number
  #up = true
  #ended = 0
  #since = Number.NaN
  #rate = 0

  constructor(most: number, fixed: boolean) {
    this.#most = most
    this.#fixed = fixed
    this.#width = fixed ? most : Math.min(FIRST, most)
  }

  get now(): number {
    return Math.floor(this.#width)
  }

  /** A run has ended, at `now`, monotonic milliseconds. */
  ended(now: number): void {
    if (Number.isNaN(this.#since)) this.#since = now
    this.#ended += 1
    const tookMs = now - this.#since
    if (this.#ended < this.#width * LOOK_RUNS || tookMs < LOOK_MS) return
    if (this.#fixed) this.#up = true
    else this.#turn(this.#ended / tookMs)
    this.#width = this.#bounded(this.#up ? Math.max(this.#width + 1, this.#width * STEP) : this.#width / STEP)
    this.#ended = 0
    this.#since = now
  }

  /** The pipeline had no room: reduces the number at once. */
  refused(): void {
    this.#width = this.#bounded(this.#width / STEP)
    this.#ended = 0
    this.#since = Number.NaN
  }

  #turn(rate: number): void {
    const gain = rate / this.#rate - 1
    if (gain < -NOTICED) this.#up = !this.#up
    else if (gain <= NOTICED) this.#up = false
    this.#rate = rate
  }

  #bounded(width: number): number {
    return Math.min(this.#most, Math.max(1, width))
  }
}
