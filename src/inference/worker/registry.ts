import { InferenceError } from '../errors.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions } from '../wire.ts'
import { CustomRunner } from './custom.ts'
import { EmbeddingModel } from './embeddings.ts'
import { OcrModel } from './ocr/ocr.ts'
import { ReaderModel } from './question-answering.ts'
import { Reranker } from './reranking.ts'
import type { RunnerLoader, TaskRunner } from './runner.ts'
import { TensorModel } from './tensors.ts'
import { TextClassifier } from './text-classification.ts'
import { TokenClassifier } from './token-classification.ts'
import { VoiceActivityModel } from './voice-activity.ts'

/** How a worker gets a task's runner. */
interface Registered {
  readonly load: RunnerLoader
  /** Which of its options a runner depends on, besides its model. */
  readonly loadedBy?: (options: TaskOptions) => unknown
}

/** Every task of the workers, by kind: one line each. */
const TASKS: Readonly<Record<string, Registered>> = {
  embeddings: { load: (model) => EmbeddingModel.load(model) },
  'text-classification': { load: (model) => TextClassifier.load(model) },
  'token-classification': { load: (model) => TokenClassifier.load(model) },
  'question-answering': { load: (model) => ReaderModel.load(model) },
  reranking: { load: (model) => Reranker.load(model) },
  ocr: { load: (model, options) => OcrModel.load(model, options), loadedBy: ({ files }) => files },
  'voice-activity': { load: (model) => VoiceActivityModel.load(model) },
  tensors: { load: (model) => TensorModel.load(model) },
  custom: { load: (model, options) => CustomRunner.load(model, options), loadedBy: (options) => options },
}

/**
 * Loads the runner of a task. Rejects like its loader.
 *
 * @throws InferenceError (`model-unsupported`) for a task unknown to workers.
 */
export async function load(kind: string, model: ModelFolder, options: TaskOptions): Promise<TaskRunner> {
  const task = TASKS[kind]
  if (task !== undefined) return task.load(model, options)
  throw new InferenceError('model-unsupported', `there is no task '${kind}'`, {
    path: 'task.kind',
    value: kind,
    remedy: `Use one of ${Object.keys(TASKS).join(', ')}`,
  })
}

/** The options that need another runner of the same model. */
export function loadedBy(kind: string, options: TaskOptions): unknown {
  return TASKS[kind]?.loadedBy?.(options)
}
