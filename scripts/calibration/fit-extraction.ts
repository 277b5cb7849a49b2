import { type Outcome, vote } from '../../actors/question-answering/answering/vote.ts'
import type { Calibration } from '../../actors/question-answering/calibration/calibration.ts'
import {
  CONFIDENCE_FEATURES,
  EXTRACTION_CONFIDENCE_FEATURES,
  EXTRACTION_FEATURES,
} from '../../actors/question-answering/calibration/features.ts'
import { extractionFeatures } from '../../actors/question-answering/reading/extraction.ts'
import { readExtraction } from '../../actors/question-answering/reading/reader.ts'
import { fitConfidence, IMPORTANCE, readingsOf, rightStatements } from './fit.ts'
import type { Read, ReadMaterial } from './reading.ts'
import { type Choice, fitSoftmax } from './regression.ts'

/**
 * Adds a trained reader to a fitted team: the weight of the team's own vote beside it, and the weights of its features. The
 * team's readers keep their relative weights, because too few questions are left that the trained reader has not seen.
 */
export function fitExtraction(base: Calibration, material: readonly ReadMaterial[]): Calibration {
  const voting = fitVote(base, material)
  const outcome = (one: Read) => outcomeWithExtraction(one, voting)
  const columns = [...CONFIDENCE_FEATURES, ...EXTRACTION_CONFIDENCE_FEATURES]
  return { ...voting, confidence: fitConfidence(material, outcome, columns, RIGHT_LOST_MOST) }
}

/** With a trained reader what the team is not sure of is right more often, and it is shown as "not sure": silence costs more. */
const RIGHT_LOST_MOST = 0.01

export function outcomeWithExtraction(one: Read, calibration: Calibration): Outcome {
  const readings = [...readingsOf(one, calibration), readExtraction(one.extracted, one.found, calibration)]
  return vote(readings, one.found, calibration)
}

function fitVote(base: Calibration, material: readonly ReadMaterial[]): Calibration {
  const choices: Choice[] = []
  for (const { name, prepared } of material) {
    for (const one of prepared) {
      if (one.asked.unanswerable) continue
      const choice = { rows: rowsOf(one, base), right: rightStatements(one) }
      for (let i = 0; i < (IMPORTANCE[name] ?? 1); i += 1) choices.push(choice)
    }
  }
  const [own = 1, ...weights] = fitSoftmax(choices)
  const sums = choices.flatMap(({ rows }) =>
    rows.map((row) => weights.reduce((sum, weight, j) => sum + weight * (row[j + 1] as number), 0)),
  )
  const mean = sums.reduce((a, b) => a + b, 0) / sums.length
  const spread = Math.sqrt(sums.reduce((a, b) => a + (b - mean) ** 2, 0) / sums.length) || 1
  const before = base.vote.scale * own
  const scale = before + spread
  const shares = Object.entries(base.vote.weights).map(([name, weight]) => [name, (weight * before) / scale])
  const extraction = {
    weights: Object.fromEntries(EXTRACTION_FEATURES.map((name, j) => [name, weights[j] as number])),
    mean,
    spread,
  } as unknown as NonNullable<Calibration['readers']['extraction']>
  return {
    ...base,
    readers: { ...base.readers, extraction },
    vote: {
      weights: {
        ...Object.fromEntries(shares),
        extraction: spread / scale,
      } as Calibration['vote']['weights'],
      scale,
    },
  }
}

/** One row per statement: the team's own vote, then the trained reader's features. */
function rowsOf(one: Read, base: Calibration): number[][] {
  const { ballots } = vote(readingsOf(one, base), one.found, base)
  const scores = new Map(ballots.map(({ found, statement, score }) => [`${found} ${statement}`, score]))
  const features = extractionFeatures(one.found, one.extracted)
  let at = 0
  return one.found.flatMap(({ passage }, found) =>
    passage.statements.map((_, statement) => [
      scores.get(`${found} ${statement}`) ?? 0,
      ...(features[at++] as readonly number[]),
    ]),
  )
}
