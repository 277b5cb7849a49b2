import { binomialTail } from './tails.ts'

/** How a surge of headlines is told from chance. */
export interface SurgeOptions {
  /** Most false alarms a window of one entity, where its headlines come at a steady rate: 0.0001 is one in 10,000 windows. */
  readonly falseAlarms: number
  /** How many windows back the usual rate is taken from. */
  readonly history: number
  /** Fewest windows of history before anything can be a surge. */
  readonly minimum: number
}

/** What a window's count says. */
export interface SurgeVerdict {
  readonly alarm: boolean
  readonly expected: number
  /** How likely so many headlines, or more, are at the usual rate. */
  readonly p: number
}

/** A count that is this likely at the usual rate ends a surge when it comes twice in a row. */
const CALM = 0.05
const CALM_WINDOWS = 2
/** A surge that lasts so many windows is the new usual rate. */
const LONGEST = 12

/**
 * Finds the window in which an entity is named more often than its history explains, once a surge.
 *
 * Of N headlines in the history and this window together, each is in this window with chance 1 / (windows + 1), if the rate is
 * steady: the count is binomial, whatever the rate is (Przyborowski and Wilenski 1940). So the false-alarm rate holds without an
 * estimate of the rate, and on shuffled times exactly.
 */
export class SurgeDetector {
  readonly #options: SurgeOptions
  /** Counts of the last windows without a surge; `#windows` counts those before the entity was first seen too. */
  readonly #counts: number[] = []
  #sum = 0
  #surging = false
  #calm = 0
  #long = 0

  /** @param before windows that passed without the entity before it was first seen. */
  constructor(options: SurgeOptions, before: number) {
    this.#options = options
    for (let i = 0; i < Math.min(before, options.history); i++) this.#counts.push(0)
  }

  get surging(): boolean {
    return this.#surging
  }

  /** Takes the count of the next window. */
  take(count: number): SurgeVerdict {
    const windows = this.#counts.length
    const p = binomialTail(count, this.#sum + count, 1 / (windows + 1))
    const expected = windows === 0 ? count : this.#sum / windows
    const unusual = windows >= this.#options.minimum && p <= this.#options.falseAlarms
    if (!this.#surging) {
      if (!unusual) this.#learn(count)
      this.#surging = unusual
      this.#calm = 0
      this.#long = 0
      return { alarm: unusual, expected, p }
    }
    this.#calm = p > CALM ? this.#calm + 1 : 0
    this.#long += 1
    if (this.#calm >= CALM_WINDOWS) this.#surging = false
    else if (this.#long >= LONGEST) {
      this.#surging = false
      this.#counts.length = 0
      this.#sum = 0
    }
    return { alarm: false, expected, p }
  }

  #learn(count: number): void {
    this.#counts.push(count)
    this.#sum += count
    if (this.#counts.length > this.#options.history) this.#sum -= this.#counts.shift() as number
  }
}
