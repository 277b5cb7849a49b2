import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../../src/index.ts'
import { type RowTensor, tensors } from '../../../src/inference/index.ts'
import { ModelFolders, silero } from './model-folders.ts'

const folders = new ModelFolders()
let engine: InferenceEngine
let affine: string
let mixed: string
let fixed: string

beforeAll(async () => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
  ;[affine, mixed, fixed] = (await Promise.all(
    ['affine', 'mixed', 'fixed'].map((name) => folders.tensor(name)),
  )) as [string, string, string]
})
afterAll(async () => {
  await engine.stop()
  await folders.remove()
})

test('rows of any widths come back by name, each its own: y = 2 x + 1, total = Σ x', async () => {
  const widths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(widths, async (sizes) => {
      const rows = sizes.map((width, i) => ({
        x: { data: Float32Array.from({ length: 3 * width }, (_, k) => i + k / 8), dims: [3, width] },
      }))
      const results = await engine.run(tensors(affine), rows)
      results.forEach(({ y, total }, i) => {
        const { data, dims } = (rows[i] as (typeof rows)[number]).x
        expect(y).toEqual({ data: data.map((value) => 2 * value + 1), dims })
        expect(total).toEqual({ data: Float32Array.of(data.reduce((a, b) => a + b)), dims: [] })
      })
    }),
    { numRuns: 15, seed: 2 },
  )
})

test('an array alone will do where the shape follows from its length; large results arrive whole', async () => {
  const data = new Float32Array(3 * 100_000).map((_, i) => i % 97)
  const [one] = await engine.run(tensors(affine), [data])
  expect(one?.y?.dims).toEqual([3, 100_000])
  expect(one?.y?.data[96]).toBe(193)
  expect(one?.y?.data.at(-1)).toBe(((300_000 - 1) % 97) * 2 + 1)
  expect(data).toHaveLength(300_000)
})

test('integers of 64 bits and floats go in together', async () => {
  const row = {
    ids: { data: BigInt64Array.of(2n, 3n), dims: [2] },
    weights: { data: Float32Array.of(0.5, 10), dims: [2] },
  }
  expect(await engine.run(tensors(mixed), [row])).toEqual([{ sum: { data: Float32Array.of(31), dims: [] } }])
})

test('a model without a leading dimension that can grow takes rows one by one, whole', async () => {
  const rows = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)]
  const results = await engine.run(tensors(fixed), rows)
  expect(results.map(({ y }) => [...((y as RowTensor).data as Float32Array)])).toEqual([
    [1, 3, 2, 4],
    [5, 7, 6, 8],
  ])
  const whole = { x: { data: new Float32Array(12), dims: [2, 3, 2] } }
  const [result] = await engine.run(tensors(affine, { batch: false }), [whole])
  expect(result?.total?.dims).toEqual([2])
})

test('a real model of sound takes its tensors as they are', async () => {
  const folder = await folders.make(silero('v5'))
  const row = {
    input: { data: new Float32Array(576), dims: [1, 576] },
    state: { data: new Float32Array(256), dims: [2, 1, 128] },
    sr: { data: BigInt64Array.of(16_000n), dims: [] },
  }
  const [result] = await engine.run(tensors(folder), [row])
  expect(result?.stateN?.dims).toEqual([2, 1, 128])
  expect(result?.output?.data[0]).toBeLessThan(0.5)
})

test('what does not fit is refused by its name and place', async () => {
  const good = { data: new Float32Array(6), dims: [3, 2] }
  const spoiled = new Float32Array(6)
  spoiled[4] = Number.NaN
  const cases: [row: unknown, path: string][] = [
    [{ x: good, z: good }, 'rows[0].z'],
    [{}, 'rows[0].x'],
    [{ x: [1, 2] }, 'rows[0].x.dims'],
    [{ x: { data: new Float64Array(6), dims: [3, 2] } }, 'rows[0].x.data'],
    [{ x: { data: [1, 2, 3, 4, 5, 6], dims: [3, 2] } }, 'rows[0].x.data'],
    [{ x: { data: good.data, dims: [1, 3, 2] } }, 'rows[0].x.dims'],
    [{ x: { data: good.data, dims: [2, 3] } }, 'rows[0].x.dims[0]'],
    [{ x: { data: good.data, dims: [3, -2] } }, 'rows[0].x.dims[1]'],
    [{ x: { data: good.data, dims: [3, 0] } }, 'rows[0].x.dims[1]'],
    [{ x: { data: good.data, dims: [3, 4] } }, 'rows[0].x.data'],
    [{ x: { data: spoiled, dims: [3, 2] } }, 'rows[0].x.data[4]'],
    [new Float32Array(7), 'rows[0].x.dims[1]'],
    [new Int32Array(6), 'rows[0].x'],
    [undefined, 'rows[0]'],
    ['text', 'rows[0]'],
  ]
  for (const [row, path] of cases) {
    await expect(engine.run(tensors(affine), [row as never])).rejects.toMatchObject({
      code: 'bad-input',
      path,
    })
  }
  const bare = engine.run(tensors(mixed), [new Float32Array(2)])
  await expect(bare).rejects.toMatchObject({ code: 'bad-input', path: expect.stringMatching(/^rows\[0\]/) })
})

test('one bad row among good ones fails alone', async () => {
  const rows = Array.from({ length: 9 }, (_, i) =>
    engine.run(tensors(affine), [new Float32Array(i === 4 ? 4 : 3)]),
  )
  const settled = await Promise.allSettled(rows)
  expect(settled.map(({ status }) => status === 'fulfilled')).toEqual(
    [1, 1, 1, 1, 0, 1, 1, 1, 1].map(Boolean),
  )
})
