import type { Stretch } from '../../actors/knowledge/text/sentences.ts'
import { confidence } from '../../actors/question-answering/answering/confidence.ts'
import type { Outcome } from '../../actors/question-answering/answering/vote.ts'
import type { Calibration } from '../../actors/question-answering/calibration/calibration.ts'
import { bestSpan } from '../../actors/question-answering/reading/span.ts'
import { containsGold, exactMatch, f1 } from '../../bench/eval/squad.ts'
import type { Prepared } from './corpus.ts'
import { isRight } from './fit.ts'
import type { Material } from './material.ts'

/** What was measured on one set of questions. */
export interface Tally {
  answerable: number
  at1: number
  at5: number
  right: number
  kept: number
  exact: number
  f1: number
  unanswerable: number
  silent: number
  /** Answers given, to questions without an answer too. */
  given: number
  /** Answers that the team is sure of, those that are right, and those to questions without an answer. */
  sure: number
  sureRight: number
  sureUnanswerable: number
}

/** How a calibration is fitted on a part, and what the team then says to one question. */
export interface Fitted<P extends Prepared> {
  readonly fit: (material: readonly Material<P>[]) => Calibration
  readonly outcome: (one: P, calibration: Calibration) => Outcome
}

/** Prints the sums of `tallyFolds`. */
export async function reportFolds<P extends Prepared>(
  material: readonly Material<P>[],
  folds: number,
  team: Fitted<P>,
): Promise<void> {
  for (const [name, tally] of await tallyFolds(material, folds, team)) console.log(line(name, tally))
}

/** Fits on all articles except one fold, measures on that fold, and sums up by set: figures on unseen articles. */
export async function tallyFolds<P extends Prepared>(
  material: readonly Material<P>[],
  folds: number,
  team: Fitted<P>,
): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>()
  for (let fold = 0; fold < folds; fold += 1) {
    const part = (inside: boolean): Material<P>[] =>
      material.map((one) => ({
        ...one,
        prepared: one.prepared.filter(({ asked }) => (foldOf(one.group(asked), folds) === fold) === inside),
      }))
    const calibration = team.fit(part(false))
    for (const { name, prepared } of part(true)) {
      const tally = tallies.get(name) ?? emptyTally()
      tallies.set(name, tally)
      for (const one of prepared) await measure(one, team.outcome(one, calibration), calibration, tally)
    }
  }
  return tallies
}

async function measure(
  one: Prepared,
  outcome: Outcome,
  calibration: Calibration,
  tally: Tally,
): Promise<void> {
  const given = confidence(one.question, one.found, outcome, calibration)
  const silent = given < calibration.confidence.threshold
  const sure = given >= calibration.confidence.sure
  if (!silent) tally.given += 1
  if (sure) tally.sure += 1
  if (one.asked.unanswerable) {
    tally.unanswerable += 1
    if (silent) tally.silent += 1
    if (sure) tally.sureUnanswerable += 1
    return
  }
  tally.answerable += 1
  const hits = outcome.passages.map(({ found }) => {
    const passage = one.found[found]?.passage
    const sameFile = one.asked.file === undefined || passage?.file === one.asked.file
    return passage !== undefined && sameFile && containsGold(passage.text, one.asked.answers)
  })
  if (hits[0] === true) tally.at1 += 1
  if (hits.slice(0, 5).includes(true)) tally.at5 += 1
  const right = isRight(one, outcome)
  if (right) tally.right += 1
  if (right && !silent) tally.kept += 1
  if (right && sure) tally.sureRight += 1
  const winner = outcome.ballots[0]
  const passage = winner === undefined ? undefined : one.found[winner.found]?.passage
  const statement = winner === undefined ? undefined : passage?.statements[winner.statement]
  if (passage === undefined || statement === undefined) return
  const text = passage.text.slice(statement.start, statement.end)
  const span = outcome.spans?.[0] ?? (await spanOf(one, text, calibration))
  tally.exact += exactMatch(text.slice(span.start, span.end), one.asked.answers)
  tally.f1 += f1(text.slice(span.start, span.end), one.asked.answers)
}

const SPANS = new WeakMap<Calibration['span'], Map<string, Stretch>>()

/** The best span of a statement, found once for each set of weights: an ablation changes the other weights only. */
async function spanOf({ question }: Prepared, text: string, calibration: Calibration): Promise<Stretch> {
  const known = SPANS.get(calibration.span) ?? new Map<string, Stretch>()
  SPANS.set(calibration.span, known)
  const key = `${question.text}\n${text}`
  const span = known.get(key) ?? (await bestSpan(question, text, calibration))
  known.set(key, span)
  return span
}

/** A stable hash of the article's name decides its fold. */
export function foldOf(group: string, folds: number): number {
  let hash = 0
  for (const char of group) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) >>> 0
  return hash % folds
}

function emptyTally(): Tally {
  return {
    answerable: 0,
    at1: 0,
    at5: 0,
    right: 0,
    kept: 0,
    exact: 0,
    f1: 0,
    unanswerable: 0,
    silent: 0,
    given: 0,
    sure: 0,
    sureRight: 0,
    sureUnanswerable: 0,
  }
}

function line(name: string, tally: Tally): string {
  const share = (part: number, whole: number) => (whole === 0 ? '    –' : (part / whole).toFixed(3))
  const n = tally.answerable
  return [
    name.padEnd(10),
    `n ${n}+${tally.unanswerable}`.padEnd(12),
    `passage@1 ${share(tally.at1, n)}  @5 ${share(tally.at5, n)}`,
    `answer ${share(tally.right, n)} (after abstaining ${share(tally.kept, n)})`,
    `exact ${share(tally.exact, n)}  F1 ${share(tally.f1, n)}`,
    `abstained where unanswerable ${share(tally.silent, tally.unanswerable)}`,
    `of answers given right ${share(tally.kept, tally.given)}`,
    `sure ${share(tally.sure, n + tally.unanswerable)}, of these right ${share(tally.sureRight, tally.sure)}`,
    `right and sure ${share(tally.sureRight, n)}  sure where unanswerable ${share(tally.sureUnanswerable, tally.unanswerable)}`,
  ].join('  ')
}
