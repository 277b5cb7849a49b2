import { CONFIDENCE_LEAST, confidence } from '../../actors/question-answering/answering/confidence.ts'
import { CALIBRATED } from '../../actors/question-answering/calibrated.ts'
import type { Calibration } from '../../actors/question-answering/calibration.ts'
import { type Baseline, baselineAnswer } from '../../actors/question-answering/evaluation/baselines.ts'
import {
  type Figures,
  figures,
  type GivenAnswer,
  type SourceJudge,
} from '../../actors/question-answering/evaluation/figures.ts'
import { bestSpan } from '../../actors/question-answering/reading/span.ts'
import type { NameFinder } from '../../actors/question-answering/reading/spans.ts'
import type { Corpus, Prepared } from './corpus.ts'
import { outcomeOf } from './fit.ts'

const BASELINES: readonly Baseline[] = ['lexical only', 'dense only', 'fusion']

/** What the team answers; `threshold` 0 never abstains. */
export function teamAnswer(
  one: Prepared,
  names: NameFinder,
  threshold = CONFIDENCE_LEAST,
  calibration: Calibration = CALIBRATED,
): GivenAnswer {
  const outcome = outcomeOf(one, calibration, names)
  const sources = outcome.passages.slice(0, 5).flatMap(({ found }) => {
    const passage = one.found[found]?.passage
    return passage === undefined ? [] : [{ file: passage.file, passage: passage.text }]
  })
  const winner = outcome.ballots[0]
  const passage = winner === undefined ? undefined : one.found[winner.found]?.passage
  const statement = winner === undefined ? undefined : passage?.statements[winner.statement]
  const sure = confidence(one.question, one.found, outcome, calibration)
  if (passage === undefined || statement === undefined || sure < threshold) {
    return { answer: null, span: null, abstained: true, sources }
  }
  const answer = passage.text.slice(statement.start, statement.end)
  const span = bestSpan(one.question, answer, names, calibration)
  return { answer, span: answer.slice(span.start, span.end), abstained: false, sources }
}

/** Prints one row for each part alone, then for the vote with and without abstaining. */
export function printTable(
  name: string,
  corpus: Corpus,
  prepared: readonly Prepared[],
  names: NameFinder,
  judge: SourceJudge,
): void {
  const questions = prepared.map((one) => one.asked)
  const rowOf = (answer: (one: Prepared) => GivenAnswer) =>
    figures(questions, new Map(prepared.map((one) => [one.asked.id, answer(one)])), judge)
  console.log(`\n${name}: ${prepared.length} questions, ${corpus.passages.length} passages`)
  for (const baseline of BASELINES) {
    print(
      baseline,
      rowOf((one) => baselineAnswer(baseline, { ...one, passages: corpus.passages })),
    )
  }
  print(
    'fusion + vote',
    rowOf((one) => teamAnswer(one, names, 0)),
  )
  print(
    '… abstaining',
    rowOf((one) => teamAnswer(one, names)),
  )
}

function print(label: string, row: Figures): void {
  const share = (value: number | null) => (value === null ? '  –  ' : value.toFixed(3))
  console.log(
    [
      label.padEnd(14),
      `passage@1 ${share(row.passageAt1)}`,
      `@5 ${share(row.passageAt5)}`,
      `answer ${share(row.answerContainsGold)}`,
      `exact ${share(row.exact)}`,
      `F1 ${share(row.f1)}`,
      `abstention P ${share(row.abstentionPrecision)} R ${share(row.abstentionRecall)} false ${share(row.falseAbstention)}`,
    ].join('  '),
  )
}
