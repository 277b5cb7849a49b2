import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Calibration } from '../calibration/calibration.ts'
import { SPAN_FEATURES } from '../calibration/features.ts'
import type { Question } from './question.ts'
import { spanCandidates } from './span-features.ts'

/**
 * The shortest run of a statement that answers the question, as offsets in the statement; the whole statement if it
 * has no words. A linear model over all runs, after the logistic-regression baseline of Rajpurkar et al. 2016.
 */
export function bestSpan(question: Question, statement: string, calibration: Calibration): Stretch {
  const { spans, rows } = spanCandidates(question, statement)
  const weights = SPAN_FEATURES.map((name) => calibration.span[name])
  let best: Stretch = { start: 0, end: statement.length }
  let most = Number.NEGATIVE_INFINITY
  rows.forEach((row, i) => {
    const score = row.reduce((sum, value, j) => sum + value * (weights[j] as number), 0)
    if (score > most) {
      most = score
      best = spans[i] as Stretch
    }
  })
  return { start: best.start, end: best.end }
}
