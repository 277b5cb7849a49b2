import { optionsKey } from '../options-key.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { TaskOptions } from '../wire.ts'
import { load, loadedBy } from './registry.ts'
import type { TaskRunner } from './runner.ts'

/** A task group in a worker, and the key of its runner. */
export interface GroupInWorker {
  readonly kind: string
  readonly model: ModelFolder
  readonly options: TaskOptions
  readonly key: string
}

/** Made once per group, so that a batch does not pay for it. */
export function groupInWorker(kind: string, model: ModelFolder, options: TaskOptions): GroupInWorker {
  const key = JSON.stringify([kind, model.folder, model.sha256, optionsKey(loadedBy(kind, options))])
  return { kind, model, options, key }
}

/** A runner, and the number of batches in it. */
export interface RunnerInUse {
  readonly runner: Promise<TaskRunner>
  uses: number
  /** Called when the last batch has left. */
  left: (() => void) | undefined
}

/** By task and model version. */
const loaded = new Map<string, RunnerInUse>()

/**
 * The runner of a group, which is not disposed before `leave`. Each worker loads it once; a failed load is tried again next
 * time.
 *
 * Its promise rejects with InferenceError (`model-unsupported`) for a task unknown to workers.
 */
export function enter(group: GroupInWorker): RunnerInUse {
  let one = loaded.get(group.key)
  if (one === undefined) {
    const made: RunnerInUse = {
      runner: load(group.kind, group.model, group.options),
      uses: 0,
      left: undefined,
    }
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

/**
 * Disposes every runner of one model version, and frees the memory of its sessions. A batch between two of its steps ends
 * first; a later caller gets a new runner.
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
