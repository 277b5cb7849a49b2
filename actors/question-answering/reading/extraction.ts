import type { ExtractedAnswer } from '../../../src/inference/tasks/question-answering.ts'
import { InvalidArgumentError } from '../../../src/kernel/errors.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { EXTRACTION_FEATURES } from '../calibration/features.ts'
import { type Found, type Page, pages } from './candidate.ts'
import type { Features } from './features.ts'

/** Log-probabilities and log-odds beyond this all mean the same: surely not. */
const FLOOR = -10
const ODDS_MOST = 8

/**
 * Passages for the trained reader, the best of those found: it takes most of an answer's time. Later passages count as not
 * answering.
 */
export const READ_MOST = 6

/** A span found by the reader, as offsets in its statement (negative: in the headings above), with its probability within the passage. */
export interface StatementSpan extends Stretch {
  readonly score: number
}

/** Spans by statement, best first. `extracted` holds the reader's results for each passage it read, in order. */
export function spansByStatement(
  found: readonly Found[],
  extracted: readonly ExtractedAnswer[],
): StatementSpan[][] {
  return found.flatMap(({ passage }, i) =>
    passage.statements.map((statement) =>
      (extracted[i]?.spans ?? []).flatMap(({ start, end, score }) =>
        // A span in the headings belongs to every statement below them.
        end <= 0
          ? [{ start: start - statement.start, end: end - statement.start, score }]
          : start >= statement.start && start < statement.end
            ? [{ start: start - statement.start, end: Math.min(end, statement.end) - statement.start, score }]
            : [],
      ),
    ),
  )
}

const UNREAD: Pick<ExtractedAnswer, 'noAnswer' | 'spans'> = { noAnswer: 1, spans: [] }

/** @throws InvalidArgumentError (`invalid-argument`) if the number of answers differs from the passages to read. */
export function extractionFeatures(
  found: readonly Found[],
  extracted: readonly ExtractedAnswer[],
  read: readonly Page[] = pages(found),
): Features<typeof EXTRACTION_FEATURES> {
  const due = Math.min(found.length, READ_MOST)
  if (extracted.length !== due) {
    throw new InvalidArgumentError(`${due} passages to read, but ${extracted.length} answers`, {
      path: 'extracted',
      value: extracted.length,
      remedy: 'Ask the reader once for each of the first passages found, in their order',
    })
  }
  const spans = spansByStatement(found, extracted)
  let at = 0
  return read.flatMap(({ candidates }, i) => {
    const { noAnswer, spans: all } = extracted[i] ?? UNREAD
    const answerable = logOdds(1 - noAnswer)
    const most = all[0]?.score ?? 0
    return candidates.map(() => {
      const own = spans[at++]?.[0]?.score ?? 0
      // Within the passage; whether it answers at all is the other feature.
      const share = noAnswer < 1 ? own / (1 - noAnswer) : 0
      return [Math.max(FLOOR, Math.log(share)), own > 0 && own === most ? 1 : 0, answerable]
    })
  })
}

/** Log-odds of a probability, bounded. */
export function logOdds(probability: number): number {
  const odds = Math.log(probability / (1 - probability))
  return Math.min(ODDS_MOST, Math.max(-ODDS_MOST, odds))
}
