import type { ExtractedAnswer } from '../../../src/inference/tasks/question-answering.ts'
import type { Calibration, FeatureWeights } from '../calibration/calibration.ts'
import {
  ANSWER_TYPE_FEATURES,
  EXTRACTION_FEATURES,
  OVERLAP_FEATURES,
  SIMILARITY_FEATURES,
  STANDING_FEATURES,
} from '../calibration/features.ts'
import { answerTypeFeatures } from './answer-type.ts'
import { type Found, type Page, pages } from './candidate.ts'
import { extractionFeatures, type StatementSpan, spansByStatement } from './extraction.ts'
import { type Features, weigh } from './features.ts'
import { overlapFeatures } from './overlap.ts'
import type { Question } from './question.ts'
import { similarityFeatures } from './similarity.ts'
import { standingFeatures } from './standing.ts'

export type ReaderName = 'similarity' | 'overlap' | 'answerType' | 'standing' | 'extraction'

/** A reader's contribution to the vote. */
export interface Reading {
  readonly reader: ReaderName
  /**
   * A mark for every statement, in the order of passages and statements, or none without evidence: log-odds in units of the reader's own
   * spread; 0 is the average of all statements read.
   */
  readonly marks: Float64Array
  /** From an extracting reader: its spans in each statement, in the order of the marks, best first. */
  readonly spans?: readonly (readonly StatementSpan[])[]
  /** Log-odds that any passage answers, the best of all. */
  readonly answerable?: number
}

/** Meaning: cosine of question and statement. `vectors` are the unit vectors of `statementTexts(found)`. */
export function readSimilarity(
  vector: Float32Array,
  vectors: readonly Float32Array[],
  found: readonly Found[],
  calibration: Calibration,
  read: readonly Page[] = pages(found),
): Reading {
  const features = similarityFeatures(vector, vectors, found, read)
  return reading('similarity', SIMILARITY_FEATURES, features, read, calibration)
}

/** Words: shared words, weighted by rarity. */
export function readOverlap(
  question: Question,
  found: readonly Found[],
  calibration: Calibration,
  read: readonly Page[] = pages(found),
): Reading {
  return reading('overlap', OVERLAP_FEATURES, overlapFeatures(question, found, read), read, calibration)
}

/** Kind of answer: numbers with units, dates, places, people, definitions, reasons. */
export function readAnswerType(
  question: Question,
  found: readonly Found[],
  calibration: Calibration,
  read: readonly Page[] = pages(found),
): Reading {
  return reading(
    'answerType',
    ANSWER_TYPE_FEATURES,
    answerTypeFeatures(question, found, read),
    read,
    calibration,
  )
}

/** Standing of the passage: its retrieval scores, and how much of the question the whole passage covers. */
export function readStanding(
  question: Question,
  found: readonly Found[],
  calibration: Calibration,
  read: readonly Page[] = pages(found),
): Reading {
  return reading('standing', STANDING_FEATURES, standingFeatures(question, found, read), read, calibration)
}

/** A trained reader: where in the passages the answer is, and whether it is there at all. */
export function readExtraction(
  extracted: readonly ExtractedAnswer[],
  found: readonly Found[],
  calibration: Calibration,
  read: readonly Page[] = pages(found),
): Reading {
  const features = extractionFeatures(found, extracted, read)
  return {
    ...reading('extraction', EXTRACTION_FEATURES, features, read, calibration),
    spans: spansByStatement(found, extracted),
    answerable: features.reduce((most, row) => Math.max(most, row[2] as number), Number.NEGATIVE_INFINITY),
  }
}

/** A question answers none, whatever words it shares with the one asked. */
const NO_ANSWER = 30

function reading<N extends readonly string[]>(
  reader: ReaderName,
  names: N,
  features: Features<N>,
  read: readonly Page[],
  calibration: Calibration,
): Reading {
  const fitted = calibration.readers[reader]
  if (fitted === undefined) return { reader, marks: new Float64Array(0) }
  const { weights, mean, spread } = fitted
  const marks = weigh(features, names, weights as unknown as FeatureWeights<N>)
  let at = 0
  for (const { candidates } of read) {
    for (const { asks } of candidates) {
      const score = ((marks[at] as number) - mean) / spread
      marks[at++] = asks ? score - NO_ANSWER : score
    }
  }
  return { reader, marks }
}
