import type { Stretch } from '../../actors/knowledge/text/sentences.ts'
import { confidenceFeatures } from '../../actors/question-answering/answering/confidence.ts'
import { withLeaned } from '../../actors/question-answering/answering/leaning.ts'
import { type Outcome, vote } from '../../actors/question-answering/answering/vote.ts'
import type { Calibration } from '../../actors/question-answering/calibration/calibration.ts'
import {
  ANSWER_TYPE_FEATURES,
  CONFIDENCE_FEATURES,
  OVERLAP_FEATURES,
  SIMILARITY_FEATURES,
  SPAN_FEATURES,
  STANDING_FEATURES,
} from '../../actors/question-answering/calibration/features.ts'
import { answerTypeFeatures } from '../../actors/question-answering/reading/answer-type.ts'
import { type Page, pages } from '../../actors/question-answering/reading/candidate.ts'
import { overlapFeatures } from '../../actors/question-answering/reading/overlap.ts'
import {
  type ReaderName,
  type Reading,
  readAnswerType,
  readOverlap,
  readSimilarity,
  readStanding,
} from '../../actors/question-answering/reading/reader.ts'
import { similarityFeatures } from '../../actors/question-answering/reading/similarity.ts'
import { SpanCandidates } from '../../actors/question-answering/reading/span-features.ts'
import { standingFeatures } from '../../actors/question-answering/reading/standing.ts'
import { containsGold, f1 } from '../../bench/eval/squad.ts'
import type { Prepared } from './corpus.ts'
import type { Material } from './material.ts'
import { type Choice, fitLogistic, fitSoftmax } from './regression.ts'

/** The team's own readers, and what each looks at. */
export const READERS: readonly { name: ReaderName; columns: readonly string[] }[] = [
  { name: 'similarity', columns: SIMILARITY_FEATURES },
  { name: 'overlap', columns: OVERLAP_FEATURES },
  { name: 'answerType', columns: ANSWER_TYPE_FEATURES },
  { name: 'standing', columns: STANDING_FEATURES },
]

/** Small sets count more than once, so that a few hundred facts count beside thousands of encyclopedia questions. */
export const IMPORTANCE: Readonly<Record<string, number>> = { factbook: 3 }

/** What a fit leaves out, to see what it is worth: whole readers, or single features by name. */
export type Without = ReadonlySet<string>

/**
 * Questions with an answer in the documents fit readers, vote and span; all questions fit the confidence.
 *
 * @param span fitted before, for ablations: it takes most of the time, and depends on no reader.
 * @param rightLostMost the share of the right answers that abstaining may cost.
 */
export function fitAll(
  material: readonly Material[],
  without: Without = new Set(),
  span: Calibration['span'] = fitSpan(material),
  rightLostMost = RIGHT_LOST_MOST,
): Calibration {
  const readersAndVote = fitVote(material, without)
  const partial = { ...readersAndVote, span }
  return {
    ...partial,
    confidence: fitConfidence(
      material,
      (one) => outcomeOf(one, partial as unknown as Calibration),
      CONFIDENCE_FEATURES,
      rightLostMost,
    ),
  }
}

const READ = new WeakMap<Prepared, Page[]>()

/** The passages of a question, read once for all fits. */
function readOf(one: Prepared): Page[] {
  const known = READ.get(one) ?? pages(one.found)
  READ.set(one, known)
  return known
}

const FEATURES = new WeakMap<Prepared, readonly (readonly number[])[]>()

/** One row per statement: the features of all readers side by side. What is left out is 0 everywhere, and so is its weight. */
function jointRows(one: Prepared, without: Without): number[][] {
  const whole = FEATURES.get(one) ?? featuresOf(one)
  FEATURES.set(one, whole)
  const used = READERS.flatMap(({ name, columns }) =>
    columns.map((column) => !without.has(name) && !without.has(`${name}.${column}`)),
  )
  return whole.map((row) => row.map((value, j) => (used[j] ? value : 0)))
}

function featuresOf(one: Prepared): number[][] {
  const read = readOf(one)
  const parts = [
    similarityFeatures(one.vector, one.vectors, one.found, read),
    overlapFeatures(one.question, one.found, read),
    answerTypeFeatures(one.question, one.found, read),
    standingFeatures(one.question, one.found, read),
  ]
  return (parts[0] ?? []).map((_, i) => parts.flatMap((part) => part[i] as readonly number[]))
}

/** A statement is right if it contains a gold answer and is from the question's document. */
export function rightStatements(one: Prepared): readonly boolean[] {
  if (one.right !== undefined) return one.right
  return one.found.flatMap(({ passage }) =>
    passage.statements.map(
      ({ start, end }) =>
        !one.asked.unanswerable &&
        (one.asked.file === undefined || one.asked.file === passage.file) &&
        containsGold(passage.text.slice(start, end), one.asked.answers),
    ),
  )
}

function fitVote(material: readonly Material[], without: Without): Pick<Calibration, 'readers' | 'vote'> {
  const choices: Choice[] = []
  for (const { name, prepared } of material) {
    for (const one of prepared) {
      if (one.asked.unanswerable) continue
      const choice = { rows: jointRows(one, without), right: rightStatements(one) }
      for (let i = 0; i < (IMPORTANCE[name] ?? 1); i += 1) choices.push(choice)
    }
  }
  const joint = fitSoftmax(choices)
  const readers: Record<string, { weights: Record<string, number>; mean: number; spread: number }> = {}
  const spreads: Record<string, number> = {}
  let from = 0
  for (const { name, columns } of READERS) {
    const own = joint.slice(from, from + columns.length)
    const sums = choices.flatMap(({ rows }) =>
      rows.map((row) => own.reduce((sum, weight, j) => sum + weight * (row[from + j] as number), 0)),
    )
    const mean = sums.reduce((a, b) => a + b, 0) / sums.length
    const spread = Math.sqrt(sums.reduce((a, b) => a + (b - mean) ** 2, 0) / sums.length) || Number.EPSILON
    readers[name] = {
      weights: Object.fromEntries(
        columns.flatMap((column, j) =>
          without.has(`${name}.${column}`) ? [] : [[column, own[j] as number]],
        ),
      ),
      mean,
      spread,
    }
    spreads[name] = spread
    from += columns.length
  }
  const scale = Object.values(spreads).reduce((a, b) => a + b, 0)
  const weights = Object.fromEntries(Object.entries(spreads).map(([name, spread]) => [name, spread / scale]))
  return { readers, vote: { weights, scale } } as unknown as Pick<Calibration, 'readers' | 'vote'>
}

const SPAN_QUESTIONS_MAX = 2_500

/** The span is fitted on statements with the answer: the right run shares most words with it. */
function fitSpan(material: readonly Material[]): Calibration['span'] {
  const choices: Choice[] = []
  for (const one of material.filter(({ name }) => name !== 'articles').flatMap(({ prepared }) => prepared)) {
    if (choices.length >= SPAN_QUESTIONS_MAX || one.asked.unanswerable) continue
    const right = rightStatements(one)
    const texts = one.found.flatMap(({ passage }) =>
      passage.statements.map(({ start, end }) => passage.text.slice(start, end)),
    )
    const text = texts[right.indexOf(true)]
    if (text === undefined) continue
    const candidates = new SpanCandidates(one.question, text)
    const scores = candidates.spans.map(({ start, end }) => f1(text.slice(start, end), one.asked.answers))
    const most = Math.max(...scores)
    if (most > 0.6) choices.push({ rows: candidates.rows(), right: scores.map((score) => score === most) })
  }
  const weights = fitSoftmax(choices, { steps: 150 })
  return Object.fromEntries(
    SPAN_FEATURES.map((name, i) => [name, weights[i] ?? 0]),
  ) as unknown as Calibration['span']
}

export function outcomeOf(one: Prepared, calibration: Calibration): Outcome {
  return vote(readingsOf(one, calibration), one.found, calibration)
}

/** The marks of the team's own readers. */
export function readingsOf(one: Prepared, calibration: Calibration): Reading[] {
  const read = readOf(one)
  return [
    readSimilarity(one.vector, one.vectors, one.found, calibration, read),
    readOverlap(one.question, one.found, calibration, read),
    readAnswerType(one.question, one.found, calibration, read),
    readStanding(one.question, one.found, calibration, read),
  ]
}

/** True if the winner of the vote, with the sentence that it leans on, is a right statement. */
export function isRight(one: Prepared, outcome: Outcome): boolean {
  const winner = outcome.ballots[0]
  if (winner === undefined || one.asked.unanswerable) return false
  const passage = one.found[winner.found]?.passage
  const statement = passage?.statements[winner.statement]
  if (passage === undefined || statement === undefined) return false
  const { start, end } = withLeaned(passage, statement, one.question)
  if (one.right !== undefined) return holdsRight(one, one.right, winner.found, { start, end })
  const sameFile = one.asked.file === undefined || one.asked.file === passage.file
  return sameFile && containsGold(passage.text.slice(start, end), one.asked.answers)
}

/** Whether a stretch of a passage holds one of the right statements of it. */
function holdsRight({ found }: Prepared, right: readonly boolean[], number: number, whole: Stretch): boolean {
  const before = found.slice(0, number).reduce((sum, { passage }) => sum + passage.statements.length, 0)
  return (found[number]?.passage.statements ?? []).some(
    ({ start, end }, i) => right[before + i] === true && start >= whole.start && end <= whole.end,
  )
}

/**
 * Signs of right and wrong answers, and the abstention threshold; `columns` names the features of `outcome`, `rightLostMost` is the share of
 * the right answers that abstaining may cost.
 */
export function fitConfidence<P extends Prepared>(
  material: readonly Material<P>[],
  outcome: (one: P) => Outcome,
  columns: readonly string[] = CONFIDENCE_FEATURES,
  rightLostMost = RIGHT_LOST_MOST,
): Calibration['confidence'] {
  const rows: number[][] = []
  const labels: boolean[] = []
  const importance: number[] = []
  for (const { name, prepared } of material) {
    for (const one of prepared) {
      const voted = outcome(one)
      rows.push(confidenceFeatures(one.question, one.found, voted))
      labels.push(isRight(one, voted))
      importance.push(IMPORTANCE[name] ?? 1)
    }
  }
  const weights = fitLogistic(rows, labels, { importance })
  const given = rows.map((row) =>
    sigmoid(row.reduce((sum, x, j) => sum + x * (weights[j] as number), weights.at(-1) ?? 0)),
  )
  return {
    weights: Object.fromEntries(
      columns.map((name, j) => [name, weights[j] as number]),
    ) as unknown as Calibration['confidence']['weights'],
    intercept: weights.at(-1) ?? 0,
    threshold: thresholdOf(given, labels, importance, rightLostMost),
    sure: sureFrom(given, labels, importance),
  }
}

/** Abstaining may cost this share of the right answers, so that it is silent where it is nearly always wrong. */
const RIGHT_LOST_MOST = 0.03

/** The confidence with this share of the right answers below it. */
function thresholdOf(
  given: readonly number[],
  right: readonly boolean[],
  importance: readonly number[],
  rightLostMost: number,
): number {
  const rights = given
    .map((confidence, i) => ({ confidence, weight: importance[i] ?? 1 }))
    .filter((_, i) => right[i])
    .sort((a, b) => a.confidence - b.confidence)
  const whole = rights.reduce((sum, one) => sum + one.weight, 0)
  let lost = 0
  for (const { confidence, weight } of rights) {
    lost += weight
    if (lost > rightLostMost * whole) return Math.floor(confidence * 1000) / 1000
  }
  return 0
}

/** Of the answers that the team is sure of, this share is right: the promise is 85 %, on sets that nothing was fitted on. */
const SURE_RIGHT = 0.9

/** The lowest confidence from which on that share of the answers is right. */
function sureFrom(
  given: readonly number[],
  right: readonly boolean[],
  importance: readonly number[],
): number {
  const order = given.map((_, i) => i).sort((a, b) => (given[b] as number) - (given[a] as number))
  let whole = 0
  let held = 0
  let from = 1
  for (const i of order) {
    const weight = importance[i] ?? 1
    whole += weight
    if (right[i] === true) held += weight
    if (held >= SURE_RIGHT * whole) from = given[i] as number
  }
  return Math.ceil(from * 1000) / 1000
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** The TypeScript source of a calibration. */
export function printed(calibration: Calibration, command: string): string {
  const rounded = JSON.stringify(
    calibration,
    (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value),
    2,
  )
  return `// Written by \`${command}\`. Do not edit: run it again.\nimport type { Calibration } from './calibration.ts'\n\nexport const CALIBRATED: Calibration = ${rounded}\n`
}
