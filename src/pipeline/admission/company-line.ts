import type { PlanWidth } from './plan-width.ts'

/** The company varies too little to tell anything below this share of its mean; so much weight has the line through zero. */
const PRIOR_SPREAD = 0.05
/** The line holds so many standard deviations of the company above its mean; from there time grows in proportion. */
const EDGE = 1

/** What is known of the runs of late whatever their company, and of the one that has ended now. */
export class RecentRuns {
  /** Their mean time, milliseconds; NaN until the first has ended. */
  mean = Number.NaN
  /** None takes less. */
  floor = 0
  /** The last one's time as it counts, and so much longer than the mean before it, milliseconds. */
  counted = 0
  longer = 0
  /** What it counts in means, and in slopes. */
  gain = 0
  share = 0
  /** So many mean deviations above the line hold nearly all runs. */
  deviations = 0
  readonly width: PlanWidth

  /** `width`: as many as wait for nobody, unless runs have told otherwise. */
  constructor(width: PlanWidth) {
    this.width = width
  }
}

/**
 * A straight line through the runs of late: time = fixed + each × company (exponentially weighted least squares). Work on one
 * thread has nothing fixed, work elsewhere has nothing else, a model that serves batches has both.
 *
 *     time                 ╱ in proportion: nothing is known up here
 *             ·  ·─────·──╱
 *      floor ─·───────────     · runs of late
 *                                                 company ─▶
 *
 * While all had the same company, fewer count as faster in proportion, and one more as no slower: both are tried, and tell.
 * The mean deviation from the line is weighted alike (Jacobson, "Congestion avoidance and control", SIGCOMM 1988).
 *
 * Numbers come and go by fields, because a number that a function takes or returns is an object unless V8 inlines it.
 */
export class CompanyLine {
  /** Mean of the company of those runs. */
  company = 1
  /** Mean absolute deviation from the line, milliseconds. */
  deviation = 0
  /** The company to learn from, or to reckon with, next. */
  at = 1
  /** The time reckoned for it, milliseconds. */
  typical = 0
  readonly #runs: RecentRuns
  /** Variance of the company, and its covariance with the time. */
  #spread = 0
  #joint = 0
  /** What one more in flight adds, milliseconds. It is kept, because up to the mean company it is all that an estimate needs. */
  #each = 0

  constructor(runs: RecentRuns) {
    this.#runs = runs
  }

  /** The first run of all has ended. */
  begin(): void {
    const { mean } = this.#runs
    this.company = this.at
    this.deviation = mean / 8
    this.#each = mean / this.company
  }

  /** The run has ended for which the time was reckoned last, and counts in the mean. */
  add(): void {
    const { mean, counted, longer, gain, share } = this.#runs
    const more = this.at - this.company
    this.deviation += gain * (Math.abs(counted - this.typical) - this.deviation)
    this.company += gain * more
    this.#spread += share * (more * more - this.#spread)
    this.#joint += share * (more * longer - this.#joint)
    const whole = mean / this.company
    const prior = (PRIOR_SPREAD * this.company) ** 2
    const each = (this.#joint + prior * whole) / (this.#spread + prior)
    this.#each = Math.min(whole, Math.max(0, each))
  }

  /**
   * Whether nearly all runs surely take no longer: the line rises at most in proportion up to its edge, and in proportion from
   * there. False says nothing.
   */
  isSurelyWithin(ms: number): boolean {
    const { at, company } = this
    const { mean, deviations } = this.#runs
    const above = deviations * this.deviation
    if (at <= company) return mean + above <= ms
    return mean * at * at + above * company * company <= ms * company * company
  }

  /** Finds the time of most runs with this company. */
  reckon(): void {
    const { mean, floor } = this.#runs
    const more = this.at - this.company
    if (more > 0) this.#reckonMore()
    else this.typical = Math.max(floor, mean + this.#each * more)
  }

  /** The same for more than the mean company. */
  #reckonMore(): void {
    const { at, company } = this
    const { mean, floor, width } = this.#runs
    const spread = this.#spread
    const prior = (PRIOR_SPREAD * company) ** 2
    if (spread < prior && at <= Math.ceil(company) + 1) {
      this.typical = mean
      return
    }
    let each = this.#each
    let edge = company + EDGE * Math.sqrt(spread)
    if (company < width.trusted) {
      each = Math.min(mean / company, Math.max(0, this.#joint / (spread + prior)))
      edge = Math.max(width.trusted, edge)
    }
    const line = Math.max(floor, mean + each * (Math.min(at, edge) - company))
    this.typical = at > edge ? (line * at) / edge : line
  }

  /** From now on everything takes so many times as long. */
  scale(factor: number): void {
    this.deviation *= factor
    this.#joint *= factor
    this.#each *= factor
  }
}
