import { type Arm, COUNT, FIGURES, MEAN, PROPENSITY, SCORE } from './decision-log.ts'

/** Decisions whose figures share one buffer. Memory outside the heap costs as much to allocate as the decision itself. */
const DECISIONS_TOGETHER = 64

/** What was known of every branch at each decision, for `why`: rows of `FIGURES` numbers. */
export class DecisionFigures {
  /** Of the latest decision and some earlier ones. */
  buffer: Float64Array = new Float64Array(0)
  #next = 0

  /** Stores a decision's figures. Propensities are 0, or NaN if they will not be `known`. @returns the offset in `buffer` */
  add(arms: readonly Arm[], scores: Float64Array, known: boolean): number {
    const size = arms.length * FIGURES
    if (this.#next + size > this.buffer.length) {
      this.buffer = new Float64Array(size * DECISIONS_TOGETHER)
      this.#next = 0
    }
    const base = this.#next
    this.#next += size
    for (let position = 0; position < arms.length; position++) {
      const { count, sum } = arms[position] as Arm
      const at = base + position * FIGURES
      this.buffer[at + COUNT] = count
      this.buffer[at + MEAN] = sum / count
      this.buffer[at + SCORE] = scores[position] as number
      this.buffer[at + PROPENSITY] = known ? 0 : Number.NaN
    }
    return base
  }

  /** For the latest decision, which `add` put at `base`: the probability of choosing `position`. */
  setPropensity(base: number, position: number, probability: number): void {
    this.buffer[base + position * FIGURES + PROPENSITY] = probability
  }
}
