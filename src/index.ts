/**
 * ganglion: supervised actors for inference pipelines.
 *
 * Importing it loads no native library: ONNX Runtime, Piscina, msgpackr and mathjs load when they are first needed.
 *
 * @module
 */
export type { ActorSpec } from './behavior/actor-spec.ts'
export type { ContextTimers, Ctx, SpawnOptions } from './behavior/context.ts'
export { type ActorDefinition, defineActor } from './behavior/define-actor.ts'
export {
  defineProcessor,
  type HumanQuestion,
  type Processor,
  type ProcessorContext,
  type ProcessorSpec,
  type RetryOptions,
} from './behavior/define-processor.ts'
export { fromMachine, type MachineOptions } from './behavior/from-machine.ts'
export type { OwnCtx, OwnMessages, OwnTimers } from './behavior/own-context.ts'
export type {
  ActorRef,
  AnyRef,
  AskOptions,
  MessagesOf,
  OfferOptions,
  Ref,
  RefOf,
  TellOptions,
} from './behavior/ref.ts'
export type { Signals, Terminated } from './behavior/signals.ts'
export type { ModelTotals } from './inference/accounting.ts'
export type { LearnedSize } from './inference/batching/batch-sizes.ts'
export type { CacheStats } from './inference/cache/response-cache.ts'
export type { InferenceEngine, InferenceStats } from './inference/engine.ts'
export type { InferenceOptions } from './inference/engine-options.ts'
export { InferenceError } from './inference/errors.ts'
export { createInference } from './inference/index.ts'
export { CorePlan, type PoolPlan } from './inference/pool/core-plan.ts'
export type { HubOptions, HubProgress } from './inference/repository/hub/model-hub.ts'
export type { Limits as ModelLimits } from './inference/repository/limits.ts'
export type { ModelCard, TensorCard, TensorType } from './inference/repository/model-card.ts'
export type { ModelFolder } from './inference/repository/model-folder.ts'
export {
  type ListedModel,
  ModelRepository,
  type RepositoryOptions,
} from './inference/repository/model-repository.ts'
export type { ModelInUse, ModelStore, UseState } from './inference/repository/model-store.ts'
export {
  type CustomContext,
  type CustomModule,
  type CustomOptions,
  custom,
} from './inference/tasks/custom.ts'
export { type EmbeddingOptions, embeddings } from './inference/tasks/embeddings.ts'
export { type ImageRow, type OcrLine, type OcrOptions, ocr } from './inference/tasks/ocr.ts'
export {
  type AnswerSpan,
  type ExtractedAnswer,
  type QuestionAnsweringOptions,
  type QuestionRow,
  questionAnswering,
} from './inference/tasks/question-answering.ts'
export { type RerankingOptions, type RerankRow, reranking } from './inference/tasks/reranking.ts'
export {
  type RowTensor,
  type TensorArray,
  type TensorsOptions,
  type TensorsRow,
  tensors,
} from './inference/tasks/tensors.ts'
export {
  type LabelScore,
  type TextClassificationOptions,
  textClassification,
} from './inference/tasks/text-classification.ts'
export {
  type Entity,
  type TokenClassificationOptions,
  tokenClassification,
} from './inference/tasks/token-classification.ts'
export {
  type SoundRow,
  type SpeechSegment,
  type VoiceActivity,
  type VoiceActivityOptions,
  voiceActivity,
} from './inference/tasks/voice-activity.ts'
export { MemoryStore, StoreClosedError, StoreConflictError, StoreKeyError } from './journal/memory-store.ts'
export type { Duration } from './kernel/durations.ts'
export { type ErrorLink, errorChain, GanglionError, InvalidArgumentError } from './kernel/errors.ts'
export type { Kernel } from './kernel/kernel.ts'
export { platformKernel } from './kernel/platform-kernel.ts'
export { MailboxFullError } from './mailbox/errors.ts'
export { Aggregator } from './merge/aggregator.ts'
export type { AggregatorMerge, AggregatorOptions, Correlation, Filed } from './merge/aggregator-options.ts'
export { type Concat, type Concatenable, type Concatenated, concat } from './merge/concat.ts'
export {
  AggregatorFullError,
  AggregatorStoppedError,
  MergeError,
  PrivacyBudgetSpentError,
  QuorumMissedError,
} from './merge/errors.ts'
export {
  type FederatedAverage,
  type FederatedPrivacy,
  type FederatedRound,
  federatedAverage,
  type ModelUpdate,
  type ModelWeights,
} from './merge/federated-average.ts'
export type { JoinParts, JoinResult, JoinRules, OnMissing } from './merge/join.ts'
export type { JoinStatus } from './merge/join-status.ts'
export { median, trimmedMean } from './merge/median.ts'
export {
  gaussianRdp,
  noiseMultiplierFor,
  PrivacyAccountant,
  type PrivacyAccountantOptions,
  type PrivacyRound,
  type PrivacyState,
} from './merge/privacy-accountant.ts'
export { type Ranked, type ReciprocalRank, reciprocalRank } from './merge/reciprocal-rank.ts'
export { type MaxScore, maxScore, reduce, type Union, union } from './merge/selection.ts'
export type { Averaged, Numeric, Probabilities } from './merge/shapes.ts'
export type { Accumulator, BeginContext, MergeContext, Parts } from './merge/strategy.ts'
export { type WeightedAverage, weightedAverage } from './merge/weighted-average.ts'
export {
  type MajorityVote,
  majorityVote,
  type VoteOptions,
  type VoteResult,
  type WeightedVote,
  weightedVote,
} from './merge/weighted-vote.ts'
export { FrameError, NotSerializableError } from './message/errors.ts'
export type { CacheUse, Header, Hop, InferenceHop, Message, Trailer } from './message/header.ts'
export { SchemaError } from './message/schema.ts'
export { pipeline, pipelineFromJSON } from './pipeline/builder.ts'
export type { Stored } from './pipeline/control/checkpoint-store.ts'
export type { ReplayOptions } from './pipeline/control/replay.ts'
export type {
  AskOptions as PipelineAskOptions,
  PipelineStopOptions,
  ProcessorStatus,
  ResumeOptions,
  RunningPipeline,
  StreamOptions,
  Trace,
} from './pipeline/control/running-pipeline.ts'
export { type StreamEvent, StreamOverrunError } from './pipeline/control/streams.ts'
export {
  CheckpointError,
  LoopBoundError,
  NoSuchBranchError,
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelinePlanError,
  PipelineStoppedError,
  type PlanProblem,
  ProcessorFailedError,
  ReshapeError,
  RunMovedError,
  UnknownRunError,
} from './pipeline/errors.ts'
export type { PipelineRoutes, RoutesState } from './pipeline/flow/fan-routes.ts'
export { type PendingQuestion, UnknownQuestionError, WaitingForPersonError } from './pipeline/flow/human.ts'
export { LatePartError } from './pipeline/flow/merge-stage.ts'
export type { SvgOptions } from './pipeline/pictures/svg.ts'
export type {
  At,
  BranchChoice,
  Branches,
  Fan,
  FanNames,
  FanOptions,
  JoinedParts,
  LoopCondition,
  MergeAt,
  Pipeline,
  PipelineOptions,
  PipelineStage,
  ReadonlyDeep,
  StageOutput,
} from './pipeline/pipeline.ts'
export type { NodePolicy, Plan, PlanNode } from './pipeline/plan/plan.ts'
export type { PlanJson, PlanNodeJson, PlanRegistry } from './pipeline/plan/plan-json.ts'
export type { NewBranch, NewWeights } from './pipeline/plan/reshape.ts'
export type { StageOptions } from './pipeline/plan/stage-options.ts'
export type { JoinOptions, LoopBounds, StepOptions } from './pipeline/plan/step-options.ts'
export type { RouteDecision } from './pipeline/run/decisions.ts'
export type { ArrowExplanation, Explanation, StepExplanation } from './pipeline/run/explanation.ts'
export type { Ballot, JoinRecord, RunEvent } from './pipeline/run/run.ts'
export type { DeadLetterReason, RuntimeEvent } from './ports/events.ts'
export type { InferenceCall, InferencePort, ModelInfo, ModelTask, WarmOptions } from './ports/inference.ts'
export type { Store, StoreEntry, StoreWrite } from './ports/store.ts'
export type { ChildOptions, SupervisionOptions } from './ports/supervision.ts'
export type { Delivery, Subscription as TransportSubscription, Transport } from './ports/transport.ts'
export { type Exp3Options, exp3 } from './routing/bandits/exp3.ts'
export type { LearningOptions } from './routing/bandits/learning-options.ts'
export { type LinUcbOptions, linUcb } from './routing/bandits/lin-ucb.ts'
export {
  type RewardRule,
  rewardOfAgreement,
  rewardOfLatency,
  rewardOfSuccess,
} from './routing/bandits/rewards.ts'
export type { ShareBounds } from './routing/bandits/share-bounds.ts'
export { type ThompsonOptions, thompson } from './routing/bandits/thompson.ts'
export { ucb1 } from './routing/bandits/ucb1.ts'
export type { Edge } from './routing/edge.ts'
export { RoutingMatrixError, type RoutingProblem, UnknownDecisionError } from './routing/errors.ts'
export {
  type LabelPropagationOptions,
  type LabelPropagationResult,
  type PropagatedLabel,
  propagateLabels,
} from './routing/label-propagation.ts'
export { type LinearOptions, type LinearResult, linearRounds } from './routing/linear.ts'
export type { MatrixExpectations } from './routing/matrix-expectations.ts'
export { type PageRankOptions, pageRank } from './routing/page-rank.ts'
export { type AbTestOptions, abTest } from './routing/policies/ab-test.ts'
export { type CanaryOptions, type CanaryRollback, canary } from './routing/policies/canary.ts'
export { type CheapestWithinOptions, cheapestWithin } from './routing/policies/cheapest-within.ts'
export { type ConditionalOptions, conditional } from './routing/policies/conditional.ts'
export { type ConsistentHashOptions, consistentHash } from './routing/policies/consistent-hash.ts'
export { type LeastLoadedOptions, leastLoaded } from './routing/policies/least-loaded.ts'
export { type ShadowOptions, shadow } from './routing/policies/shadow.ts'
export { all, topK, weightedRandom } from './routing/policies/weighted.ts'
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
} from './routing/policy.ts'
export { RouteChoice } from './routing/route-choice.ts'
export { RouteTable } from './routing/route-table.ts'
export { RoutingMatrix, type RoutingSpec } from './routing/routing-matrix.ts'
export type { SpectralBounds } from './routing/spectral-radius.ts'
export {
  BreakerOpenError,
  BulkheadFullError,
  RateLimitedError,
  WorkCancelledError,
  WorkTimeoutError,
} from './supervision/errors.ts'
export {
  type Resilience,
  type ResilienceOptions,
  resilience,
  type Work,
  type WorkCall,
} from './supervision/resilience.ts'
export { type ActorSystem, createSystem } from './system/actor-system.ts'
export { type DeadLetter, type DeadLetterFilter, NotReplayableError } from './system/dispatch/dead-letters.ts'
export type { LedgerSnapshot } from './system/dispatch/ledger.ts'
export type { Logger } from './system/dispatch/system-log.ts'
export {
  ActorStoppedError,
  AskCancelledError,
  AskTimeoutError,
  AttemptTimeoutError,
  CallCycleError,
  CancelledError,
  ExpiredError,
  HandlerFailedError,
  KilledError,
  LinkedError,
  MessageLostError,
  NameTakenError,
  NobodyToAskError,
  ReplyError,
  RestartIntensityError,
  StaleContextError,
  StashFullError,
  SystemStoppedError,
  UnhandledMessageError,
  UnknownActorError,
  UnknownStateError,
} from './system/errors.ts'
export type { RouterOptions, RouterRef } from './system/router.ts'
export type { InferenceEngineOptions, StopOptions, SystemOptions } from './system/system-options.ts'
export { MemoryTransport, TransportError } from './transport/memory-transport.ts'
