import type { CONFIDENCE_FEATURES, EXTRACTION_CONFIDENCE_FEATURES } from '../answering/confidence.ts'
import type { ANSWER_TYPE_FEATURES } from '../reading/answer-type.ts'
import type { EXTRACTION_FEATURES } from '../reading/extraction.ts'
import type { FeatureWeights } from '../reading/features.ts'
import type { OVERLAP_FEATURES } from '../reading/overlap.ts'
import type { SIMILARITY_FEATURES } from '../reading/similarity.ts'
import type { SPAN_FEATURES } from '../reading/span-features.ts'
import type { STANDING_FEATURES } from '../reading/standing.ts'

/** How one reader turns its features into a mark: `(Σ weight · feature − mean) / spread`. */
export interface ReaderCalibration<N extends readonly string[]> {
  readonly weights: FeatureWeights<N>
  readonly mean: number
  readonly spread: number
}

/**
 * Every fitted constant of the team. `without-reader.ts` holds the values for the team without a trained reader,
 * `with-reader.ts` for the team with one; scripts/calibrate-qa.ts writes them.
 */
export interface Calibration {
  readonly readers: {
    readonly similarity: ReaderCalibration<typeof SIMILARITY_FEATURES>
    readonly overlap: ReaderCalibration<typeof OVERLAP_FEATURES>
    readonly answerType: ReaderCalibration<typeof ANSWER_TYPE_FEATURES>
    readonly standing: ReaderCalibration<typeof STANDING_FEATURES>
    /** Only where a trained reader reads along. */
    readonly extraction?: ReaderCalibration<typeof EXTRACTION_FEATURES>
  }
  readonly vote: {
    /** Share of each reader, summing to 1. */
    readonly weights: {
      readonly similarity: number
      readonly overlap: number
      readonly answerType: number
      readonly standing: number
      readonly extraction?: number
    }
    /** Weighted marks to log-odds. */
    readonly scale: number
  }
  readonly confidence: {
    readonly weights: FeatureWeights<typeof CONFIDENCE_FEATURES> &
      Partial<FeatureWeights<typeof EXTRACTION_CONFIDENCE_FEATURES>>
    readonly intercept: number
    /** Below it the team abstains. */
    readonly threshold: number
  }
  readonly span: FeatureWeights<typeof SPAN_FEATURES>
}
