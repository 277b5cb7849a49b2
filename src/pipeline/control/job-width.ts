/** How much a refusal takes away. */
const CUT = 1.25

/**
 * How many runs of a job are in flight: as many as its caller says, or as the pipeline's own limit allows. After a refusal
 * they are fewer at once, and one more again with every round of runs that end.
 */
export class JobWidth {
  readonly #most: () => number
  #ceiling = Number.POSITIVE_INFINITY
  #now: number

  /** `most`: what is allowed at this moment. */
  constructor(most: () => number) {
    this.#most = most
    this.#now = most()
  }

  get now(): number {
    return this.#now
  }

  /** A run has ended. */
  ended(): void {
    const most = this.#most()
    this.#ceiling = this.#ceiling < most ? this.#ceiling + 1 / this.#ceiling : Number.POSITIVE_INFINITY
    this.#now = Math.floor(Math.min(most, this.#ceiling))
  }

  /** The pipeline had no room. */
  refused(): void {
    this.#ceiling = Math.max(1, this.#now / CUT)
    this.#now = Math.floor(this.#ceiling)
  }
}
