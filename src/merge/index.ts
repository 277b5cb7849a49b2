/**
 * Merges of the parts of a fan-out, `Aggregator` and federated averaging.
 *
 * The root exports the most common merges.
 *
 * @module
 */

export { Aggregator } from './aggregator.ts'
export type { AggregatorMerge, AggregatorOptions, Correlation, Filed } from './aggregator-options.ts'
export { type Concat, type Concatenable, type Concatenated, concat } from './concat.ts'
export {
  type Combined,
  type ConvexCombination,
  type ConvexCombinationOptions,
  convexCombination,
} from './convex-combination.ts'
export {
  AggregatorFullError,
  AggregatorStoppedError,
  MergeError,
  PrivacyBudgetSpentError,
  QuorumMissedError,
} from './errors.ts'
export {
  type FederatedAverage,
  type FederatedPrivacy,
  type FederatedRound,
  federatedAverage,
  type ModelUpdate,
  type ModelWeights,
} from './federated-average.ts'
export type { JoinParts, JoinResult, JoinRules, OnMissing } from './join.ts'
export type { JoinStatus } from './join-status.ts'
export { median, trimmedMean } from './median.ts'
export {
  gaussianRdp,
  noiseMultiplierFor,
  PrivacyAccountant,
  type PrivacyAccountantOptions,
  type PrivacyRound,
  type PrivacyState,
} from './privacy-accountant.ts'
export { type Ranked, type ReciprocalRank, reciprocalRank } from './reciprocal-rank.ts'
export { type MaxScore, maxScore, reduce, type Union, union } from './selection.ts'
export type { Averaged, Numeric, Probabilities } from './shapes.ts'
export type { Accumulator, BeginContext, MergeContext, Parts } from './strategy.ts'
export { type WeightedAverage, weightedAverage } from './weighted-average.ts'
export {
  type MajorityVote,
  majorityVote,
  type VoteOptions,
  type VoteResult,
  type WeightedVote,
  weightedVote,
} from './weighted-vote.ts'
