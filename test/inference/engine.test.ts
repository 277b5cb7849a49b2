import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInference } from '../../src/inference/create-inference.ts'
import type { InferenceEngine } from '../../src/inference/engine.ts'
import { embeddings } from '../../src/inference/tasks/embeddings.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { InferenceHop } from '../../src/message/header.ts'

const MODEL = new URL('../../models/all-minilm-l6-v2', import.meta.url).pathname
const minilm = embeddings('all-minilm-l6-v2')
const kernel = platformKernel()
let engine: InferenceEngine

beforeAll(() => {
  engine = createInference({ kernel, workers: 2 })
})
afterAll(() => engine.stop())

const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)

test('sentences that mean the same lie close, and vectors are of length 1', async () => {
  const [cat, kitten, tax] = (await engine.run(minilm, [
    'A cat sits on the mat.',
    'A kitten is sitting on the rug.',
    'The corporate tax rate was raised.',
  ])) as [Float32Array, Float32Array, Float32Array]
  expect(cat).toHaveLength(384)
  expect(cosine(cat, cat)).toBeCloseTo(1, 5)
  expect(cosine(cat, kitten)).toBeGreaterThan(0.6)
  expect(cosine(cat, tax)).toBeLessThan(0.2)
})

test('a row has the same vector alone, in company, and whatever the batch is padded to', async () => {
  const texts = ['short', 'a sentence of some more words than that', 'word '.repeat(300)]
  const together = await engine.run(minilm, texts)
  for (const [i, text] of texts.entries()) {
    const [alone] = await engine.run(minilm, [text])
    expect(cosine(alone as Float32Array, together[i] as Float32Array)).toBeGreaterThan(0.99)
  }
})

test('rows of many callers share batches, and the account says so', async () => {
  const accounts: InferenceHop[] = []
  const calls = Array.from({ length: 40 }, (_, i) =>
    engine.run(minilm, [`question number ${i}`], { account: (hop) => accounts.push(hop) }),
  )
  await Promise.all(calls)
  expect(accounts).toHaveLength(40)
  expect(Math.max(...accounts.map((hop) => hop.batchSize))).toBeGreaterThan(4)
  expect(accounts[0]).toMatchObject({ model: 'all-minilm-l6-v2', version: '1.1.0-int8', rows: 1 })
})

test('killing workers while they work loses no row', async () => {
  const texts = Array.from({ length: 300 }, (_, i) => `passage ${i} ${'lorem ipsum '.repeat(i % 9)}`)
  const expected = await engine.run(minilm, texts.slice(0, 20))
  const before = engine.stats().workerDeaths
  const running = engine.run(minilm, texts)
  for (let kills = 0; kills < 3; kills++) await engine.killWorker(minilm)
  const vectors = await running
  expect(vectors).toHaveLength(300)
  expect(vectors.every((vector) => vector.length === 384)).toBe(true)
  expected.forEach((vector, i) => {
    expect(cosine(vector, vectors[i] as Float32Array)).toBeGreaterThan(0.98)
  })
  expect(engine.stats().workerDeaths - before).toBe(3)
})

test('a row that is not a text fails alone and names itself [G38]', async () => {
  const good = Array.from({ length: 8 }, (_, i) => engine.run(minilm, [`text ${i}`]))
  const bad = engine.run(minilm, [42 as unknown as string])
  await expect(bad).rejects.toMatchObject({ code: 'bad-input', path: 'rows[0]' })
  expect((await Promise.all(good)).flat()).toHaveLength(8)
})

test('rows whose deadline has passed, or whose caller has gone, do not run [G39]', async () => {
  const rowsBefore = engine.stats().rows
  const blockers = engine.run(
    minilm,
    Array.from({ length: 64 }, (_, i) => `${'long text '.repeat(60)} ${i}`),
  )
  const late = engine.run(minilm, ['late'], { deadline: kernel.clock.monotonic() + 1, priority: -1 })
  const controller = new AbortController()
  const cancelled = engine.run(minilm, ['gone'], { signal: controller.signal, priority: -1 })
  const settled = Promise.allSettled([late, cancelled])
  controller.abort(new Error('the caller left'))
  const [a, b] = await settled
  // By what it has learned of earlier rows, the engine may know at once that it will be late.
  expect(a).toMatchObject({
    status: 'rejected',
    reason: { code: expect.stringMatching(/^(deadline|overloaded)$/) },
  })
  expect(b).toMatchObject({
    status: 'rejected',
    reason: { code: 'cancelled', cause: { message: 'the caller left' } },
  })
  await blockers
  expect(engine.stats().rows - rowsBefore).toBe(64)
})

test('an unknown model is named, with the way to get it', async () => {
  await expect(engine.run(embeddings('no-such-model'), ['x'])).rejects.toMatchObject({
    code: 'model-not-found',
    remedy: expect.stringContaining('npm install ganglion-model-no-such-model'),
  })
})

test('damaged and unsuitable models are refused, each by its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-model-'))
  try {
    await cp(MODEL, folder, { recursive: true })
    await truncate(join(folder, 'model.onnx'), 1_000_000)
    await expect(engine.run(embeddings(folder), ['x'])).rejects.toMatchObject({
      code: 'model-damaged',
      path: join(folder, 'model.onnx'),
    })
    await rm(join(folder, 'model.json'))
    await expect(engine.run(embeddings(folder), ['x'])).rejects.toMatchObject({ code: 'model-damaged' })
    await rm(join(folder, 'tokenizer.json'))
    await expect(engine.run(embeddings(folder), ['x'])).rejects.toThrow(/no usable tokenizer.json/)
    await writeFile(join(folder, 'tokenizer.json'), '{}')
    await cp(join(MODEL, 'model.onnx'), join(folder, 'model.onnx'))
    await expect(engine.run(embeddings(folder), ['x'])).rejects.toMatchObject({ code: 'model-damaged' })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a folder without a card is taken as sentence embeddings', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganglion-model-'))
  try {
    await cp(join(MODEL, 'model.onnx'), join(folder, 'model.onnx'))
    await cp(join(MODEL, 'tokenizer.json'), join(folder, 'tokenizer.json'))
    const info = await engine.warm(embeddings(folder))
    expect(info).toMatchObject({ dimensions: 384, version: 'uncarded' })
    const [[own], [named]] = await Promise.all([
      engine.run(embeddings(folder), ['x y']),
      engine.run(minilm, ['x y']),
    ])
    expect(cosine(own as Float32Array, named as Float32Array)).toBeGreaterThan(0.999)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('after stop nothing runs, and what ran has settled', async () => {
  const short = createInference({ kernel, workers: 1 })
  const running = short
    .run(
      minilm,
      Array.from({ length: 200 }, (_, i) => `row ${i}`),
    )
    .catch((e: unknown) => e)
  await short.warm(minilm)
  await short.stop()
  expect(await running).toSatisfy(
    (r: unknown) => Array.isArray(r) || (r as { code: string }).code === 'stopped',
  )
  await expect(short.run(minilm, ['x'])).rejects.toMatchObject({ code: 'stopped' })
})

test('more workers than cores are refused', () => {
  expect(() => createInference({ kernel, workers: 4096 })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path: 'workers', value: 4096 }),
  )
})
