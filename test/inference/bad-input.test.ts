import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  createInference,
  type InferenceEngine,
  type InferenceOptions,
  platformKernel,
} from '../../src/index.ts'
import { custom, embeddings } from '../../src/inference/index.ts'
import { inRepository, ModelFolders } from './tasks/model-folders.ts'

const kernel = platformKernel()
const folders = new ModelFolders()
const module = inRepository('test/inference/fixtures/modules/hostile.mjs')
const minilm = embeddings('all-minilm-l6-v2')
let model: string
beforeAll(async () => {
  model = await folders.tensor('fixed')
})
afterAll(() => folders.remove())

describe('options out of range are refused by name', () => {
  test.each<[path: string, options: Partial<InferenceOptions>]>([
    ['workers.min', { workers: 0 }],
    ['workers.max', { workers: { min: 2, max: 1 } }],
    ['workers.min', { workers: 1.5 }],
    ['workers', { workers: 4096 }],
    ['threads', { workers: 1, threads: 0 }],
    ['batchSize', { batchSize: 0 }],
    ['maxBatch', { maxBatch: 0 }],
    ['maxBatch', { maxBatch: 257 }],
    ['queueLimit', { queueLimit: 0 }],
    ['maxDelay', { maxDelay: -1 }],
    ['hang', { hang: 0 }],
    ['hang', { hang: 'soon' as never }],
    ['growAfter', { growAfter: Number.NaN }],
    ['shrinkAfter', { shrinkAfter: -5 }],
    ['cache.maxBytes', { cache: { maxBytes: 0 } }],
    ['cache.ttl', { cache: { ttl: -1 } }],
    ['recycle.runs', { recycle: { runs: 0 } }],
    ['recycle.growthBytes', { recycle: { growthBytes: -1 } }],
    ['isolation', { isolation: 'vm' as never }],
  ])('%s: %j', (path, options) => {
    expect(() => createInference({ kernel, workers: 1, ...options })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path }),
    )
  })
})

describe.each(['thread', 'process'] as const)('rows under isolation: %s', (isolation) => {
  let engine: InferenceEngine
  beforeAll(() => {
    engine = createInference({ kernel, workers: 1, isolation })
  })
  afterAll(() => engine.stop())
  const task = () => custom<unknown, unknown>(module, { model })

  const deep = () => {
    let row: unknown = 1
    for (let i = 0; i < 200_000; i++) row = [row]
    return row
  }
  const moved = () => {
    const row = new Float32Array(8)
    structuredClone(row, { transfer: [row.buffer] })
    return row
  }
  const throwing = () => ({
    inner: Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('boo')
      },
    }),
  })
  test.each<[name: string, row: () => unknown]>([
    ['a function', () => () => 1],
    ['an object with a function', () => ({ call: () => 1 })],
    ['a symbol', () => Symbol('s')],
    ['a promise', () => Promise.resolve(1)],
    ['a getter that throws, inside', throwing],
    ['data that nests too deep', deep],
    ['an array whose buffer was moved away', moved],
  ])('%s fails alone, and is not a death of a worker', async (_name, row) => {
    const [a, bad, b] = await Promise.allSettled([
      engine.run(task(), ['a']),
      engine.run(task(), [row()]),
      engine.run(task(), ['b']),
    ])
    expect(bad).toMatchObject({ reason: { code: 'bad-input' } })
    expect(a).toMatchObject({ value: ['a'] })
    expect(b).toMatchObject({ value: ['b'] })
    expect(engine.stats().workerDeaths).toBe(0)
  })
})

describe('calls', () => {
  let engine: InferenceEngine
  afterEach(() => engine.stop())

  test('without rows have no results and ask no worker; with what are no rows are refused', async () => {
    engine = createInference({ kernel, workers: 1 })
    expect(await engine.run(minilm, [])).toEqual([])
    expect(engine.stats()).toMatchObject({ rows: 0, batches: 0 })
    await expect(engine.run(minilm, 'text' as never)).rejects.toMatchObject({
      code: 'invalid-argument',
      path: 'rows',
    })
    for (const [path, call] of [
      ['deadline', { deadline: Number.NaN }],
      ['priority', { priority: Number.NaN }],
      ['priority', { priority: 'high' as never }],
    ] as const) {
      await expect(engine.run(minilm, ['x'], call)).rejects.toMatchObject({ code: 'invalid-argument', path })
    }
  })

  test('with a text of 10 MB are answered, and one with a deadline that never comes too', async () => {
    engine = createInference({ kernel, workers: 1 })
    const [vector] = await engine.run(minilm, ['many words '.repeat(1e6)], {
      deadline: Number.POSITIVE_INFINITY,
    })
    expect(vector).toHaveLength(384)
  })

  test('for a version that is not there, or a name that can be none, are told so', async () => {
    engine = createInference({ kernel, workers: 1 })
    const version = { ...minilm, version: '99.0.0' }
    await expect(engine.run(version, ['x'])).rejects.toMatchObject({ code: 'version-not-found' })
    const none = embeddings('../../etc\0')
    await expect(engine.run(none, ['x'])).rejects.toMatchObject({
      code: expect.stringMatching(/not-found|bad-input/),
    })
  })
})
