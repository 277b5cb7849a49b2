import { embeddings } from '../../../src/inference/tasks/embeddings.ts'
import type { ModelTask } from '../../../src/ports/inference.ts'

/** One embedding model, as it reads questions and as it reads what they may find: some models want to be told. */
export interface Embedding {
  readonly query: ModelTask<string, Float32Array>
  readonly passage: ModelTask<string, Float32Array>
}

/** @param model name or folder. */
export function embeddingOf(model: string): Embedding {
  return {
    query: embeddings(model, { prefix: 'query' }),
    passage: embeddings(model, { prefix: 'passage' }),
  }
}
