import type {
  ANSWER_TYPE_FEATURES,
  CHINESE_OVERLAP_FEATURES,
  CONFIDENCE_FEATURES,
  EXTRACTION_CONFIDENCE_FEATURES,
  EXTRACTION_FEATURES,
  OVERLAP_FEATURES,
  SIMILARITY_FEATURES,
  SPAN_FEATURES,
  STANDING_FEATURES,
} from './features.ts'

/** Weights by feature name, as the calibration script writes them. */
export type FeatureWeights<N extends readonly string[]> = { readonly [K in N[number]]: number }

/** How one reader turns its features into a mark: `(Σ weight · feature − mean) / spread`. */
export interface ReaderCalibration<N extends readonly string[], Unused extends string = never> {
  /** `Unused` features have no weight in some calibrations. */
  readonly weights: Omit<FeatureWeights<N>, Unused> & { readonly [K in Unused]?: number }
  readonly mean: number
  readonly spread: number
}

/**
 * Every fitted constant of the team. A file beside this one holds them for each embedding model, without a trained reader and
 * with one; scripts/calibrate-qa.ts writes them.
 */
export interface Calibration {
  readonly readers: {
    readonly similarity: ReaderCalibration<typeof SIMILARITY_FEATURES>
    readonly overlap: ReaderCalibration<typeof OVERLAP_FEATURES, (typeof CHINESE_OVERLAP_FEATURES)[number]>
    readonly answerType: ReaderCalibration<typeof ANSWER_TYPE_FEATURES>
    readonly standing: ReaderCalibration<typeof STANDING_FEATURES>
    /** Only with a trained reader. */
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
    /** Below this confidence the team abstains. */
    readonly threshold: number
    /** From here on the team is sure. */
    readonly sure: number
  }
  readonly span: FeatureWeights<typeof SPAN_FEATURES>
}
