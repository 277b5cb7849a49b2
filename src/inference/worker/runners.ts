import { InferenceError } from '../errors.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import { CustomRunner } from './custom.ts'
import { EmbeddingModel } from './embeddings.ts'
import { OcrModel } from './ocr/ocr.ts'
import { ReaderModel } from './question-answering.ts'
import { Reranker } from './reranking.ts'
import type { RunnerLoader, TaskOptions, TaskRunner } from './runner.ts'
import { TensorModel } from './tensors.ts'
import { TextClassifier } from './text-classification.ts'
import { TokenClassifier } from './token-classification.ts'
import { VoiceActivityModel } from './voice-activity.ts'

/** Every task that a worker knows, by kind. */
const LOADERS: Readonly<Record<string, RunnerLoader>> = {
  embeddings: (model) => EmbeddingModel.load(model),
  'text-classification': (model) => TextClassifier.load(model),
  'token-classification': (model) => TokenClassifier.load(model),
  'question-answering': (model) => ReaderModel.load(model),
  reranking: (model) => Reranker.load(model),
  ocr: (model, options) => OcrModel.load(model, options),
  'voice-activity': (model) => VoiceActivityModel.load(model),
  tensors: (model) => TensorModel.load(model),
  custom: (model, options) => CustomRunner.load(model, options),
}

/** What of its options a runner is loaded by, where its model alone does not tell. */
const LOADED_BY: Readonly<Record<string, (options: TaskOptions) => unknown>> = {
  custom: (options) => options,
  ocr: ({ files }) => files,
}

/** By task and model version. */
const loaded = new Map<string, Promise<TaskRunner>>()

/** The runner of one task on one model version; loaded once a worker. A load that failed is tried anew next time. */
export function runnerOf(kind: string, model: ModelFolder, options: TaskOptions): Promise<TaskRunner> {
  const load = LOADERS[kind]
  if (load === undefined) {
    throw new InferenceError('model-unsupported', `there is no task '${kind}'`, {
      path: 'task.kind',
      value: kind,
      remedy: `Use one of ${Object.keys(LOADERS).join(', ')}`,
    })
  }
  const key = JSON.stringify([kind, model.folder, model.sha256, LOADED_BY[kind]?.(options)])
  let runner = loaded.get(key)
  if (runner === undefined) {
    runner = load(model, options)
    loaded.set(key, runner)
    runner.catch(() => loaded.delete(key))
  }
  return runner
}

/** Disposes every runner of one model version: its sessions' memory is given back. */
export async function unload(model: ModelFolder): Promise<void> {
  for (const [key, runner] of [...loaded]) {
    const [, folder, sha256] = JSON.parse(key) as [string, string, string]
    if (folder !== model.folder || sha256 !== model.sha256) continue
    loaded.delete(key)
    await (await runner).dispose()
  }
}
