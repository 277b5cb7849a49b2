/** Runs that an average covers. */
const RUNS = 32
/** Spread of the company, as a share of its mean, from which runs tell whether time grows with it. */
const TELLING = 0.2
/** The width does not hold if so much of the time grows with the company, or so many are cut short; it holds again below. */
const DOUBT = { grows: 0.5, cut: 1 / 8 }
const TRUST = { grows: 0.25, cut: 1 / 16 }

/**
 * Whether as many runs as every step of the plan takes at once really wait for no other.
 *
 * So it is until runs tell otherwise: steps that compute share the cores, and those that call a database share that. A run
 * counts with the most company that is known of it, at its begin or at its end: runs that begin together all have that of the last.
 */
export class PlanWidth {
  readonly #of: { readonly runs: number }
  /** Up to there more in flight were slower. */
  #isDoubted = false
  /** How long the run took that is added next. It is a field, because a number that is passed to a function may become an object. */
  ms = 0
  /** The width that what was seen belongs to. */
  #known: number
  #seen = 0
  #mean = 0
  #company = 1
  #spread = 0
  #joint = 0
  /** The share of those in company that were cut short. */
  #cut = 0

  /** `of`: the width of the plan now. */
  constructor(of: { readonly runs: number }) {
    this.#of = of
    this.#known = of.runs
  }

  /** So many are trusted to wait for nobody; 0: no number is. */
  get trusted(): number {
    return this.isDoubted ? 0 : this.#of.runs
  }

  /** What was seen of another width says nothing. */
  get isDoubted(): boolean {
    return this.#isDoubted && this.#known === this.#of.runs
  }

  /** A run has ended; `told`: by itself. */
  add(company: number, told: boolean): void {
    const { runs } = this.#of
    if (this.#known !== runs) this.#forget(runs)
    if (runs === 1 || company > runs) return
    this.#seen = Math.min(RUNS, this.#seen + 1)
    const gain = 1 / this.#seen
    if (this.#seen === 1) {
      this.#company = company
      this.#mean = this.ms
    }
    const more = company - this.#company
    const longer = this.ms - this.#mean
    this.#company += gain * more
    this.#mean += gain * longer
    this.#spread += gain * (more * more - this.#spread)
    this.#joint += gain * (more * longer - this.#joint)
    // One alone was slow by itself.
    if (company > 1) this.#cut += gain * ((told ? 0 : 1) - this.#cut)
    const { grows, cut } = this.#isDoubted ? TRUST : DOUBT
    const isTold = this.#spread > (TELLING * this.#company) ** 2
    const isSlower = isTold
      ? (this.#joint / this.#spread) * this.#company > grows * this.#mean
      : this.#isDoubted
    this.#isDoubted = isSlower || this.#cut > cut
  }

  /** The plan has another width. */
  #forget(runs: number): void {
    this.#known = runs
    this.#isDoubted = false
    this.#seen = 0
    this.#spread = 0
    this.#joint = 0
    this.#cut = 0
  }
}
