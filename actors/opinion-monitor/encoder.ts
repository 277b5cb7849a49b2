import { createInference } from '../../src/inference/create-inference.ts'
import { InferenceError } from '../../src/inference/errors.ts'
import { ModelRepository } from '../../src/inference/repository/model-repository.ts'
import type { InferencePort, ModelTask } from '../../src/ports/inference.ts'
import { embeddingOf } from '../knowledge/index/embedding.ts'
import type { OpinionMonitorOptions } from './monitor-options.ts'

/** The encoder of the team, and the engine that runs it. */
export interface Encoder {
  readonly model: string
  readonly task: ModelTask<string, Float32Array>
  readonly inference: InferencePort
  /** Loads it, once: the first headline must not wait for it. */
  ready(): Promise<void>
  /** Stops the engine, unless it was passed in. */
  close(): Promise<void>
}

/** One for all monitors: a model's files are checked once. */
const INSTALLED = new ModelRepository()

/**
 * The encoder that the head was trained on; undefined where it is not wanted or not installed.
 *
 * Rejects with the engine's error where it is asked for and absent, or damaged.
 */
export async function encoderFor(
  model: string | undefined,
  options: OpinionMonitorOptions,
  notice: (text: string) => void,
): Promise<Encoder | undefined> {
  const { kernel, workers, inference: given } = options
  if (options.encoder === false || model === undefined) return undefined
  const task = embeddingOf(model).query
  try {
    if (given === undefined) await INSTALLED.find(model)
    else await given.warm(task)
  } catch (error) {
    const absent = error instanceof InferenceError && error.code === 'model-not-found'
    if (!absent || options.encoder === true) throw error
    notice(`reads without the encoder ${model}, which is not installed`)
    return undefined
  }
  const inference =
    given ??
    createInference({
      ...(kernel === undefined ? {} : { kernel }),
      ...(workers === undefined ? {} : { workers }),
    })
  let loading: Promise<unknown> | undefined
  return {
    model,
    task,
    inference,
    async ready() {
      loading ??= inference.warm(task)
      await loading
    },
    async close() {
      if (given === undefined) await inference.stop()
    },
  }
}
