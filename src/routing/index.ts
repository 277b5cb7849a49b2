/**
 * The routing matrix, routing policies, bandits and algorithms on A.
 *
 * The root exports the most common policies.
 *
 * @module
 */
export { type Exp3Options, exp3 } from './bandits/exp3.ts'
export type { LearningOptions } from './bandits/learning-options.ts'
export { type LinUcbOptions, linUcb } from './bandits/lin-ucb.ts'
export { type RewardRule, rewardOfAgreement, rewardOfLatency, rewardOfSuccess } from './bandits/rewards.ts'
export type { ShareBounds } from './bandits/share-bounds.ts'
export { type ThompsonOptions, thompson } from './bandits/thompson.ts'
export { ucb1 } from './bandits/ucb1.ts'
export type { Edge } from './edge.ts'
export { RoutingMatrixError, type RoutingProblem, UnknownDecisionError } from './errors.ts'
export {
  type LabelPropagationOptions,
  type LabelPropagationResult,
  type PropagatedLabel,
  propagateLabels,
} from './label-propagation.ts'
export { type LinearOptions, type LinearResult, linearRounds } from './linear.ts'
export type { MatrixExpectations } from './matrix-expectations.ts'
export { type PageRankOptions, pageRank } from './page-rank.ts'
export { type AbTestOptions, abTest } from './policies/ab-test.ts'
export { type CanaryOptions, type CanaryRollback, canary } from './policies/canary.ts'
export { type CheapestWithinOptions, cheapestWithin } from './policies/cheapest-within.ts'
export { type ConditionalOptions, conditional } from './policies/conditional.ts'
export { type ConsistentHashOptions, consistentHash } from './policies/consistent-hash.ts'
export { type LeastLoadedOptions, leastLoaded } from './policies/least-loaded.ts'
export { type ShadowOptions, shadow } from './policies/shadow.ts'
export { all, topK, weightedRandom } from './policies/weighted.ts'
export type {
  BranchExplanation,
  BranchReport,
  BranchSet,
  RouteCause,
  RouteChooser,
  RouteExplanation,
  RouteLearner,
  RouteOutcome,
  RoutePolicy,
  RouteRequest,
  RouteSite,
  RouteState,
} from './policy.ts'
export { RouteChoice } from './route-choice.ts'
export { RouteTable } from './route-table.ts'
export { RoutingMatrix, type RoutingSpec } from './routing-matrix.ts'
export type { SpectralBounds } from './spectral-radius.ts'
