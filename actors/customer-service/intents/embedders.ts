import { embeddings } from '../../../src/inference/tasks/embeddings.ts'
import type { ModelTask } from '../../../src/ports/inference.ts'

/** The prefix that a model wants for texts that are compared with their like. */
const PREFIX: Readonly<Record<string, string>> = { 'bge-small-zh-v1.5': 'passage' }

/** The tasks whose vectors, one after another, are a message's vector. */
export function embeddersOf(names: readonly string[]): ModelTask<string, Float32Array>[] {
  return names.map((name) => embeddings(name, { prefix: PREFIX[name] ?? 'query' }))
}

/** One vector of several. */
export function joined(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.reduce((sum, { length }) => sum + length, 0))
  vectors.reduce((at, vector) => {
    all.set(vector, at)
    return at + vector.length
  }, 0)
  return all
}
