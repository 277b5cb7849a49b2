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
  /** So much longer than the mean the last one took, milliseconds. */
  longer = 0
  /** What it counts in means, and in slopes. */
  gain = 0
  share = 0
  /** So many are trusted to wait for nobody; 0: nothing is trusted. */
  width = 0
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

  constructor(runs: RecentRuns) {
    this.#runs = runs
  }

  /** The first run of all has ended. */
  begin(): void {
    this.company = this.at
    this.deviation = this.#runs.mean / 8
  }

  /** A run has ended. */
  add(): void {
    this.reckon()
    const { mean, longer, gain, share } = this.#runs
    const more = this.at - this.company
    this.deviation += gain * (Math.abs(mean + longer - this.typical) - this.deviation)
    this.company += gain * more
    this.#spread += share * (more * more - this.#spread)
    this.#joint += share * (more * longer - this.#joint)
  }

  /** Finds the time of most runs with this company. */
  reckon(): void {
    const { at, company } = this
    const { mean, floor, width } = this.#runs
    const prior = (PRIOR_SPREAD * company) ** 2
    const isNext = at > company && at <= Math.ceil(company) + 1
    if (isNext && this.#spread < prior) {
      this.typical = mean
      return
    }
    const whole = mean / company
    const isTrusted = at > company && company < width
    const first = isTrusted ? 0 : whole
    const each = Math.min(whole, Math.max(0, (this.#joint + prior * first) / (this.#spread + prior)))
    const edge = Math.max(isTrusted ? width : 1, company + EDGE * Math.sqrt(this.#spread))
    const line = mean + each * (Math.min(at, edge) - company)
    this.typical = Math.max(floor, line) * Math.max(1, at / edge)
  }

  /** From now on everything takes so many times as long. */
  scale(factor: number): void {
    this.deviation *= factor
    this.#joint *= factor
  }
}
