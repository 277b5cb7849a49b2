import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInference, type InferenceEngine, platformKernel } from '../../../src/index.ts'
import { custom } from '../../../src/inference/index.ts'
import { inRepository, ModelFolders } from './model-folders.ts'

const folders = new ModelFolders()
let engine: InferenceEngine
let model: string

beforeAll(async () => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
  model = await folders.tensor('fixed')
})
afterAll(async () => {
  await engine.stop()
  await folders.remove()
})

const module = (name: string) => inRepository(`test/inference/fixtures/modules/${name}.mjs`)
const unruly = () => custom<string, unknown>(module('unruly'), { model, timeoutMs: 200 })

test('a module may be a URL; without a model it is refused at once', () => {
  const url = new URL('file:///tasks/double.mjs')
  expect(custom(url, { model: 'm' }).options).toEqual({ module: url.href })
  expect(() => custom('double.mjs', {} as never)).toThrow(expect.objectContaining({ path: 'custom.model' }))
})

test('a module of the user runs in the worker, batched, with its own options', async () => {
  const twice = custom<number, { value: number; batch: number }>(module('double'), { model })
  const thrice = custom<number, { value: number; batch: number }>(module('double'), {
    model,
    options: { factor: 3 },
  })
  expect((await engine.run(twice, [1, 2, 3])).map(({ value }) => value)).toEqual([2, 4, 6])
  expect((await engine.run(thrice, [1, 2, 3])).map(({ value }) => value)).toEqual([3, 6, 9])
})

test('what load returned belongs to its options and version: run and dispose get it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'ganglion-custom-'))
  for (const version of ['1.0.0', '1.0.1']) {
    const folder = join(root, 'scale', version)
    await cp(model, folder, { recursive: true })
    const card = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as object
    await writeFile(join(folder, 'model.json'), JSON.stringify({ ...card, name: 'scale', version }))
  }
  const own = createInference({ kernel: platformKernel(), workers: 1, models: [root] })
  await own.swap('scale', '1.0.0')
  const by = (factor: number) =>
    custom<number, number>(module('factor'), { model: 'scale', options: { factor } })
  expect(await own.run(by(2), [1, 2])).toEqual([2, 4])
  expect(await own.run(by(5), [1, 2])).toEqual([5, 10])
  expect(await own.run(by(2), [3])).toEqual([6])
  await own.swap('scale', '1.0.1')
  // The old version is closed in its own time, and takes nothing from the new one.
  for (const factor of [2, 5, 2]) expect(await own.run(by(factor), [1])).toEqual([factor])
  await own.stop()
  await rm(root, { recursive: true })
})

test('options that JSON can not tell apart are different options, and none are what can not reach a worker', async () => {
  const by = (factor: unknown) => custom<number, number>(module('factor'), { model, options: { factor } })
  const map = (factor: number) => new Map([['by', factor]])
  expect(await engine.run(by(map(2)), [7])).toEqual([14])
  expect(await engine.run(by(map(5)), [7])).toEqual([35])
  expect(await engine.run(by(map(2)), [7])).toEqual([14])
  expect(await engine.run(by(3n), [7])).toEqual([21])
  await expect(
    engine.run(
      by(() => 2),
      [7],
    ),
  ).rejects.toMatchObject({
    code: 'bad-input',
    path: 'task.options',
  })
})

test('a module that throws at import or at load, hangs there, or lacks the shape, is named', async () => {
  const cases: [name: string, code: string][] = [
    ['throws-at-import', 'model-damaged'],
    ['throws-at-load', 'model-damaged'],
    ['never-loads', 'model-damaged'],
    ['is-not-there', 'model-damaged'],
    ['shapeless', 'model-unsupported'],
  ]
  for (const [name, code] of cases) {
    const task = custom<number, number>(module(name), { model, timeoutMs: 200 })
    await expect(engine.run(task, [1])).rejects.toMatchObject({
      code,
      path: expect.stringContaining(module(name)),
    })
  }
})

test('a row at which it throws fails alone, and the message of the throw survives', async () => {
  const rows = ['a', 'throw', 'b'].map((row) => engine.run(unruly(), [row]))
  const [a, bad, b] = await Promise.allSettled(rows)
  expect(a).toMatchObject({ status: 'fulfilled', value: ['a'] })
  expect(b).toMatchObject({ status: 'fulfilled', value: ['b'] })
  expect(bad).toMatchObject({
    reason: { code: 'bad-input', message: expect.stringContaining('this row is cursed') },
  })
})

test('a result that cannot be cloned fails its row and no other', async () => {
  const rows = ['a', 'function', 'b'].map((row) => engine.run(unruly(), [row]))
  const [a, bad, b] = await Promise.allSettled(rows)
  expect([a?.status, b?.status]).toEqual(['fulfilled', 'fulfilled'])
  expect(bad).toMatchObject({ reason: { code: 'bad-input', path: 'rows[0]' } })
})

test('another number of results than rows, or none, is the fault of the module', async () => {
  for (const row of ['too few', 'nothing']) {
    await expect(engine.run(unruly(), [row])).rejects.toMatchObject({
      code: 'model-unsupported',
      path: `${module('unruly')}#run`,
    })
  }
})

test('a batch that never settles ends at its timeout, and the worker continues', async () => {
  await expect(engine.run(unruly(), ['never'])).rejects.toMatchObject({
    code: 'deadline',
    path: module('unruly'),
  })
  expect(await engine.run(unruly(), ['next'])).toEqual(['next'])
})

test('a row that ends its worker is given up in the end, and others continue', async () => {
  await expect(engine.run(unruly(), ['exit'])).rejects.toMatchObject({ code: 'worker-died' })
  expect(await engine.run(unruly(), ['next'])).toEqual(['next'])
})
