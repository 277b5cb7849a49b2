import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filesOf, readCard } from '../../../src/inference/repository/model-card.ts'
import { isFileName, isModelName, isVersionName } from '../../../src/inference/repository/names.ts'

const SHA = 'a'.repeat(64)
const GOOD = {
  name: 'reader',
  version: '1.0.0',
  task: 'extractive-qa',
  licence: 'MIT',
  source: 'somewhere',
  sha256: { 'model.onnx': SHA, 'data/weights.bin': SHA },
  bytes: { 'model.onnx': 12 },
  inputs: { input_ids: { type: 'int64', shape: ['rows', 'tokens'] } },
  outputs: { logits: { type: 'float32', shape: ['rows', 2] } },
  labels: ['no', 'yes'],
  quantization: 'dynamic int8',
  quality: { f1: 0.8, measured: 'on the held-out articles' },
}

test('the cards that ship with the repository are good', async () => {
  const file = new URL('../../../models/all-minilm-l6-v2/model.json', import.meta.url).pathname
  const card = readCard(await readFile(file, 'utf8'), file)
  expect(card).toMatchObject({ name: 'all-minilm-l6-v2', pooling: 'mean', maxTokens: 256, dimensions: 384 })
  expect(filesOf(card)).toEqual(['model.onnx', 'tokenizer.json'])
  const other = new URL('../../../models/e5-small-v2/model.json', import.meta.url).pathname
  expect(readCard(await readFile(other, 'utf8'), other)).toMatchObject({
    name: 'e5-small-v2',
    prefixes: { query: 'query: ', passage: 'passage: ' },
  })
})

test('a card of another task than embeddings need not speak of pooling', () => {
  const card = readCard(JSON.stringify(GOOD), 'model.json')
  expect(card).toMatchObject({ ...GOOD, pooling: 'none', normalize: false, maxTokens: 512 })
  expect(filesOf(card)).toEqual(['model.onnx', 'data/weights.bin'])
  const many = readCard(
    JSON.stringify({ ...GOOD, files: { detect: 'd.onnx', read: 'r.onnx' }, sha256: {} }),
    'x',
  )
  expect(filesOf(many)).toEqual(['d.onnx', 'r.onnx'])
})

test('all problems of a card are told at once, each by its field', () => {
  const bad = {
    name: '../up',
    version: '',
    task: 'embeddings',
    sha256: { '../model.onnx': SHA, 'model.onnx': 'ABC', 'model.json': SHA },
    files: { detect: '/etc/passwd' },
    inputs: { x: { type: 'float31', shape: [] }, y: { type: 'bool', shape: [-1] } },
    pooling: 'max',
    normalize: 'yes',
    maxTokens: 2,
    prefixes: { query: 1 },
    dimensions: 0.5,
    labels: [1],
    quality: { f1: null },
    bytes: { 'model.onnx': -1 },
  }
  const error = thrown(() => readCard(JSON.stringify(bad), 'model.json'))
  expect(error).toMatchObject({ code: 'model-unsupported', path: 'model.json#name' })
  expect((error.value as { path: string }[]).map(({ path }) => path).sort()).toEqual(
    [
      'name',
      'version',
      'sha256.../model.onnx',
      'sha256.model.onnx',
      'sha256.model.json',
      'files.detect',
      'inputs.x',
      'inputs.y',
      'pooling',
      'normalize',
      'maxTokens',
      'prefixes.query',
      'dimensions',
      'labels',
      'quality.f1',
      'bytes.model.onnx',
    ]
      .map((field) => `model.json#${field}`)
      .sort(),
  )
})

test('any one field of a wrong kind is named; nothing else is thrown, whatever the card is', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(GOOD)), fc.constantFrom(null, true, -7.5), (field, value) => {
      const error = thrown(() => readCard(JSON.stringify({ ...GOOD, [field]: value }), 'model.json'))
      expect(error).toMatchObject({ code: 'model-unsupported', path: `model.json#${field}` })
    }),
  )
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(thrown(() => readCard(text, 'model.json')).code).toBe('model-unsupported')
    }),
  )
  expect(thrown(() => readCard('{', 'model.json')).code).toBe('model-damaged')
})

test('an embeddings card without pooling is refused: a guess would make wrong vectors', () => {
  const error = thrown(() => readCard(JSON.stringify({ ...GOOD, task: 'embeddings' }), 'model.json'))
  expect((error.value as { field: string }[]).map(({ field }) => field)).toEqual(['pooling', 'maxTokens'])
})

test('names can lead nowhere', () => {
  for (const name of [
    '..',
    '.',
    '',
    'a/../b',
    '/a',
    'a//b',
    'a/b/c',
    'a\\b',
    'a\0',
    'a b',
    '.hidden',
    'a..b',
    'ä',
  ]) {
    expect(isModelName(name), name).toBe(false)
    expect(isVersionName(name), name).toBe(false)
  }
  for (const file of [
    '',
    '..',
    'a/../b',
    '/a',
    'a//b',
    'a\\b',
    'a\0b',
    'C:x',
    '.x',
    'a/.x',
    'a/',
    'x'.repeat(256),
  ]) {
    expect(isFileName(file), file).toBe(false)
  }
  expect([
    isModelName('org/name-1.2'),
    isVersionName('1.0.0-int8+b1'),
    isFileName('onnx/model.onnx_data'),
  ]).toEqual([true, true, true])
})

function thrown(run: () => unknown): { code: string; path?: string; value?: unknown } {
  try {
    run()
  } catch (error) {
    return error as { code: string; path?: string; value?: unknown }
  }
  throw new Error('nothing was thrown')
}
