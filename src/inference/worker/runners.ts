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

/** A runner, and how many batches are in it. */
interface Loaded {
  readonly runner: Promise<TaskRunner>
  uses: number
  /** Told when the last batch has left. */
  left: (() => void) | undefined
}

/** By task and model version. */
const loaded = new Map<string, Loaded>()

/**
 * Runs `use` with the runner of one task on one model version, which is not disposed meanwhile. Loaded once a worker; a
 * load that failed is tried anew next time.
 */
export async function withRunner<T>(
  {
    kind,
    model,
    options,
  }: { readonly kind: string; readonly model: ModelFolder; readonly options: TaskOptions },
  use: (runner: TaskRunner) => Promise<T>,
): Promise<T> {
  const one = runnerOf(kind, model, options)
  one.uses += 1
  try {
    return await use(await one.runner)
  } finally {
    one.uses -= 1
    if (one.uses === 0) one.left?.()
  }
}

function runnerOf(kind: string, model: ModelFolder, options: TaskOptions): Loaded {
  const load = LOADERS[kind]
  if (load === undefined) {
    throw new InferenceError('model-unsupported', `there is no task '${kind}'`, {
      path: 'task.kind',
      value: kind,
      remedy: `Use one of ${Object.keys(LOADERS).join(', ')}`,
    })
  }
  const key = JSON.stringify([kind, model.folder, model.sha256, LOADED_BY[kind]?.(options)])
  const known = loaded.get(key)
  if (known !== undefined) return known
  const made: Loaded = { runner: load(model, options), uses: 0, left: undefined }
  loaded.set(key, made)
  made.runner.catch(() => {
    if (loaded.get(key) === made) loaded.delete(key)
  })
  return made
}

/**
 * Disposes every runner of one model version: its sessions' memory is given back. A batch that is between two steps of
 * one ends first; whoever comes after the call gets a new one.
 */
export async function unload(model: ModelFolder): Promise<void> {
  const leaving: Loaded[] = []
  for (const [key, one] of [...loaded]) {
    const [, folder, sha256] = JSON.parse(key) as [string, string, string]
    if (folder !== model.folder || sha256 !== model.sha256) continue
    loaded.delete(key)
    leaving.push(one)
  }
  for (const one of leaving) {
    if (one.uses > 0) {
      await new Promise<void>((resolve) => {
        one.left = resolve
      })
    }
    await one.runner.then(
      (runner) => runner.dispose(),
      () => {},
    )
  }
}
