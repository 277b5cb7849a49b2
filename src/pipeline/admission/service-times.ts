/** Number of runs that the floor covers, in two halves. */
const FLOOR_RUNS = 128
/** The fewest and the most runs that an average covers. */
const RUNS_FEWEST = 8
const RUNS_MOST = 64
/** Mean deviations above the mean that are reckoned with: at first (Jacobson 1988 takes 4 for timeouts), least and most. */
const DEVIATIONS = { first: 4, least: 3, most: 20 }
/** The share of runs that may take longer than expected. */
const LONGER = 0.005
/** Learning rate: mean deviations added by one run that takes longer. */
const LEARN = 0.5

/**
 * How long runs take from the moment they begin, and how that depends on how many are in flight.
 *
 * The mean and the mean deviation are exponentially weighted (Jacobson, "Congestion avoidance and control", SIGCOMM 1988).
 * With fewer runs in flight than those had that were measured a run may be faster, in proportion at best, and never faster
 * than the fastest of late.
 */
export class ServiceTimes {
  /** Milliseconds; NaN until the first run has ended. */
  mean = Number.NaN
  /** Mean absolute deviation, milliseconds. */
  deviation = 0
  /** Mean of how many were in flight when those runs began. */
  company = 1
  /** So many mean deviations above the mean hold all runs but `LONGER` of them. */
  #deviations = DEVIATIONS.first
  #floor = Number.POSITIVE_INFINITY
  #floorBefore = Number.POSITIVE_INFINITY
  #inHalf = 0

  /** A run took `ms` milliseconds, begun with `company` in flight. */
  add(ms: number, company: number): void {
    this.#floor = Math.min(this.#floor, ms)
    this.#inHalf += 1
    if (this.#inHalf * 2 >= FLOOR_RUNS) {
      this.#floorBefore = this.#floor
      this.#floor = ms
      this.#inHalf = 0
    }
    if (Number.isNaN(this.mean)) {
      this.mean = ms
      this.deviation = ms / 4
      this.company = company
      return
    }
    // A quantile by stochastic approximation (Robbins and Monro 1951): it needs no idea of how times are distributed.
    const step = ms > this.atMostBusy(company) ? LEARN : (-LEARN * LONGER) / (1 - LONGER)
    this.#deviations = Math.min(DEVIATIONS.most, Math.max(DEVIATIONS.least, this.#deviations + step))
    const gain = 1 / Math.min(RUNS_MOST, Math.max(RUNS_FEWEST, company))
    // Time may grow with what is in flight, or not: what either explains is no chance.
    const error = ms - this.mean
    const apart = Math.min(Math.abs(error), Math.abs(ms - (this.mean * company) / this.company))
    this.mean += gain * error
    this.deviation += gain * (apart - this.deviation)
    this.company += gain * (company - this.company)
  }

  /** The shortest of late, milliseconds; Infinity while nothing is known. */
  get floor(): number {
    return Math.min(this.#floor, this.#floorBefore)
  }

  /** The longest time of nearly all runs that begin with `company` in flight; 0 while nothing is known. */
  atMost(company: number): number {
    return this.#longest(Math.min(1, company / this.company))
  }

  /** The same while runs wait. All that works is busy then, so more in flight take longer in proportion. */
  atMostBusy(company: number): number {
    return this.#longest(company / this.company)
  }

  #longest(share: number): number {
    if (Number.isNaN(this.mean)) return 0
    const typical = Math.max(Math.min(this.floor, this.mean), this.mean * share)
    return typical + this.#deviations * this.deviation * Math.min(1, share)
  }
}
