import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { embeddings } from '../../src/index.ts'
import type { InferenceHop } from '../../src/message/header.ts'
import type { InferencePort } from '../../src/ports/inference.ts'

/** What every model engine must do, whatever is behind it. `make` gives one that knows all-minilm-l6-v2, and its clock. */
export function inferenceContract(
  name: string,
  make: () => Promise<{ readonly engine: InferencePort; readonly now: () => number }>,
): void {
  describe(`${name} keeps the contract of the inference port`, () => {
    const minilm = embeddings('all-minilm-l6-v2')
    let engine: InferencePort
    let now: () => number

    beforeAll(async () => {
      ;({ engine, now } = await make())
    })
    afterAll(() => engine.stop())

    test('gives a vector a row, in the order of the rows; the same row has the same vector', async () => {
      const rows = ['a kettle', 'a much longer text about a kettle and its warranty', 'a kettle']
      const vectors = await engine.run(minilm, rows)
      expect(vectors).toHaveLength(3)
      for (const vector of vectors) {
        expect(vector).toBeInstanceOf(Float32Array)
        expect(vector).toHaveLength(384)
        expect(Math.hypot(...vector)).toBeCloseTo(1, 3)
      }
      expect(vectors[0]).toEqual(vectors[2])
      expect(vectors[0]).not.toEqual(vectors[1])
    })

    test('knows the model that it loaded, and its rows’ accounting', async () => {
      expect(await engine.warm(minilm)).toMatchObject({
        dimensions: 384,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
      const hops: InferenceHop[] = []
      await engine.run(minilm, ['one', 'two'], { account: (hop) => hops.push(hop) })
      expect(hops.reduce((sum, { rows }) => sum + rows, 0)).toBe(2)
      expect(hops[0]?.computeMs).toBeGreaterThanOrEqual(0)
    })

    test('rows that nobody wants any more leave: cancelled, or beyond their deadline', async () => {
      const gone = AbortSignal.abort(new Error('gone'))
      await expect(engine.run(minilm, ['x'], { signal: gone })).rejects.toMatchObject({ code: 'cancelled' })
      await expect(engine.run(minilm, ['x'], { deadline: now() - 1 })).rejects.toMatchObject({
        code: 'deadline',
      })
    })

    test('a model that it does not have is named', async () => {
      const unknown = engine.run(embeddings('no-such-model'), ['x'])
      await expect(unknown).rejects.toMatchObject({
        code: 'model-not-found',
        remedy: expect.stringMatching(/./),
      })
    })

    test('after its stop it refuses', async () => {
      const { engine: other } = await make()
      await other.stop()
      await expect(other.run(minilm, ['x'])).rejects.toMatchObject({ code: 'stopped' })
    })
  })
}
