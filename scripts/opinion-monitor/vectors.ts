import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { embeddingOf } from '../../actors/knowledge/index/embedding.ts'
import { masked, mentionsOf } from '../../actors/opinion-monitor/reading/headline.ts'
import { createInference } from '../../src/inference/create-inference.ts'
import type { Example } from './train.ts'

/** The encoder that the head is trained on. */
export const ENCODER = 'e5-small-v2'
const DIMENSIONS = 384
const GROUP = 2_000

/** The examples with the vectors of their masked headlines. `cache`: a file that keeps them between two trainings. */
export async function embedded(examples: readonly Example[], cache?: string): Promise<Example[]> {
  const all = await vectorsOf(examples, cache)
  return examples.map((one, i) => ({ ...one, vector: all.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS) }))
}

async function vectorsOf(examples: readonly Example[], cache: string | undefined): Promise<Float32Array> {
  const size = examples.length * DIMENSIONS
  if (cache !== undefined && existsSync(cache)) {
    const held = new Float32Array(new Uint8Array(readFileSync(cache)).buffer)
    if (held.length === size) return held
  }
  const engine = createInference({})
  const { query } = embeddingOf(ENCODER)
  const names = new Map<number, string[]>()
  for (const { headline, entity } of examples) names.set(headline, [...(names.get(headline) ?? []), entity])
  const texts = examples.map(({ title, entity, headline }) =>
    masked(title, entity, mentionsOf(title, names.get(headline) ?? [])),
  )
  const all = new Float32Array(size)
  try {
    for (let from = 0; from < texts.length; from += GROUP) {
      const rows = await engine.run(query, texts.slice(from, from + GROUP))
      for (const [i, vector] of rows.entries()) all.set(vector, (from + i) * DIMENSIONS)
    }
  } finally {
    await engine.stop()
  }
  if (cache !== undefined) writeFileSync(cache, new Uint8Array(all.buffer))
  return all
}
