/**
 * Models behind one engine: tasks, batches over all callers, workers, repository and hub.
 *
 * The root exports `createInference` and the types of its options.
 *
 * @module
 */
export type { InferenceCall, InferencePort, ModelInfo, ModelTask, WarmOptions } from '../ports/inference.ts'
export type { ModelTotals } from './accounting.ts'
export type { LearnedSize } from './batching/batch-sizes.ts'
export type { CacheStats } from './cache/response-cache.ts'
export { createInference } from './create-inference.ts'
export type { InferenceEngine, InferenceStats } from './engine.ts'
export type { InferenceOptions } from './engine-options.ts'
export { InferenceError, InferenceOverloadedError } from './errors.ts'
export { CorePlan, type PoolPlan } from './pool/core-plan.ts'
export type { HubOptions, HubProgress } from './repository/hub/model-hub.ts'
export type { Limits as ModelLimits } from './repository/limits.ts'
export type { ModelCard, TensorCard, TensorType } from './repository/model-card.ts'
export type { ModelFolder } from './repository/model-folder.ts'
export { type ListedModel, ModelRepository, type RepositoryOptions } from './repository/model-repository.ts'
export type { ModelInUse, ModelStore, UseState } from './repository/model-store.ts'
export { type CustomContext, type CustomModule, type CustomOptions, custom } from './tasks/custom.ts'
export { type EmbeddingOptions, embeddings } from './tasks/embeddings.ts'
export { type ImageRow, type OcrLine, type OcrOptions, ocr } from './tasks/ocr.ts'
export {
  type AnswerSpan,
  type ExtractedAnswer,
  type QuestionAnsweringOptions,
  type QuestionRow,
  questionAnswering,
} from './tasks/question-answering.ts'
export { type RerankingOptions, type RerankRow, reranking } from './tasks/reranking.ts'
export {
  type RowTensor,
  type TensorArray,
  type TensorsOptions,
  type TensorsRow,
  tensors,
} from './tasks/tensors.ts'
export {
  type LabelScore,
  type TextClassificationOptions,
  textClassification,
} from './tasks/text-classification.ts'
export {
  type Entity,
  type TokenClassificationOptions,
  tokenClassification,
} from './tasks/token-classification.ts'
export {
  type SoundRow,
  type SpeechSegment,
  type VoiceActivity,
  type VoiceActivityOptions,
  voiceActivity,
} from './tasks/voice-activity.ts'
