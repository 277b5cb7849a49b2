import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ModelRepository } from '../../../src/inference/repository/model-repository.ts'
import { platformKernel } from '../../../src/kernel/platform-kernel.ts'
import { dropAfter, HubServer, sha256Of } from './hub-server.ts'
import { temporary } from './model-files.ts'
import { adder, model, weight } from './onnx-bytes.ts'

let hub: HubServer

beforeAll(async () => {
  hub = await HubServer.start()
})
afterAll(() => hub.stop())
beforeEach(() => {
  hub.files.clear()
  hub.faults.length = 0
  hub.seen.length = 0
})

async function repository() {
  const options = {
    baseUrl: hub.base,
    layout: 'hugging-face',
    cache: await temporary(),
    backoff: ['1ms'],
  } as const
  return new ModelRepository([], { kernel: platformKernel(), hub: options })
}

function publish(revision: string, files: Readonly<Record<string, Buffer | object>>): void {
  for (const [file, body] of Object.entries(files)) {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
    hub.files.set(`/org/name/resolve/${revision}/${file}`, bytes)
  }
}

test('sentence embeddings: model, tokenizer and external data come, the card is made of their settings', async () => {
  const onnx = model(weight({ location: 'model.onnx_data' }))
  const data = Buffer.from([0, 0, 128, 63])
  publish('main', {
    'config.json': { architectures: ['BertModel'], hidden_size: 384, max_position_embeddings: 512 },
    'sentence_bert_config.json': { max_seq_length: 128 },
    '1_Pooling/config.json': { pooling_mode_cls_token: true },
    'modules.json': [{ type: 'sentence_transformers.models.Normalize' }],
    'tokenizer.json': { version: '1.0' },
    'onnx/model.onnx': onnx,
    'onnx/model.onnx_data': data,
  })
  hub.fault('/org/name/resolve/main/onnx/model.onnx', dropAfter(20))
  const models = await repository()
  const found = await models.find('org/name')
  expect(found.card).toMatchObject({
    name: 'org/name',
    version: 'main',
    task: 'embeddings',
    pooling: 'cls',
    normalize: true,
    maxTokens: 128,
    dimensions: 384,
    sha256: { 'model.onnx': sha256Of(onnx), 'model.onnx_data': sha256Of(data) },
  })
  expect((await readFile(join(found.folder, 'model.onnx'))).equals(onnx)).toBe(true)
  hub.seen.length = 0
  expect((await models.find('org/name', 'main')).sha256).toBe(found.sha256)
  expect(hub.seen).toEqual([])
  expect((await models.list()).find(({ name }) => name === 'org/name')).toMatchObject({ version: 'main' })
})

test('a classifier has its labels by number, and its model may lie at the top', async () => {
  publish('v2', {
    'config.json': { architectures: ['BertForSequenceClassification'], id2label: { 1: 'good', 0: 'bad' } },
    'model.onnx': adder(1),
  })
  const { card } = await (await repository()).find('org/name', 'v2')
  expect(card).toMatchObject({ task: 'sequence-classification', labels: ['bad', 'good'], pooling: 'none' })
})

test('what is not there is told apart: the model, its revision, its ONNX file', async () => {
  const models = await repository()
  await expect(models.find('org/name')).rejects.toMatchObject({ code: 'model-not-found' })
  publish('main', { 'config.json': {} })
  await expect(models.find('org/name', 'v9')).rejects.toMatchObject({
    code: 'version-not-found',
    value: 'v9',
  })
  await expect(models.find('org/name')).rejects.toMatchObject({ code: 'model-unsupported' })
})
