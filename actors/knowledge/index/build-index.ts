import type { Clock } from '../../../src/kernel/kernel.ts'
import type { Pauses } from '../../../src/kernel/pauses.ts'
import type { InferencePort, ModelTask } from '../../../src/ports/inference.ts'
import { type QuantisedMatrix, quantiseRow } from '../retrieval/dense-index.ts'
import { contextOf, type Passage } from '../text/passages.ts'
import type { VectorCache } from './vector-cache.ts'
import { type StoredVector, vectorKey } from './vector-file.ts'

/** Progress of indexing. `rate` is in passages a second, `etaMs` in milliseconds. */
export interface IndexProgress {
  readonly done: number
  readonly total: number
  readonly rate: number
  readonly etaMs: number
}

/** Passages sent to the workers at once: enough for full batches of each length, few enough that a kill loses little. */
const CHUNK = 256

/** The text embedded for a passage: its title and headings add what its sentences leave out. */
export function embeddedText(passage: Passage): string {
  const context = contextOf(passage)
  return context === '' ? passage.text : `${context}\n${passage.text}`
}

/**
 * The vectors of all passages, from the cache or else from the model. Appends to the cache as it goes.
 * Rejects with the model's error, or with the signal's reason.
 */
export async function buildMatrix(
  passages: readonly Passage[],
  cache: VectorCache,
  engine: {
    readonly inference: InferencePort
    readonly task: ModelTask<string, Float32Array>
    readonly dimensions: number
    readonly clock: Clock
    readonly pauses: Pauses
    readonly signal?: AbortSignal
    readonly onProgress?: (progress: IndexProgress) => void
  },
): Promise<{ matrix: QuantisedMatrix; embedded: number }> {
  const keys: string[] = []
  const lacking = new Map<string, string>()
  for (const passage of passages) {
    if (engine.pauses.due) await engine.pauses.take()
    const text = embeddedText(passage)
    const key = vectorKey(text)
    keys.push(key)
    if (cache.get(key) === undefined) lacking.set(key, text)
  }
  const missing = [...lacking]
  const started = engine.clock.monotonic()
  for (let at = 0; at < missing.length; at += CHUNK) {
    engine.signal?.throwIfAborted()
    const chunk = missing.slice(at, at + CHUNK)
    const vectors = await engine.inference.run(
      engine.task,
      chunk.map(([, text]) => text),
      engine.signal === undefined ? {} : { signal: engine.signal },
    )
    const entries: [string, StoredVector][] = []
    for (const [i, [key]] of chunk.entries()) {
      if (engine.pauses.due) await engine.pauses.take()
      entries.push([key, quantised(vectors[i] as Float32Array)])
    }
    await cache.append(entries)
    const done = at + chunk.length
    const rate = (done * 1000) / Math.max(1, engine.clock.monotonic() - started)
    engine.onProgress?.({ done, total: missing.length, rate, etaMs: ((missing.length - done) / rate) * 1000 })
  }
  await cache.finish(keys)
  return { matrix: await assemble(keys, cache, engine.dimensions, engine.pauses), embedded: missing.length }
}

function quantised(vector: Float32Array): StoredVector {
  const bytes = new Int8Array(vector.length)
  return { scale: quantiseRow(vector, bytes), bytes }
}

async function assemble(
  keys: readonly string[],
  cache: VectorCache,
  dimensions: number,
  pauses: Pauses,
): Promise<QuantisedMatrix> {
  const bytes = new Int8Array(keys.length * dimensions)
  const scales = new Float32Array(keys.length)
  for (const [row, key] of keys.entries()) {
    if (pauses.due) await pauses.take()
    const vector = cache.get(key) as StoredVector
    bytes.set(vector.bytes, row * dimensions)
    scales[row] = vector.scale
  }
  return { rows: keys.length, dimensions, bytes, scales }
}
