/**
 * ganglion: supervised actors for inference pipelines.
 *
 * Importing it loads no native library: ONNX Runtime, Piscina, msgpackr and mathjs load when they are first needed.
 *
 * @module
 */
export type { Ctx, SpawnOptions } from './behavior/context.ts'
export { type ActorDefinition, type ActorSpec, defineActor } from './behavior/define-actor.ts'
export {
  defineProcessor,
  type Processor,
  type ProcessorContext,
  type ProcessorSpec,
  type RetryOptions,
} from './behavior/define-processor.ts'
export { fromMachine, type MachineOptions } from './behavior/from-machine.ts'
export type { ActorRef, AnyRef, AskOptions, OfferOptions, TellOptions } from './behavior/ref.ts'
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
export { type CustomOptions, custom } from './inference/tasks/custom.ts'
export { type EmbeddingOptions, embeddings } from './inference/tasks/embeddings.ts'
export { type ImageRow, type OcrOptions, ocr } from './inference/tasks/ocr.ts'
export {
  type AnswerSpan,
  type ExtractedAnswer,
  type QuestionAnsweringOptions,
  type QuestionRow,
  questionAnswering,
} from './inference/tasks/question-answering.ts'
export { type RerankingOptions, type RerankRow, reranking } from './inference/tasks/reranking.ts'
export { type TensorsOptions, type TensorsRow, tensors } from './inference/tasks/tensors.ts'
export {
  type LabelScore,
  type TextClassificationOptions,
  textClassification,
} from './inference/tasks/text-classification.ts'
export {
  type TokenClassificationOptions,
  tokenClassification,
} from './inference/tasks/token-classification.ts'
export {
  type SoundRow,
  type VoiceActivity,
  type VoiceActivityOptions,
  voiceActivity,
} from './inference/tasks/voice-activity.ts'
export type { CustomContext, CustomModule } from './inference/worker/custom.ts'
export type { Entity } from './inference/worker/entities.ts'
export type { OcrLine } from './inference/worker/ocr/ocr.ts'
export type { SpeechSegment } from './inference/worker/speech-segments.ts'
export type { RowTensor, TensorArray } from './inference/worker/tensor-rows.ts'
export type { Duration } from './kernel/durations.ts'
export { type ErrorLink, errorChain, GanglionError, InvalidArgumentError } from './kernel/errors.ts'
export type { Kernel } from './kernel/kernel.ts'
export { platformKernel } from './kernel/platform-kernel.ts'
export { MailboxFullError } from './mailbox/errors.ts'
export { majorityVote, maxScore, reduce, union } from './merge/choose.ts'
export { concat } from './merge/concat.ts'
export { MergeError, QuorumMissedError } from './merge/errors.ts'
export { type Ranked, reciprocalRank } from './merge/reciprocal-rank.ts'
export { median, trimmedMean } from './merge/robust.ts'
export type { Averaged, Numeric } from './merge/shapes.ts'
export { weightedAverage } from './merge/weighted-average.ts'
export { type VoteResult, weightedVote } from './merge/weighted-vote.ts'
export { FrameError, NotSerializableError } from './message/errors.ts'
export type { CacheUse, Header, Hop, InferenceHop, Message, Trailer } from './message/header.ts'
export { SchemaError } from './message/schema.ts'
export {
  type FanOptions,
  type JoinOptions,
  type Pipeline,
  type PipelineOptions,
  pipeline,
} from './pipeline/builder.ts'
export {
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelinePlanError,
  PipelineStoppedError,
  ProcessorFailedError,
} from './pipeline/errors.ts'
export type { RunEvent } from './pipeline/run.ts'
export type {
  AskOptions as PipelineAskOptions,
  ProcessorStatus,
  RunningPipeline,
  Trace,
} from './pipeline/running-pipeline.ts'
export type { DeadLetterReason, RuntimeEvent } from './ports/events.ts'
export type { InferenceCall, InferencePort, ModelInfo, ModelTask, WarmOptions } from './ports/inference.ts'
export type { ChildOptions, SupervisionOptions } from './ports/supervision.ts'
export { RoutingMatrixError } from './routing/errors.ts'
export { RoutingMatrix, type RoutingSpec } from './routing/routing-matrix.ts'
export {
  type ActorSystem,
  createSystem,
  type StopOptions,
  type SystemOptions,
} from './system/actor-system.ts'
export type { DeadLetter, DeadLetterFilter } from './system/dead-letters.ts'
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
  NameTakenError,
  SystemStoppedError,
  UnhandledMessageError,
} from './system/errors.ts'
export type { LedgerSnapshot } from './system/ledger.ts'
