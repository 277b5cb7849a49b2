import { contextOf } from '../../knowledge/text/passages.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { terms } from '../../knowledge/text/words.ts'
import type { Calibration } from '../calibration/calibration.ts'
import { CONFIDENCE_FEATURES, EXTRACTION_CONFIDENCE_FEATURES } from '../calibration/features.ts'
import type { Found } from '../reading/candidate.ts'
import { coverage } from '../reading/features.ts'
import type { Question } from '../reading/question.ts'
import { headingLine } from '../reading/reading-text.ts'
import { isDoubtful } from './doubt.ts'
import type { Ballot, Outcome } from './vote.ts'

/**
 * `share` of the vote for the winner (log) and for its passage, and its lead over the best statement of another passage;
 * agreement and marks of the readers; cosine of its passage; share of the question's weight in passage, title and
 * headings, and in the statement alone; of its names; missing names (a count), and the share of weight that the whole
 * collection lacks.
 */
export function confidenceFeatures(question: Question, found: readonly Found[], outcome: Outcome): number[] {
  const winner = outcome.ballots[0]
  const page = winner === undefined ? undefined : found[winner.found]
  if (winner === undefined || page === undefined) return CONFIDENCE_FEATURES.map(() => 0)
  const rival = outcome.ballots.find((ballot) => ballot.found !== winner.found)
  const statement = page.passage.statements[winner.statement]
  const around = new Set([...terms(page.passage.text), ...terms(contextOf(page.passage))])
  const own = new Set(
    statement === undefined ? [] : terms(page.passage.text.slice(statement.start, statement.end)),
  )
  const named = question.terms.filter((term) => term.named)
  const unknown = new Set(question.terms.filter((term) => term.unknown).map((term) => term.term))
  return [
    Math.log(shareWith(winner, statement, page, outcome)),
    outcome.passages[0]?.share ?? 0,
    Math.min(LEAD_MOST, rival === undefined ? LEAD_MOST : winner.score - rival.score),
    outcome.agreement,
    winner.marks.similarity,
    winner.marks.overlap,
    winner.marks.answerType,
    winner.marks.standing,
    page.dense,
    coverage(question.terms, around),
    coverage(question.terms, own),
    named.length === 0 ? 1 : coverage(named, around),
    named.filter((term) => !around.has(term.term)).length,
    coverage(question.terms, unknown),
    ...(outcome.answerable === undefined ? [] : [winner.marks.extraction, outcome.answerable]),
  ]
}

const LEAD_MOST = 5
const UNSURE = 0.001
/**
 * The least log-odds of a trained reader that any passage answers, four to one, for a sure answer. Questions written to look answerable have
 * the words of the passage: only the reader can tell (decision 037).
 */
const ANSWERED_LEAST = Math.log(4)

/** A list and its items, or a record and its fields, are no rivals: their shares count together. */
function shareWith(winner: Ballot, own: Statement | undefined, { passage }: Found, outcome: Outcome): number {
  if (own === undefined) return winner.share
  const holds = (a: Statement, b: Statement) => a.kind === 'list' && a.start <= b.start && a.end >= b.end
  return outcome.ballots.reduce((sum, { found, statement, share }) => {
    const other = found === winner.found ? passage.statements[statement] : undefined
    return other === undefined || other === own || !(holds(other, own) || holds(own, other))
      ? sum
      : sum + share
  }, winner.share)
}

/** Probability that the winner is right, 0 to 1; 0 if nothing was found. `span` is the answer's place in the winner. */
export function confidence(
  question: Question,
  found: readonly Found[],
  outcome: Outcome,
  calibration: Calibration,
  span: Stretch | undefined = outcome.spans?.[0],
): number {
  if (outcome.ballots.length === 0) return 0
  const { weights, intercept } = calibration.confidence
  const features = confidenceFeatures(question, found, outcome)
  const names = [...CONFIDENCE_FEATURES, ...EXTRACTION_CONFIDENCE_FEATURES]
  const sum = names.reduce((at, name, i) => at + (weights[name] ?? 0) * (features[i] ?? 0), 0)
  const sure = 1 / (1 + Math.exp(-(sum + intercept)))
  // A passage without any word of the question may still answer it, but nobody can be sure of that.
  const apart = question.terms.length > 1 && features[CONFIDENCE_FEATURES.indexOf('covered')] === 0
  const doubted = (outcome.answerable ?? Number.POSITIVE_INFINITY) < ANSWERED_LEAST
  return apart || doubted || outcome.disputed === true || isBeside(question, found, outcome, span)
    ? Math.min(sure, calibration.confidence.sure - UNSURE)
    : sure
}

/** Whether the winner is about something else than the question, as far as names and kinds tell. */
function isBeside(
  question: Question,
  found: readonly Found[],
  { ballots }: Outcome,
  span: Stretch | undefined,
): boolean {
  const winner = ballots[0]
  const passage = winner === undefined ? undefined : found[winner.found]?.passage
  const whole = passage?.statements[winner?.statement ?? 0]
  if (passage === undefined || whole === undefined) return false
  const start = whole.start + (span?.start ?? 0)
  const end = span === undefined ? whole.end : whole.start + span.end
  const headings = start < 0 ? headingLine(passage) : undefined
  // The item or the line of a list that holds the answer.
  const statement =
    passage.statements.find((one) => one.kind !== 'list' && one.start <= start && one.end >= end) ?? whole
  const text = headings ?? passage.text.slice(statement.start, statement.end)
  const shift = headings === undefined ? -statement.start : headings.length + 1
  const context = terms(contextOf(passage))
  return isDoubtful(question, {
    // What stands in a heading above is no cell, field or item.
    statement: headings === undefined ? statement : undefined,
    text,
    span: span === undefined ? undefined : { start: start + shift, end: end + shift },
    said: `${text} ${statement.under} ${contextOf(passage)}`,
    around: new Set([...terms(passage.text), ...context]),
    own: new Set([...terms(text), ...terms(statement.under), ...context]),
  })
}
