import { createInference } from '../../../src/inference/create-inference.ts'
import { embeddingOf } from '../../knowledge/index/embedding.ts'
import { masked, mentionsOf } from '../reading/headline.ts'
import type { Example } from './train.ts'

/** The encoder that the head is trained on. */
const ENCODER = 'e5-small-v2'
/** Texts embedded between two looks at the signal. */
const GROUP = 500

/** The examples with the vectors of their masked headlines. Rejects with InferenceError, or the signal's reason. */
export async function embedded(
  examples: readonly Example[],
  {
    signal,
    onProgress,
  }: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, of: number) => void } = {},
): Promise<Example[]> {
  const engine = createInference({})
  const { query } = embeddingOf(ENCODER)
  const names = new Map<number, string[]>()
  for (const { headline, entity } of examples) names.set(headline, [...(names.get(headline) ?? []), entity])
  const texts = examples.map(({ title, entity, headline }) =>
    masked(title, entity, mentionsOf(title, names.get(headline) ?? [])),
  )
  const all: Float32Array[] = []
  try {
    for (let from = 0; from < texts.length; from += GROUP) {
      signal?.throwIfAborted()
      onProgress?.(from, texts.length)
      all.push(...(await engine.run(query, texts.slice(from, from + GROUP))))
    }
  } finally {
    await engine.stop()
  }
  return examples.map((one, i) => ({ ...one, vector: all[i] as Float32Array }))
}
