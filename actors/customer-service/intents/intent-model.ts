import type { QuantisedMatrix } from '../../knowledge/retrieval/dense-index.ts'
import type { NgramHead } from './ngrams.ts'
import type { LinearHead } from './softmax.ts'
import type { Whitening } from './whitening.ts'

/** The readers of a message, each a branch of the vote. */
export const READERS = ['linear', 'nearest', 'ngrams'] as const
export type ReaderName = (typeof READERS)[number]
export type ByReader<T> = { readonly [name in ReaderName]: T }

/** Mean and deviation of a sign of scope, over messages in scope that no reader was fitted on. */
export interface SignScale {
  readonly mean: number
  readonly deviation: number
}

/** Everything that was learned from the examples. */
export interface IntentModel {
  readonly version: 2
  readonly labels: readonly string[]
  /** Models whose vectors, one after another, are the message's vector. */
  readonly embedders: readonly string[]
  /** Makes every dimension as wide as the others. */
  readonly mean: Float32Array
  readonly deviation: Float32Array
  /** One for each embedder. With examples out of scope each has one class more than there are labels: the last. */
  readonly linear: readonly LinearHead[]
  readonly ngrams: NgramHead
  readonly whitening: Whitening
  /** The directions of the examples in that space, and the label of each. */
  readonly neighbours: QuantisedMatrix
  readonly neighbourLabels: Int32Array
  readonly calibration: Calibration
  readonly card: IntentCard
}

/** What was fitted on examples that the readers had not seen. */
export interface Calibration {
  /** Scales each reader's logits, so that its probabilities mean what they say (Guo et al. 2017). */
  readonly temperature: ByReader<number>
  /** How much each reader's opinion counts. */
  readonly weights: ByReader<number>
  /** Scales the pooled opinion. */
  readonly pooled: number
  /** By sign of scope. */
  readonly signs: Readonly<Record<string, SignScale>>
  /** A message whose signs add up to less is out of scope. */
  readonly threshold: number
}

/** What it was made of, and how well it reads examples that it has not seen. */
export interface IntentCard {
  readonly examples: number
  readonly outOfScopeExamples: number
  readonly seed: number
  /** Accuracy on held-out examples by reader, and of the vote. */
  readonly accuracy: Readonly<Record<string, number>>
  /** Share of held-out messages in scope that are kept. */
  readonly kept: number
}
