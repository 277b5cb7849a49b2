import { type Arm, COUNT, FIGURES, MEAN, PROPENSITY, SCORE } from './decision-log.ts'

/** Decisions whose figures share one buffer: an allocation of memory outside of the heap costs as much as the decision. */
const DECISIONS_TOGETHER = 64

/** What was known of every branch at each decision, for `why`: rows of `FIGURES` numbers. */
export class DecisionFigures {
  /** Of the latest decision, and of some before it. */
  buffer: Float64Array = new Float64Array(0)
  #next = 0

  /** Writes a decision's figures down; their propensities are 0, or NaN where they will not be `known`. @returns where in `buffer` */
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

  /** Of the latest decision, which `add` put at `base`: the probability that `position` was chosen with. */
  setPropensity(base: number, position: number, probability: number): void {
    this.buffer[base + position * FIGURES + PROPENSITY] = probability
  }
}
