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

/** What a task group is in a worker, and by which key its runner is known. */
export interface GroupInWorker {
  readonly kind: string
  readonly model: ModelFolder
  readonly options: TaskOptions
  readonly key: string
}

/** Made once a group: a batch must not pay for its key. */
export function groupInWorker(kind: string, model: ModelFolder, options: TaskOptions): GroupInWorker {
  const key = JSON.stringify([kind, model.folder, model.sha256, LOADED_BY[kind]?.(options)])
  return { kind, model, options, key }
}

/** A runner, and how many batches are in it. */
export interface RunnerInUse {
  readonly runner: Promise<TaskRunner>
  uses: number
  /** Told when the last batch has left. */
  left: (() => void) | undefined
}

/** By task and model version. */
const loaded = new Map<string, RunnerInUse>()

/**
 * The runner of a group, which is not disposed until `leave`. Loaded once a worker; a load that failed is tried anew
 * next time.
 *
 * @throws InferenceError (`model-unsupported`) for a task that no worker knows.
 */
export function enter(group: GroupInWorker): RunnerInUse {
  let one = loaded.get(group.key)
  if (one === undefined) {
    const made: RunnerInUse = { runner: loadOf(group), uses: 0, left: undefined }
    one = made
    loaded.set(group.key, made)
    made.runner.catch(() => {
      if (loaded.get(group.key) === made) loaded.delete(group.key)
    })
  }
  one.uses += 1
  return one
}

export function leave(one: RunnerInUse): void {
  one.uses -= 1
  if (one.uses === 0) one.left?.()
}

function loadOf({ kind, model, options }: GroupInWorker): Promise<TaskRunner> {
  const load = LOADERS[kind]
  if (load !== undefined) return load(model, options)
  throw new InferenceError('model-unsupported', `there is no task '${kind}'`, {
    path: 'task.kind',
    value: kind,
    remedy: `Use one of ${Object.keys(LOADERS).join(', ')}`,
  })
}

/**
 * Disposes every runner of one model version: its sessions' memory is given back. A batch that is between two steps of
 * one ends first; whoever comes after the call gets a new one.
 */
export async function unload(model: ModelFolder): Promise<void> {
  const leaving: RunnerInUse[] = []
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
