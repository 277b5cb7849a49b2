/**
 * ganglion: supervised actors for inference pipelines.
 *
 * @module
 */
export {
  defineProcessor,
  type Processor,
  type ProcessorContext,
  type ProcessorSpec,
  type RetryOptions,
} from './behavior/define-processor.ts'
export { type EmbeddingOptions, embeddings } from './inference/tasks.ts'
export type { Duration } from './kernel/durations.ts'
export { type ErrorLink, errorChain, GanglionError, InvalidArgumentError } from './kernel/errors.ts'
export type { Kernel } from './kernel/kernel.ts'
export { platformKernel } from './kernel/platform-kernel.ts'
export { concat } from './merge/concat.ts'
export { MergeError, QuorumMissedError } from './merge/errors.ts'
export { type Ranked, reciprocalRank } from './merge/reciprocal-rank.ts'
export { weightedAverage } from './merge/weighted-average.ts'
export { type VoteResult, weightedVote } from './merge/weighted-vote.ts'
export type { Header, Hop, Message, Trailer } from './message/header.ts'
export { SchemaError } from './message/schema.ts'
export { type Pipeline, type PipelineOptions, pipeline } from './pipeline/builder.ts'
export {
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelinePlanError,
  PipelineStoppedError,
  ProcessorFailedError,
} from './pipeline/errors.ts'
export type { AskOptions, RunningPipeline, Trace } from './pipeline/running-pipeline.ts'
export type { RuntimeEvent } from './ports/events.ts'
export type { InferencePort, ModelTask } from './ports/inference.ts'
export { RoutingMatrixError } from './routing/errors.ts'
export { RoutingMatrix, type RoutingSpec } from './routing/routing-matrix.ts'
export { type ActorSystem, createSystem, type SystemOptions } from './system/actor-system.ts'
