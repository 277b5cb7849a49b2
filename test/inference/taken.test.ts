import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../src/index.ts'
import { type TensorsRow, tensors } from '../../src/inference/index.ts'
import { ModelFolders } from './tasks/model-folders.ts'

const folders = new ModelFolders()
let affine: ReturnType<typeof tensors>
let engine: InferenceEngine

beforeAll(async () => {
  affine = tensors(await folders.tensor('affine'))
})
afterEach(() => engine.stop())
afterAll(() => folders.remove())

/** A row over a buffer that its caller fills anew for every row, as readers of sound and sensors do. */
const KINDS: readonly [name: string, over: (data: Float32Array) => TensorsRow][] = [
  ['an array', (data) => data],
  ['a part of a larger buffer', (data) => data.subarray(0, 3)],
  ['a named input', (data) => ({ x: { data: data.subarray(0, 3), dims: [3, 1] } })],
]

const start = () => {
  // One row a batch: later rows wait for the only worker.
  engine = createInference({
    kernel: platformKernel(),
    workers: 1,
    batchSize: 1,
    cache: { maxBytes: 1e6 },
  })
}

describe.each(['before its model has loaded', 'while the worker is busy'])('asked %s', (when) => {
  test.each(KINDS)(
    '%s that is filled anew after run counts as it was, also for the cache [G178]',
    async (_, over) => {
      start()
      if (when === 'while the worker is busy') await engine.warm(affine)
      const buffer = new Float32Array(3)
      const ask = async (value: number) => {
        const [row] = await engine.run(affine, [over(buffer.fill(value))])
        return row?.total?.data[0]
      }
      const totals = [1, 2, 3, 4, 2].map(ask)
      buffer.fill(9)
      expect(await Promise.all(totals)).toEqual([3, 6, 9, 12, 6])
      expect(await Promise.all([1, 2, 3, 4, 9].map(ask))).toEqual([3, 6, 9, 12, 27])
    },
  )
})

test('so does a row whose parts are replaced after run [G178]', async () => {
  start()
  await engine.warm(affine)
  const row = { x: { data: new Float32Array(3), dims: [3, 1] } }
  const totals = [1, 2, 3].map(async (value) => {
    row.x.data = Float32Array.of(value, value, value)
    return (await engine.run(affine, [row]))[0]?.total?.data[0]
  })
  expect(await Promise.all(totals)).toEqual([3, 6, 9])
})
