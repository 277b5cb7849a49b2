import { InferenceError } from '../../src/inference/errors.ts'
import {
  type ExtractedAnswer,
  type QuestionRow,
  questionAnswering,
} from '../../src/inference/tasks/question-answering.ts'
import type { InferencePort, ModelInfo, ModelTask } from '../../src/ports/inference.ts'
import { type Embedding, embeddingOf } from '../knowledge/index/embedding.ts'

/** The embedding models with fitted constants: the first available one is the default. */
export const EMBEDDERS = ['e5-small-v2', 'all-minilm-l6-v2'] as const
/** Embeds Chinese passages and questions if installed. */
export const CHINESE_EMBEDDER = 'bge-small-zh-v1.5'
/** A trained reader that joins the vote if installed. */
export const DEFAULT_READER = 'e5-squad-reader'

/** Why a default model may be missing: it is not installed, and no hub has it. */
const ABSENT: ReadonlySet<string> = new Set([
  'model-not-found',
  'hub-unreachable',
  'hub-refused',
  'hub-offline',
])

/** Whether the error means that a model is not available. */
function isAbsent(error: unknown): error is InferenceError {
  return error instanceof InferenceError && ABSENT.has(error.code)
}

/** An embedding model, loaded. */
export interface Embedder {
  readonly embedding: Embedding
  readonly info: ModelInfo
}

/**
 * The embedding model, loaded: the named one, or the first available of `EMBEDDERS`.
 *
 * Rejects with the engine's error; if none is available, with that of the first.
 */
export async function loadEmbedder(inference: InferencePort, named: string | undefined): Promise<Embedder> {
  const [first, ...others] = named === undefined ? EMBEDDERS : [named]
  const load = async (model: string) => {
    const embedding = embeddingOf(model)
    return { embedding, info: await inference.warm(embedding.query) }
  }
  try {
    return await load(first)
  } catch (error) {
    for (const other of isAbsent(error) ? others : []) {
      try {
        return await load(other)
      } catch (next) {
        if (!isAbsent(next)) throw next
      }
    }
    throw error
  }
}

/** The model for Chinese, loaded; `undefined` where it is not at hand: then Chinese is found by its words alone. */
export async function loadChinese(
  inference: InferencePort,
  notice: (text: string) => void,
): Promise<Embedder | undefined> {
  try {
    return await loadEmbedder(inference, CHINESE_EMBEDDER)
  } catch (error) {
    if (!isAbsent(error)) throw error
    notice(
      `Chinese passages are found by their words alone; npm install ganglion-model-${CHINESE_EMBEDDER} finds them by meaning too`,
    )
    return undefined
  }
}

/** Spans requested per passage: enough for most statements to have one. */
const SPANS = 12

/** The reader, loaded. Only the default reader may be missing. */
export async function loadReader(
  inference: InferencePort,
  named: string | false | undefined,
  notice: (text: string) => void,
): Promise<ModelTask<QuestionRow, ExtractedAnswer> | undefined> {
  if (named === false) return undefined
  const task = questionAnswering(named ?? DEFAULT_READER, { nBest: SPANS })
  try {
    await inference.warm(task)
    return task
  } catch (error) {
    if (named !== undefined || !isAbsent(error)) throw error
    if (error.code !== 'model-not-found') notice(`no trained reader: ${error.message}`)
    return undefined
  }
}
