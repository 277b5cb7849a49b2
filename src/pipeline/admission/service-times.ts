import { CompanyLine, RecentRuns } from './company-line.ts'
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
/** What one that does not takes away. */
const UNLEARN = (-LEARN * LONGER) / (1 - LONGER)
/** A run counts as at most so many times the longest that was expected, and so many milliseconds at least. */
const OUTLIER = { times: 1.5, ms: 10 }
/** Runs had so many times as many beside them as they found: they came in bursts. */
const IN_BURSTS = 1.5
/** What runs had beside them explains their times unless what they found does so much better. */
const CLEARER = 0.8
/** From this share of the expected time on, a run has taken as long as before. */
const AS_BEFORE = 0.7

/** What a run tells about service times. */
type Told = Pick<Guest, 'begunAt' | 'company' | 'meanCompany'>

/**
 * How long runs take from the moment they begin, and how that depends on how many are in flight.
 *
 * Company counts in two ways: as a run found it when it began, and as the mean over its time. Of those that begin together and share
 * a core the first finds nobody and takes as long as the last, so in bursts the second counts if it explains the times better. (Not
 * otherwise: a run that happens to take long has other company for it.)
 *
 * So many as every step takes at once (`width`) wait for nobody: up to there more count as no slower until runs tell otherwise.
 * One run that takes far longer than expected says little about the others; several in a row do.
 */
export class ServiceTimes {
  readonly #width: PlanWidth
  readonly #runs: RecentRuns
  readonly #found: CompanyLine
  readonly #beside: CompanyLine
  /** The one that counts. */
  #line: CompanyLine
  /** Runs that the slopes cover. */
  #seen = 0
  #floor = Number.POSITIVE_INFINITY
  #floorBefore = Number.POSITIVE_INFINITY
  #inHalf = 0
  /** Of the last company that was reckoned with. */
  #most = 0

  /** `width`: as many runs in flight wait for no other at any step. It may change. */
  constructor(width = { runs: 1 }) {
    this.#width = new PlanWidth(width)
    this.#runs = new RecentRuns(this.#width)
    this.#runs.deviations = DEVIATIONS.first
    this.#found = new CompanyLine(this.#runs)
    this.#beside = new CompanyLine(this.#runs)
    this.#line = this.#found
  }

  /** Milliseconds; NaN until the first run has ended. */
  get mean(): number {
    return this.#runs.mean
  }

  /** A run has ended; `told`: by itself; `others`: still in flight. (Numbers computed by the caller would each be an object.) */
  add(guest: Told, now: number, told = true, others = 0): void {
    const runs = this.#runs
    const ms = now - guest.begunAt
    this.#found.at = guest.company
    this.#beside.at = guest.meanCompany
    this.#width.ms = ms
    this.#lowest()
    if (Number.isNaN(runs.mean)) {
      runs.mean = ms
      runs.floor = ms
      this.#found.begin()
      this.#beside.begin()
      this.#width.add(Math.max(guest.company, others + 1), told)
      return
    }
    this.#found.reckon()
    this.#beside.reckon()
    this.#reckonMost()
    // A quantile by stochastic approximation (Robbins and Monro 1951): it needs no idea of how times are distributed.
    const counted = Math.min(ms, OUTLIER.times * this.#most + OUTLIER.ms)
    const step = ms > this.#most ? LEARN : UNLEARN
    runs.deviations = Math.min(DEVIATIONS.most, Math.max(DEVIATIONS.least, runs.deviations + step))
    runs.counted = counted
    runs.longer = counted - runs.mean
    runs.gain = 1 / Math.min(RUNS_MOST, Math.max(RUNS_FEWEST, guest.company), this.#seen + 2)
    if (this.#seen < RUNS_MOST) {
      this.#seen += 1
      runs.share = 1 / this.#seen
    }
    runs.mean += runs.gain * runs.longer
    runs.floor = Math.min(this.floor, runs.mean)
    this.#found.add()
    this.#beside.add()
    const { company, deviation } = this.#beside
    const inBursts = company > IN_BURSTS * this.#found.company
    this.#line = inBursts && this.#found.deviation > CLEARER * deviation ? this.#beside : this.#found
    this.#width.ms = counted
    this.#width.add(Math.max(guest.company, others + 1), told)
  }

  /**
   * After a pause a run has ended: if it was faster than expected, all count as faster by the square root of that, and in the same
   * proportions.
   * False where it took as long as before.
   */
  recheck({ begunAt, company, meanCompany }: Told, now: number): boolean {
    this.#found.at = company
    this.#beside.at = meanCompany
    this.#reckon()
    const share = (now - begunAt) / this.#line.typical
    // Nothing is known where it is no number.
    if (!(share <= AS_BEFORE)) return false
    const factor = Math.sqrt(share)
    this.#runs.mean *= factor
    this.#floor *= factor
    this.#floorBefore *= factor
    this.#runs.floor *= factor
    // The jump looked like a long tail.
    this.#runs.deviations = Math.min(this.#runs.deviations, DEVIATIONS.first)
    this.#found.scale(factor)
    this.#beside.scale(factor)
    return true
  }

  /** Up to the width of the plan more in flight were slower, or some were cut short. */
  get isDoubted(): boolean {
    return this.#width.isDoubted
  }

  /** The shortest of late, milliseconds; Infinity while nothing is known. */
  get floor(): number {
    return Math.min(this.#floor, this.#floorBefore)
  }

  /** The time of most runs that begin with `company` in flight, milliseconds; 0 while nothing is known. */
  typical(company: number): number {
    this.#line.at = company
    this.#reckon()
    return this.#line.typical
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
    this.#line.at = company
    this.#reckon()
    return this.#most
  }

  /** Whether nearly all runs that begin with `company` in flight take no longer. */
  within(ms: number, company: number): boolean {
    this.#line.at = company
    // Mostly there is far more time than it takes: a bound without divisions shows that.
    if (this.#line.isSurelyWithin(ms)) return true
    this.#reckon()
    return this.#most <= ms
  }

  /** Of the run that is added now. */
  #lowest(): void {
    const { ms } = this.#width
    if (ms < this.#floor) this.#floor = ms
    if (ms < this.#runs.floor) this.#runs.floor = ms
    this.#inHalf += 1
    if (this.#inHalf * 2 < FLOOR_RUNS) return
    this.#floorBefore = this.#floor
    this.#floor = ms
    this.#inHalf = 0
  }

  /** Both numbers for the line's company. They are fields, because a number that a function returns is an object unless V8 inlines it. */
  #reckon(): void {
    if (Number.isNaN(this.#runs.mean)) {
      this.#line.typical = 0
      this.#most = 0
      return
    }
    this.#line.reckon()
    this.#reckonMost()
  }

  #reckonMost(): void {
    const { at, company, typical, deviation } = this.#line
    const most = this.#runs.deviations * deviation
    this.#most = typical + (at < company ? (most * at) / company : most)
  }
}
