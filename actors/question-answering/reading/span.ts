import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Calibration } from '../calibration/calibration.ts'
import { SPAN_FEATURES } from '../calibration/features.ts'
import type { Question } from './question.ts'
import { SpanCandidates } from './span-features.ts'

/** Runs that are weighed before others get their turn: about a millisecond. */
const RUNS_A_TURN = 50

/**
 * The shortest run of a statement that answers the question, as offsets in the statement; the whole statement if it
 * has no words. A linear model over all runs, after the logistic-regression baseline of Rajpurkar et al. 2016.
 *
 * @param turn awaited every few milliseconds: a long statement has thousands of runs.
 */
export async function bestSpan(
  question: Question,
  statement: string,
  calibration: Calibration,
  turn: () => Promise<void> = async () => {},
): Promise<Stretch> {
  const weighing = new Weighing(question, statement, calibration)
  for (let from = 0; from < weighing.size; from += RUNS_A_TURN) {
    if (from > 0) await turn()
    weighing.weigh(from, Math.min(weighing.size, from + RUNS_A_TURN))
  }
  return weighing.best
}

class Weighing {
  readonly #candidates: SpanCandidates
  readonly #weights: readonly number[]
  #best: Stretch
  #most = Number.NEGATIVE_INFINITY

  constructor(question: Question, statement: string, { span }: Calibration) {
    this.#candidates = new SpanCandidates(question, statement)
    this.#weights = SPAN_FEATURES.map((name) => span[name])
    this.#best = { start: 0, end: statement.length }
  }

  get size(): number {
    return this.#candidates.spans.length
  }

  /** The best of those weighed so far. */
  get best(): Stretch {
    const { start, end } = this.#best
    return { start, end }
  }

  weigh(from: number, to: number): void {
    for (let i = from; i < to; i += 1) {
      const score = this.#candidates
        .row(i)
        .reduce((sum, value, j) => sum + value * (this.#weights[j] as number), 0)
      if (score <= this.#most) continue
      this.#most = score
      this.#best = this.#candidates.spans[i] as Stretch
    }
  }
}
