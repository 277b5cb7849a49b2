import type { Hop } from '../../../src/message/header.ts'
import type { RunningPipeline, Trace } from '../../../src/pipeline/control/running-pipeline.ts'
import { FUSION } from '../../knowledge/retrieval/fusion.ts'
import type { Passage } from '../../knowledge/text/passages.ts'
import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import type { AnswerExplanation, AskResult, PathStep, Source, Vote } from '../ask-result.ts'
import type { Calibration } from '../calibration/calibration.ts'
import type { Found } from '../reading/candidate.ts'
import type { StatementSpan } from '../reading/extraction.ts'
import type { Question } from '../reading/question.ts'
import { bestSpan } from '../reading/span.ts'
import { confidence } from './confidence.ts'
import { onlyItem } from './only-item.ts'
import { asksForRelease, releaseAbove } from './release.ts'
import { shown } from './shown.ts'
import { ofTheSideAsked } from './side.ts'
import type { Ballot, Outcome } from './vote.ts'

/** Statements listed in an explanation. */
const VOTES_SHOWN = 8

/** The output of the team's last processor. */
export interface Answered {
  /** The winner, however sure the team is of it; `undefined` where nothing was found. */
  readonly best: { readonly answer: string; readonly span: string } | undefined
  readonly confidence: number
  /** Below this confidence the team abstains. */
  readonly threshold: number
  /** From here on it is sure. */
  readonly sure: number
  /** All passages read, best first, by number: a text may stand in 100,000 places, and few of them are shown. */
  readonly passages: readonly { readonly number: number; readonly share: number }[]
  readonly votes: readonly Vote[]
}

/** The winner of the vote as an answer, and how sure the team is of it. Awaits `turn` every few milliseconds. */
export async function answered(
  question: Question,
  found: readonly Found[],
  outcome: Outcome,
  calibration: Calibration,
  turn: () => Promise<void>,
): Promise<Answered> {
  const first = outcome.ballots[0]
  const { sure } = calibration.confidence
  const threshold = silentBelow(found, outcome, calibration)
  const whole =
    first === undefined ? undefined : await spanOf(question, found, first, outcome.spans, calibration, turn)
  const item =
    first === undefined || whole === undefined ? undefined : itemOf(question, found, outcome.ballots, whole)
  const winner = item?.ballot ?? first
  const span =
    item === undefined
      ? whole
      : await spanOf(question, found, item.ballot, spansIn(outcome.spans, item.within), calibration, turn)
  return {
    best: winner === undefined || span === undefined ? undefined : bestOf(question, found, winner, span),
    confidence: confidence(question, found, outcome, calibration, whole),
    threshold,
    sure,
    passages: outcome.passages.map(({ found: index, share }) => ({
      number: (found[index] as Found).number,
      share,
    })),
    votes: outcome.ballots.slice(0, VOTES_SHOWN).map((ballot) => {
      const { text, line } = statementOf(found, ballot)
      const { file } = (found[ballot.found] as Found).passage
      return { statement: text, file, line, share: ballot.share, marks: ballot.marks }
    }),
  }
}

/** Of so few passages all were read: in a folder of one small document ranks and rare words tell little, the trained reader much. */
const FEW_THRESHOLD = 0.05

/** Log-odds of the trained reader that any passage answers, one to fifty, below which the team abstains: of 45 such winners 3 were right (decision 054). */
const ANSWERED_AT_ALL = -Math.log(50)

/**
 * Below this confidence the team abstains. Where it has read all there is and the reader finds an answer, it says what it is not sure of; where the
 * reader finds none at all, it abstains.
 */
function silentBelow(found: readonly Found[], { answerable }: Outcome, { confidence }: Calibration): number {
  if (answerable !== undefined && answerable < ANSWERED_AT_ALL) return confidence.sure
  const finds = found.length < FUSION.kept && answerable !== undefined && answerable > 0
  return finds ? Math.min(FEW_THRESHOLD, confidence.threshold) : confidence.threshold
}

/** The span in the winner: the one that a trained reader found; failing that, the run of words that fits the question best. */
async function spanOf(
  question: Question,
  found: readonly Found[],
  winner: Ballot,
  spans: readonly StatementSpan[] | undefined,
  calibration: Calibration,
  turn: () => Promise<void>,
): Promise<Stretch> {
  const { kind } = (found[winner.found] as Found).passage.statements[winner.statement] as Statement
  const { text } = statementOf(found, winner)
  // What stands above a table says what its rows are about.
  const own = kind === 'row' ? spans?.filter(({ start }) => start >= 0) : spans
  return ofTheSideAsked(question, text, own ?? [])[0] ?? (await bestSpan(question, text, calibration, turn))
}

/**
 * The item that answers alone where a list has won, and its place in the list: the only one with all that the question names, where the span
 * runs over several; the one with the most votes, where the span is in another.
 */
function itemOf(
  question: Question,
  found: readonly Found[],
  ballots: readonly Ballot[],
  { start, end }: Stretch,
): { readonly ballot: Ballot; readonly within: Stretch } | undefined {
  const first = ballots[0] as Ballot
  const { passage } = found[first.found] as Found
  const list = passage.statements[first.statement] as Statement
  if (list.kind !== 'list') return undefined
  const isInside = (one: Statement | undefined) =>
    one !== undefined && one.kind !== 'list' && one.start >= list.start && one.end <= list.end
  const own = passage.statements.findIndex(
    (one) => isInside(one) && one.start <= list.start + start && one.end >= list.start + end,
  )
  const most = ballots.find(
    (one) => one.found === first.found && isInside(passage.statements[one.statement]),
  )?.statement
  // What a release dropped may be a version of something else.
  const released = asksForRelease(question.text) ? onlyItem(question, passage, list) : undefined
  // A span over several fields of a record is the answer, as is one over several items that no word tells apart.
  const isRecord = most !== undefined && passage.statements[most]?.kind === 'field'
  const several = own < 0 && !isRecord ? onlyItem(question, passage, list) : undefined
  const another = own >= 0 && !question.list && most !== own ? most : undefined
  const at = released ?? several ?? another
  const item = at === undefined ? undefined : passage.statements[at]
  if (at === undefined || item === undefined) return undefined
  const within = { start: item.start - list.start, end: item.end - list.start }
  return { ballot: { ...first, statement: at }, within }
}

/** The spans inside a part, as offsets there. */
function spansIn(
  spans: readonly StatementSpan[] | undefined,
  { start: from, end: to }: Stretch,
): readonly StatementSpan[] {
  return (spans ?? [])
    .filter(({ start, end }) => start >= from && end <= to)
    .map((span) => ({ ...span, start: span.start - from, end: span.end - from }))
}

function bestOf(question: Question, found: readonly Found[], winner: Ballot, at: Stretch): Answered['best'] {
  const { passage } = found[winner.found] as Found
  const statement = passage.statements[winner.statement] as Statement
  const release = releaseAbove(question.text, passage, statement)
  const { text: answer, span } = shown(passage, statement, release ?? at, question)
  return { answer, span: answer.slice(span.start, span.end) }
}

/** The best sources, at most so many. Every place of a passage is a separate one. */
function sourcesOf(
  found: Answered['passages'],
  passages: readonly Passage[],
  most: number,
): readonly Source[] {
  const sources: Source[] = []
  for (const { number, share } of found) {
    const { file, line, page, also = [], title, trail, text } = passages[number] as Passage
    const first = { file, line, ...(page === undefined ? {} : { page }) }
    const headings = title === '' ? trail : [title, ...trail]
    for (const place of [first, ...also.slice(0, most)]) {
      if (sources.length === most) return sources
      sources.push({ ...place, headings, passage: text, score: share })
    }
  }
  return sources
}

function statementOf(found: readonly Found[], ballot: Ballot): { text: string; line: number } {
  const { passage } = found[ballot.found] as Found
  const { start, end, line } = passage.statements[ballot.statement] as Statement
  return { text: passage.text.slice(start, end), line }
}

/** A hop as results show it. */
export function stepOf({ processor, weight, attempt, queueMs, runMs, outcome }: Hop): PathStep {
  return { processor, weight, attempt, queueMs, runMs, outcome }
}

/** The result as the command line prints it. */
export function resultOf(
  question: string,
  trace: Trace<Answered>,
  running: Pick<RunningPipeline<never, unknown>, 'matrix' | 'processors'>,
  passages: readonly Passage[],
  options: {
    readonly indexMs: number
    readonly explain: boolean
    readonly sources: number
    readonly minConfidence?: number
  },
): AskResult {
  const { best, confidence, threshold, sure } = trace.value
  const given = confidence < (options.minConfidence ?? threshold) ? undefined : best
  return {
    question,
    answer: given?.answer ?? null,
    span: given?.span ?? null,
    abstained: given === undefined,
    sure: given !== undefined && confidence >= sure,
    confidence,
    sources: sourcesOf(trace.value.passages, passages, options.sources),
    missing: trace.joins.flatMap(({ failed, missing }) => [...failed, ...missing]),
    path: trace.hops.map(stepOf),
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
