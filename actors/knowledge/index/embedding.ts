import { embeddings } from '../../../src/inference/tasks/embeddings.ts'
import type { ModelTask } from '../../../src/ports/inference.ts'

/** One embedding model for questions and for passages: some models need a prefix that tells them apart. */
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
