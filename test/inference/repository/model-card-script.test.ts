import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cardOf } from '../../../scripts/model-card.ts'
import { ModelRepository } from '../../../src/inference/repository/model-repository.ts'
import { sha256Of } from './hub-server.ts'
import { put, temporary } from './model-files.ts'
import { adder, model, weight } from './onnx-bytes.ts'

const SCRIPT = fileURLToPath(new URL('../../../scripts/model-card.ts', import.meta.url))

test('the script makes a card that the repository opens the folder by', async () => {
  const folder = await temporary()
  await put(folder, { 'model.onnx': adder(1), 'tokenizer.json': '{}', README: 'not a part of it' })
  const args = [
    '--name',
    'adder',
    '--version',
    '2.0.0',
    '--task',
    'custom',
    '--licence',
    'MIT',
    '--source',
    'a test',
  ]
  const run = spawnSync(process.execPath, ['--import', 'tsx', SCRIPT, folder, ...args], { encoding: 'utf8' })
  expect(run).toMatchObject({ status: 0, stdout: 'adder 2.0.0: model.onnx, tokenizer.json\n' })
  expect((await new ModelRepository().find(folder)).card).toMatchObject({
    name: 'adder',
    version: '2.0.0',
    licence: 'MIT',
    sha256: { 'model.onnx': sha256Of(adder(1)), 'tokenizer.json': sha256Of(Buffer.from('{}')) },
    bytes: { 'model.onnx': adder(1).length, 'tokenizer.json': 2 },
    inputs: { x: { type: 'float32', shape: ['rows'] } },
    outputs: { y: { type: 'float32', shape: ['rows'] } },
  })
})

test('an older card keeps what people wrote, and gets what the files say anew', async () => {
  const folder = await temporary()
  const older = {
    name: 'adder',
    version: '1.0.0',
    task: 'custom',
    quality: { accuracy: 1 },
    sha256: { 'model.onnx': 'a'.repeat(64) },
    inputs: { x: { type: 'float32', shape: ['numbers'] }, gone: { type: 'bool', shape: [] } },
    outputs: { y: { type: 'int64', shape: ['numbers'] } },
  }
  const onnx = model(weight({ location: 'w.bin' }))
  await put(folder, { 'model.onnx': onnx, 'w.bin': Buffer.alloc(4), 'model.json': JSON.stringify(older) })
  expect(await cardOf(folder, { version: '1.0.1' })).toEqual({
    ...older,
    version: '1.0.1',
    licence: 'unknown',
    source: 'unknown',
    sha256: { 'model.onnx': sha256Of(onnx), 'w.bin': sha256Of(Buffer.alloc(4)) },
    bytes: { 'model.onnx': onnx.length, 'w.bin': 4 },
    inputs: { x: { type: 'float32', shape: ['numbers'] } },
    outputs: { y: { type: 'float32', shape: ['rows'] } },
  })
})

test('the card of the embedded model is up to date', async () => {
  const folder = fileURLToPath(new URL('../../../models/all-minilm-l6-v2', import.meta.url))
  const written = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as object
  expect(await cardOf(folder)).toMatchObject(written)
})

test('what would be no good card is refused', async () => {
  const folder = await temporary()
  await put(folder, { 'model.onnx': adder(1) })
  await expect(cardOf(folder, { name: '../x' })).rejects.toMatchObject({
    code: 'model-unsupported',
    path: `${join(folder, 'model.json')}#name`,
  })
})
