import { rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Digests } from '../../../src/inference/repository/digests.ts'
import type { ModelFolder } from '../../../src/inference/repository/model-folder.ts'
import { ModelRepository } from '../../../src/inference/repository/model-repository.ts'
import { sha256Of } from './hub-server.ts'
import { put, putModel, temporary } from './model-files.ts'
import { adder, model, weight } from './onnx-bytes.ts'

test('of several versions the newest is found, or the one that is named', async () => {
  const models = await temporary()
  for (const [version, adds] of [
    ['1.9.0', 1],
    ['1.10.0', 2],
    ['1.10.0-int8', 3],
  ] as const) {
    await putModel(join(models, 'adder', version), 'adder', version, adds)
  }
  const repository = new ModelRepository([models])
  expect((await repository.find('adder')).card.version).toBe('1.10.0')
  expect(await repository.find('adder', '1.9.0')).toMatchObject({
    folder: join(models, 'adder', '1.9.0'),
    card: { version: '1.9.0' },
    sha256: sha256Of(adder(1)),
  })
  await expect(repository.find('adder', '2.0.0')).rejects.toMatchObject({
    code: 'version-not-found',
    path: 'version',
    value: '2.0.0',
    remedy: expect.stringContaining('1.10.0, 1.10.0-int8, 1.9.0'),
  })
  await expect(repository.find('adder', '../1.9.0')).rejects.toMatchObject({
    code: 'bad-input',
    path: 'version',
  })
})

test('a folder that is one version itself may hold others, and a named version is found in a later place', async () => {
  const [first, second] = [await temporary(), await temporary()]
  await putModel(join(first, 'adder'), 'adder', '1.0.0', 1)
  await putModel(join(first, 'adder', '1.1.0'), 'adder', '1.1.0', 2)
  await putModel(join(second, 'adder'), 'adder', '3.0.0', 3)
  const repository = new ModelRepository([first, second])
  expect((await repository.find('adder')).card.version).toBe('1.1.0')
  expect((await repository.find('adder', '1.0.0')).folder).toBe(join(first, 'adder'))
  expect((await repository.find('adder', '3.0.0')).folder).toBe(join(second, 'adder'))
})

test('a version folder without a card has its name as version; one with another version in its card is refused', async () => {
  const models = await temporary()
  await put(join(models, 'adder', '1.0.0'), { 'model.onnx': adder(1), 'tokenizer.json': '{}' })
  await putModel(join(models, 'odd', '1.0.0'), 'odd', '1.0.1')
  const repository = new ModelRepository([models])
  expect((await repository.find('adder')).card).toMatchObject({ name: 'adder', version: '1.0.0' })
  const path = `${join(models, 'odd', '1.0.0', 'model.json')}#version`
  await expect(repository.find('odd')).rejects.toMatchObject({ code: 'model-unsupported', path })
})

test('all models are listed with their cards, also one whose card is bad', async () => {
  const models = await temporary()
  await putModel(join(models, 'b', '1.0.0'), 'b', '1.0.0')
  await putModel(join(models, 'b', '1.1.0'), 'b', '1.1.0')
  await putModel(join(models, 'a'), 'a', '2.0.0', 1, { licence: 'MIT' })
  await put(join(models, 'c'), { 'model.json': '{}' })
  const listed = await new ModelRepository([models]).list()
  expect(listed.filter(({ folder }) => folder.startsWith(models))).toMatchObject([
    { name: 'a', version: '2.0.0', folder: join(models, 'a'), card: { licence: 'MIT' } },
    { name: 'b', version: '1.1.0' },
    { name: 'b', version: '1.0.0' },
    { name: 'c', error: { code: 'model-unsupported' } },
  ])
  expect(listed).toContainEqual(expect.objectContaining({ name: 'all-minilm-l6-v2', version: '1.1.0-int8' }))
})

test('every file that the card names is checked: missing, changed in one byte, cut off', async () => {
  const folder = await temporary()
  const files = { 'model.onnx': adder(1), 'vocabulary.txt': 'a\nb\n', 'more/table.bin': Buffer.alloc(100, 7) }
  const sha256 = Object.fromEntries(
    Object.entries(files).map(([name, body]) => [name, sha256Of(Buffer.from(body))]),
  )
  await put(folder, {
    ...files,
    'model.json': JSON.stringify({ name: 'm', version: '1.0.0', task: 'custom', sha256 }),
  })
  const repository = new ModelRepository()
  expect((await repository.find(folder)).sha256).toBe(sha256['model.onnx'])
  await writeFile(join(folder, 'more/table.bin'), Buffer.alloc(100, 8))
  await expect(repository.find(folder)).rejects.toMatchObject({
    code: 'model-damaged',
    path: join(folder, 'more/table.bin'),
    value: { expected: sha256['more/table.bin'], found: sha256Of(Buffer.alloc(100, 8)) },
  })
  await writeFile(join(folder, 'more/table.bin'), files['more/table.bin'])
  expect((await repository.find(folder)).card.name).toBe('m')
  await rm(join(folder, 'vocabulary.txt'))
  await expect(repository.find(folder)).rejects.toMatchObject({
    code: 'model-damaged',
    path: join(folder, 'vocabulary.txt'),
  })
})

test('a file that has not changed is not read again, and one that has, even by its bytes alone, is', async () => {
  const folder = await temporary()
  const file = join(folder, 'weights')
  await writeFile(file, 'one')
  const digests = new Digests()
  expect([await digests.of(file), await digests.of(file)]).toEqual(
    Array(2).fill(sha256Of(Buffer.from('one'))),
  )
  expect(digests.filesRead).toBe(1)
  const { atime, mtime } = await stat(file)
  await writeFile(file, 'two')
  await utimes(file, atime, mtime)
  expect(await digests.of(file)).toBe(sha256Of(Buffer.from('two')))
  expect(digests.filesRead).toBe(2)
})

test('tensors outside the folder are refused before the model is loaded; those beside it are part of its version', async () => {
  const folder = await temporary()
  const card = (onnx: Buffer) =>
    JSON.stringify({ name: 'm', version: '1.0.0', task: 'custom', sha256: { 'model.onnx': sha256Of(onnx) } })
  for (const location of ['../outside.bin', '/etc/passwd', 'a/../../b', 'C:\\x', '']) {
    const onnx = model(weight({ location }))
    await put(folder, { 'model.onnx': onnx, 'model.json': card(onnx) })
    await expect(new ModelRepository().find(folder), location).rejects.toMatchObject({
      code: 'model-damaged',
      path: `${join(folder, 'model.onnx')}#external_data`,
      value: location,
    })
  }
  const onnx = model(weight({ location: 'weights.bin' }))
  await put(folder, { 'model.onnx': onnx, 'model.json': card(onnx) })
  await expect(new ModelRepository().find(folder)).rejects.toMatchObject({
    code: 'model-damaged',
    path: join(folder, 'weights.bin'),
  })
  await put(folder, { 'weights.bin': Buffer.alloc(4) })
  const before = await new ModelRepository().find(folder)
  await put(folder, { 'weights.bin': Buffer.alloc(4, 1) })
  expect((await new ModelRepository().find(folder)).sha256).not.toBe(before.sha256)
})

test('tensors inside subgraphs and attributes can hide no location either', async () => {
  const folder = await temporary()
  const { field } = await import('./onnx-bytes.ts')
  const tensor = weight({ location: '../up' }).subarray(2)
  const inSubgraph = field(1, field(5, field(6, field(5, tensor))))
  const inAttribute = field(1, field(5, field(5, tensor)))
  for (const hidden of [inSubgraph, inAttribute]) {
    await put(folder, { 'model.onnx': model(hidden), 'tokenizer.json': '{}' })
    await expect(new ModelRepository().find(folder)).rejects.toMatchObject({
      code: 'model-damaged',
      value: '../up',
    })
  }
})

test('an ONNX file that is cut off anywhere, or is none, is damaged', async () => {
  const folder = await temporary()
  const whole = adder(1)
  for (let length = whole.length - 1; length > 0; length -= 11) {
    await put(folder, { 'model.onnx': whole.subarray(0, length), 'tokenizer.json': '{}' })
    await expect(new ModelRepository().find(folder), `${length}`).rejects.toMatchObject({
      code: 'model-damaged',
    })
  }
  for (const other of ['<html>', '{}', Buffer.alloc(1000), Buffer.alloc(1000, 255)]) {
    await put(folder, { 'model.onnx': other })
    await expect(new ModelRepository().find(folder)).rejects.toMatchObject({ code: 'model-damaged' })
  }
})

test('the version that new rows take is swapped, and stays when the next is damaged or missing', async () => {
  const models = await temporary()
  await putModel(join(models, 'adder', '1.0.0'), 'adder', '1.0.0', 1)
  await putModel(join(models, 'adder', '1.1.0'), 'adder', '1.1.0', 2)
  const unloaded: ModelFolder[] = []
  const repository = new ModelRepository([models], { onUnload: (one) => unloaded.push(one) })
  expect(repository.current('adder')).toBeUndefined()
  await repository.use('adder', '1.0.0')
  const row = repository.store.acquire('adder')
  await put(join(models, 'adder', '1.2.0'), { 'model.onnx': 'x', 'model.json': '{}' })
  await expect(repository.use('adder', '1.2.0')).rejects.toMatchObject({ code: 'model-unsupported' })
  await expect(repository.use('adder', '1.3.0')).rejects.toMatchObject({ code: 'version-not-found' })
  expect(repository.current('adder')?.card.version).toBe('1.0.0')
  await repository.use('adder', '1.1.0')
  expect(repository.current('adder')?.card.version).toBe('1.1.0')
  expect(unloaded).toEqual([])
  if (row !== undefined) repository.store.release(row)
  expect(unloaded.map(({ card }) => card.version)).toEqual(['1.0.0'])
})
