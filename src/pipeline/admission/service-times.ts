import type { Guest } from './guest.ts'
import { PlanWidth } from './plan-width.ts'

/** Number of runs that the floor covers, in two halves. */
const FLOOR_RUNS = 128
/** The fewest and the most runs that an average covers. */
const RUNS_FEWEST = 16
const RUNS_MOST = 64
/** Mean deviations above the mean that are reckoned with: at first (Jacobson 1988 takes 4 for timeouts), least and most. */
const DEVIATIONS = { first: 4, least: 2, most: 20 }
/** The share of runs that may take longer than expected. */
const LONGER = 0.005
/** Learning rate: mean deviations added by one run that takes longer. */
const LEARN = 0.5
/** The company varies too little to tell anything below this share of its mean; so much weight has the line through zero. */
const PRIOR_SPREAD = 0.05

/** The line holds so many standard deviations of the company above its mean; from there time grows in proportion. */
const EDGE = 1

/** A run counts as at most so many times the longest that was expected, and so many milliseconds at least. */
const OUTLIER = { times: 1.5, ms: 10 }

/**
 * How long runs take from the moment they begin, and how that depends on how many are in flight.
 *
 * A straight line through the runs of late: time = fixed + each × company (exponentially weighted least squares). Work on one
 * thread has nothing fixed, work elsewhere has nothing else, a model that serves batches has both.
 *
 *     time                 ╱ in proportion: nothing is known up here
 *             ·  ·─────·──╱
 *      floor ─·───────────     · runs of late
 *                                                 company ─▶
 *
 * While all had the same company, fewer count as faster in proportion, and one more as no slower: both are tried, and tell.
 * So many as every step takes at once (`width`) wait for nobody: up to there more count as no slower until runs tell otherwise.
 * One run that takes far longer than expected says little about the others; several in a row do.
 * The mean deviation from the line is weighted alike (Jacobson, "Congestion avoidance and control", SIGCOMM 1988).
 */
export class ServiceTimes {
  /** Milliseconds; NaN until the first run has ended. */
  mean = Number.NaN
  /** Mean absolute deviation from the line, milliseconds. */
  deviation = 0
  /** Mean of how many were in flight when those runs began. */
  company = 1
  /** Variance of the company, and its covariance with the time. */
  #spread = 0
  #joint = 0
  /** Runs that these two cover. */
  #runs = 0
  /** So many mean deviations above the line hold all runs but `LONGER` of them. */
  #deviations = DEVIATIONS.first
  #floor = Number.POSITIVE_INFINITY
  #floorBefore = Number.POSITIVE_INFINITY
  #inHalf = 0
  readonly #width: PlanWidth
  /** Of the last company that was reckoned with. */
  #typical = 0
  #most = 0

  /** `width`: as many runs in flight wait for no other at any step. It may change. */
  constructor(width = { runs: 1 }) {
    this.#width = new PlanWidth(width)
  }

  /** A run has ended; `told`: by itself; `others`: still in flight. (Numbers computed by the caller would each be an object.) */
  add({ begunAt, company }: Pick<Guest, 'begunAt' | 'company'>, now: number, told = true, others = 0): void {
    const ms = now - begunAt
    this.#floor = Math.min(this.#floor, ms)
    this.#inHalf += 1
    if (this.#inHalf * 2 >= FLOOR_RUNS) {
      this.#floorBefore = this.#floor
      this.#floor = ms
      this.#inHalf = 0
    }
    if (Number.isNaN(this.mean)) {
      this.mean = ms
      this.deviation = ms / 8
      this.company = company
      this.#width.ms = ms
      this.#width.add(Math.max(company, others + 1), told)
      return
    }
    // A quantile by stochastic approximation (Robbins and Monro 1951): it needs no idea of how times are distributed.
    this.#reckon(company)
    const counted = Math.min(ms, OUTLIER.times * this.#most + OUTLIER.ms)
    const apart = Math.abs(counted - this.#typical)
    const step = ms > this.#most ? LEARN : (-LEARN * LONGER) / (1 - LONGER)
    this.#deviations = Math.min(DEVIATIONS.most, Math.max(DEVIATIONS.least, this.#deviations + step))
    const gain = 1 / Math.min(RUNS_MOST, Math.max(RUNS_FEWEST, company), this.#runs + 2)
    const [more, longer] = [company - this.company, counted - this.mean]
    this.mean += gain * longer
    this.company += gain * more
    this.#runs = Math.min(RUNS_MOST, this.#runs + 1)
    this.#spread += (more * more - this.#spread) / this.#runs
    this.#joint += (more * longer - this.#joint) / this.#runs
    this.deviation += gain * (apart - this.deviation)
    this.#width.ms = counted
    this.#width.add(Math.max(company, others + 1), told)
  }

  /** The shortest of late, milliseconds; Infinity while nothing is known. */
  get floor(): number {
    return Math.min(this.#floor, this.#floorBefore)
  }

  /** The time of most runs that begin with `company` in flight, milliseconds; 0 while nothing is known. */
  typical(company: number): number {
    this.#reckon(company)
    return this.#typical
  }

  /** What a quarter more in flight would give, and what a quarter fewer would take; see `LimitWindow`. */
  slope(company: number): { readonly gain: number; readonly relief: number } {
    const [more, fewer] = [
      Math.max(company + 1, company * 1.25),
      Math.max(1, Math.min(company - 1, company * 0.75)),
    ]
    const typical = this.typical(company)
    return { gain: (more * typical) / (company * this.typical(more)), relief: this.typical(fewer) / typical }
  }

  /** The longest time of nearly all runs that begin with `company` in flight; 0 while nothing is known. */
  atMost(company: number): number {
    this.#reckon(company)
    return this.#most
  }

  /** Whether nearly all runs that begin with `company` in flight take no longer. */
  within(ms: number, company: number): boolean {
    this.#reckon(company)
    return this.#most <= ms
  }

  /** Both numbers for this company. They are fields, because a number that a function returns is an object unless V8 inlines it. */
  #reckon(company: number): void {
    if (Number.isNaN(this.mean)) {
      this.#typical = 0
      this.#most = 0
      return
    }
    const prior = (PRIOR_SPREAD * this.company) ** 2
    const isNext = company > this.company && company <= Math.ceil(this.company) + 1
    if (isNext && this.#spread < prior) this.#typical = this.mean
    else {
      const whole = this.mean / this.company
      const isTrusted = company > this.company && this.company < this.#width.runs && !this.#width.isDoubted
      const first = isTrusted ? 0 : whole
      const each = Math.min(whole, Math.max(0, (this.#joint + prior * first) / (this.#spread + prior)))
      const edge = Math.max(isTrusted ? this.#width.runs : 1, this.company + EDGE * Math.sqrt(this.#spread))
      const line = this.mean + each * (Math.min(company, edge) - this.company)
      const floor = Math.min(this.#floor, this.#floorBefore, this.mean)
      this.#typical = Math.max(floor, line) * Math.max(1, company / edge)
    }
    this.#most = this.#typical + this.#deviations * this.deviation * Math.min(1, company / this.company)
  }
}
