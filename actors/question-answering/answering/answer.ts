import type { RunningPipeline, Trace } from '../../../src/pipeline/control/running-pipeline.ts'
import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import type { AnswerExplanation, AskResult, PathStep, Source, Vote } from '../ask-result.ts'
import type { Calibration } from '../calibration/calibration.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { bestSpan } from '../reading/span.ts'
import type { NameFinder } from '../reading/spans.ts'
import { confidence } from './confidence.ts'
import { type Shown, shown } from './shown.ts'
import type { Ballot, Outcome } from './vote.ts'

/** Statements listed in an explanation. */
const VOTES_SHOWN = 8

/** The output of the team's last processor. */
export interface Answered {
  readonly answer: string | null
  readonly span: string | null
  readonly confidence: number
  /** Below this confidence the team abstains. */
  readonly threshold: number
  /** All passages read, best first. */
  readonly sources: readonly Source[]
  readonly votes: readonly Vote[]
}

/** The winner of the vote as an answer, or no answer if its confidence is below the calibrated threshold. */
export function answered(
  question: Question,
  found: readonly Found[],
  outcome: Outcome,
  names: NameFinder | undefined,
  calibration: Calibration,
): Answered {
  const winner = outcome.ballots[0]
  const certainty = confidence(question, found, outcome, calibration)
  const given =
    winner === undefined || certainty < calibration.confidence.threshold
      ? undefined
      : givenBy(question, found, winner, outcome, names, calibration)
  return {
    answer: given?.text ?? null,
    span: given?.text.slice(given.span.start, given.span.end) ?? null,
    confidence: certainty,
    threshold: calibration.confidence.threshold,
    sources: outcome.passages.flatMap(({ found: index, share }) =>
      sourcesOf((found[index] as Found).passage, share),
    ),
    votes: outcome.ballots.slice(0, VOTES_SHOWN).map((ballot) => {
      const { text, line } = statementOf(found, ballot)
      const { file } = (found[ballot.found] as Found).passage
      return { statement: text, file, line, share: ballot.share, marks: ballot.marks }
    }),
  }
}

/** The winner with its span: the trained reader's, or else the run of words that fits the question best. */
function givenBy(
  question: Question,
  found: readonly Found[],
  winner: Ballot,
  outcome: Outcome,
  names: NameFinder | undefined,
  calibration: Calibration,
): Shown {
  const { passage } = found[winner.found] as Found
  const statement = passage.statements[winner.statement] as Statement
  const text = passage.text.slice(statement.start, statement.end)
  const span = outcome.spans?.[0] ?? bestSpan(question, text, names, calibration)
  return shown(passage, statement, span, question.list)
}

/** Every place of a passage is a separate source. */
function sourcesOf({ file, line, page, also, title, trail, text }: Passage, score: number): Source[] {
  const place = { file, line, ...(page === undefined ? {} : { page }) }
  const headings = title === '' ? trail : [title, ...trail]
  return [place, ...(also ?? [])].map((one) => ({ ...one, headings, passage: text, score }))
}

function statementOf(found: readonly Found[], ballot: Ballot): { text: string; line: number } {
  const { passage } = found[ballot.found] as Found
  const { start, end, line } = passage.statements[ballot.statement] as Statement
  return { text: passage.text.slice(start, end), line }
}

/** The result as the command line prints it. */
export function resultOf(
  question: string,
  trace: Trace<Answered>,
  running: Pick<RunningPipeline<never, unknown>, 'matrix' | 'processors'>,
  options: { readonly indexMs: number; readonly explain: boolean; readonly sources: number },
): AskResult {
  const { answer, span, sources } = trace.value
  return {
    question,
    answer,
    span,
    abstained: answer === null,
    confidence: trace.value.confidence,
    sources: sources.slice(0, options.sources),
    missing: trace.joins.flatMap(({ failed, missing }) => [...failed, ...missing]),
    path: trace.hops.map(
      ({ processor, weight, attempt, queueMs, runMs, outcome }): PathStep => ({
        processor,
        weight,
        attempt,
        queueMs,
        runMs,
        outcome,
      }),
    ),
    timing: { indexMs: options.indexMs, answerMs: trace.totalMs },
    ...(options.explain ? { explain: explanationOf(trace, running) } : {}),
  }
}

function explanationOf(
  trace: Trace<Answered>,
  running: Pick<RunningPipeline<never, unknown>, 'matrix' | 'processors'>,
): AnswerExplanation {
  return {
    matrix: running.matrix(),
    messages: trace.messages.map(({ header, trailer }) => ({
      header,
      frameBytes: trailer.hops.at(-1)?.frameBytes ?? null,
      trailer,
    })),
    votes: trace.value.votes,
    joins: trace.joins,
    processors: running.processors().map(({ name, path, states }) => ({ name, path, states })),
    threshold: trace.value.threshold,
  }
}
