import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { embeddings, reranking, tensors } from '../../src/inference/index.ts'
import { type HttpService, serve } from '../../src/serve/index.ts'
import { readTensors } from '../../src/serve/models/tensor-wire.ts'
import { ModelFolders } from '../inference/tasks/model-folders.ts'
import { call } from './service.ts'

let service: HttpService
beforeAll(async () => {
  service = await serve(
    {},
    {
      port: 0,
      signals: false,
      log: false,
      models: { minilm: embeddings('all-minilm-l6-v2'), reader: reranking('e5-squad-reader') },
    },
  )
  await service.warmed
}, 120_000)
afterAll(() => service.stop())

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(service, path, {
    body: body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body),
    headers,
  })

describe('/v1/embeddings and /v1/rerank', () => {
  test('[G89] the client of OpenAI gets embeddings, as floats and as base64, shortened on request', async () => {
    const client = new OpenAI({ apiKey: 'none', baseURL: `${service.url}/v1`, maxRetries: 0 })
    const { data, model, usage } = await client.embeddings.create({
      model: 'minilm',
      input: ['a kettle', 'a pot'],
    })
    expect([data.length, data[0]?.embedding.length, model]).toEqual([2, 384, 'minilm'])
    expect(usage.total_tokens).toBeGreaterThan(1)
    const floats = await client.embeddings.create({
      model: 'minilm',
      input: 'a kettle',
      encoding_format: 'float',
    })
    expect(
      Math.max(
        ...(floats.data[0]?.embedding ?? []).map((x, i) => Math.abs(x - (data[0]?.embedding[i] ?? 9))),
      ),
    ).toBeLessThan(1e-3)
    const short = await client.embeddings.create({ model: 'minilm', input: 'a kettle', dimensions: 64 })
    expect(Math.hypot(...(short.data[0]?.embedding ?? []))).toBeCloseTo(1)
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['minilm', 'reader'])
    for (const wrong of [
      { input: '' },
      { input: [[1, 2]] },
      { input: [] },
      { dimensions: 999 },
      { model: 'reader' },
    ]) {
      const asked = client.embeddings.create({ model: 'minilm', input: 'a', ...wrong } as never)
      await expect(asked).rejects.toMatchObject({
        status: 400,
        type: 'invalid_request_error',
        code: 'body-malformed',
      })
    }
    await expect(client.embeddings.create({ model: 'other', input: 'a' })).rejects.toMatchObject({
      status: 404,
    })
  })

  test('[G89] passages come back by how well they answer the query', async () => {
    const documents = ['The sky is blue.', { text: 'The warranty is 30 months.' }, 'Kettles boil water.']
    const { status, body } = await post('/v1/rerank', {
      query: 'How long is the warranty?',
      documents,
      top_n: 2,
      return_documents: true,
    })
    expect(status).toBe(200)
    expect(body.results).toHaveLength(2)
    expect(body.results[0]).toMatchObject({ index: 1, document: { text: 'The warranty is 30 months.' } })
    expect(body.results[0].relevance_score).toBeGreaterThan(body.results[1].relevance_score)
    expect(await post('/v1/rerank', { query: 'a', documents: [1] })).toMatchObject({
      status: 400,
      body: { error: { param: 'body.documents.0' } },
    })
  })
})

const BYTES = (...texts: string[]) =>
  Buffer.concat(
    texts.flatMap((text) => [
      Buffer.from(new Uint32Array([Buffer.byteLength(text)]).buffer),
      Buffer.from(text),
    ]),
  )

/** A request as tritonclient sends it: JSON, then the tensors. */
function binary(request: object, ...tensors: Uint8Array[]) {
  const head = Buffer.from(JSON.stringify(request))
  return post('/v2/models/minilm/infer', Buffer.concat([head, ...tensors]), {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': String(head.length),
  })
}

describe('the Open Inference Protocol', () => {
  test('[G89] server, model, readiness, statistics, configuration and index', async () => {
    const get = async (path: string) => {
      const { status, body } = await call(service, path)
      return [status, body]
    }
    expect(await get('/v2')).toEqual([
      200,
      expect.objectContaining({ extensions: expect.arrayContaining(['binary_tensor_data']) }),
    ])
    expect(await get('/v2/health/live')).toEqual([200, { live: true }])
    expect(await get('/v2/health/ready')).toEqual([200, { ready: true }])
    const [, model] = await get('/v2/models/minilm')
    expect(model).toMatchObject({
      name: 'minilm',
      inputs: [{ name: 'text', datatype: 'BYTES' }],
      outputs: [{ name: 'embedding' }],
    })
    const [version] = model.versions
    expect(await get(`/v2/models/minilm/versions/${version}`)).toEqual([200, model])
    expect(await get(`/v2/models/minilm/versions/${version}/ready`)).toEqual([
      200,
      { name: 'minilm', ready: true },
    ])
    expect((await get('/v2/models/minilm/versions/9'))[0]).toBe(404)
    expect((await get('/v2/models/%6dinilm/ready'))[0]).toBe(200)
    for (const path of ['other', '..%2f..%2fetc', '%', 'minilm/other', 'minilm/ready/more', '__proto__'])
      expect((await get(`/v2/models/${path}`))[0]).toBe(404)
    expect((await get('/v2/models/stats'))[1].model_stats).toHaveLength(2)
    expect((await get('/v2/models/minilm/config'))[1]).toMatchObject({
      input: [{ data_type: 'TYPE_STRING' }],
    })
    expect((await post('/v2/repository/index', {})).body).toContainEqual({
      name: 'minilm',
      version,
      state: 'READY',
      reason: '',
    })
    // Without a token nobody may change what others get.
    expect((await post('/v2/repository/models/minilm/unload', {})).status).toBe(401)
  })

  test('[G89] tensors go in and out as JSON and as bytes, with the id', async () => {
    const input = { name: 'text', datatype: 'BYTES', shape: [2] }
    const json = await post('/v2/models/minilm/infer', {
      id: 'a-1',
      inputs: [{ ...input, data: ['a kettle', 'a pot'] }],
    })
    expect(json.body).toMatchObject({
      id: 'a-1',
      model_name: 'minilm',
      outputs: [{ name: 'embedding', datatype: 'FP32', shape: [2, 384] }],
    })
    expect(json.body.outputs[0].data).toHaveLength(768)
    const bytes = BYTES('a kettle', 'a pot')
    const inputs = [{ ...input, parameters: { binary_data_size: bytes.length } }]
    expect((await binary({ inputs }, bytes)).body.outputs).toEqual(json.body.outputs)
    const packed = await binary({ inputs, parameters: { binary_data_output: true } }, bytes)
    expect(packed.headers['inference-header-content-length']).toMatch(/^\d+$/u)
    expect(Number(packed.headers['content-length'])).toBe(
      Number(packed.headers['inference-header-content-length']) + 768 * 4,
    )
    const named = await post('/v2/models/minilm/infer', {
      inputs: [{ ...input, shape: [2, 1], data: [['a kettle'], ['a pot']] }],
      outputs: [{ name: 'embedding' }],
    })
    expect(named.body.outputs[0].shape).toEqual([2, 384])
  })

  test('[G89] tensors that do not say what they are get an error that says why', async () => {
    const bytes = BYTES('a')
    const tensor = { name: 'text', datatype: 'BYTES', shape: [1], data: ['a'] }
    const sized = {
      name: 'text',
      datatype: 'BYTES',
      shape: [1],
      parameters: { binary_data_size: bytes.length },
    }
    const infer = (inputs: unknown, more: object = {}) => post('/v2/models/minilm/infer', { inputs, ...more })
    const answers = await Promise.all([
      infer(undefined),
      infer([]),
      infer([{ ...tensor, shape: [2] }]),
      infer([{ ...tensor, shape: [-1] }]),
      infer([{ ...tensor, shape: [1e9, 1e9] }]),
      infer([{ ...tensor, datatype: 'TEXT' }]),
      infer([{ ...tensor, datatype: '__proto__' }]),
      infer([{ ...tensor, name: 'other' }]),
      infer([tensor, tensor]),
      infer([{ ...tensor, data: [1] }]),
      infer([{ ...tensor, datatype: 'FP32', data: [1] }]),
      infer([{ ...tensor, datatype: 'INT64', data: [2 ** 60] }]),
      infer([{ ...tensor, datatype: 'INT8', data: [300] }]),
      infer([{ ...tensor, datatype: 'BOOL', data: [2] }]),
      infer([{ ...tensor, datatype: 'FP16', data: [1] }]),
      infer([{ ...tensor, datatype: 'FP32', data: [null] }]),
      infer([tensor], { outputs: [{ name: 'other' }] }),
      infer([tensor], { id: 5 }),
      infer([{ ...tensor, shape: [0], data: [] }]),
      infer([{ ...tensor, shape: [5000], data: Array.from({ length: 5000 }, () => 'a') }]),
      binary({ inputs: [sized] }, bytes.subarray(0, 3)),
      binary({ inputs: [sized] }, bytes, bytes),
      binary({ inputs: [{ ...sized, shape: [2] }] }, bytes),
      binary({ inputs: [sized] }, Buffer.from([255, 255, 255, 255, 97])),
      binary({ inputs: [sized] }, Buffer.from([1, 0, 0, 0, 255])),
      binary({ inputs: [{ ...sized, datatype: 'INT64' }] }, bytes),
      post('/v2/models/minilm/infer', '{"inputs":[]}', { 'inference-header-content-length': '999' }),
      post('/v2/models/minilm/infer', '{"inputs":[]}', { 'inference-header-content-length': '-1' }),
      post(
        '/v2/models/minilm/infer',
        '{"inputs":[{"name":"text","datatype":"FP32","shape":[1],"data":[NaN]}]}',
      ),
      post('/v2/models/minilm/infer', 'null'),
    ])
    for (const { status, body } of answers) expect([status, typeof body.error]).toEqual([400, 'string'])
    expect((await post('/v2/models/other/infer', { inputs: [tensor] })).status).toBe(404)
  })

  test('with a token models are unloaded and loaded', async () => {
    const guarded = await serve(
      {},
      { port: 0, signals: false, log: false, token: 't', models: { minilm: embeddings('all-minilm-l6-v2') } },
    )
    await guarded.warmed
    const headers = { authorization: 'Bearer t' }
    const infer = () =>
      call(guarded, '/v2/models/minilm/infer', {
        headers,
        body: JSON.stringify({ inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], data: ['a'] }] }),
      })
    expect((await infer()).status).toBe(200)
    await call(guarded, '/v2/repository/models/minilm/unload', { headers, body: '{}' })
    expect((await infer()).status).toBe(400)
    expect((await call(guarded, '/v2/models/minilm/ready', { headers })).status).toBe(400)
    await call(guarded, '/v2/repository/models/minilm/load', { headers, body: '{}' })
    expect((await infer()).status).toBe(200)
    await guarded.stop()
  }, 60_000)
})

test('a model of tensors takes rows as the first dimension, or one row with `batch: false`', async () => {
  const folders = new ModelFolders()
  const affine = await folders.tensor('affine')
  const models = { affine: tensors(affine), whole: tensors(affine, { batch: false }) }
  const own = await serve({}, { port: 0, signals: false, log: false, models })
  await own.warmed
  const infer = (model: string, shape: number[], data: unknown, datatype = 'FP32') =>
    call(own, `/v2/models/${model}/infer`, {
      body: JSON.stringify({ inputs: [{ name: 'x', datatype, shape, data }] }),
    })
  const { body } = await infer(
    'affine',
    [2, 3, 1],
    [
      [[1], [2], [3]],
      [[4], [5], [6]],
    ],
  )
  const outputs = Object.fromEntries(body.outputs.map((one: { name: string }) => [one.name, one]))
  expect(outputs.y).toEqual({ name: 'y', datatype: 'FP32', shape: [2, 3, 1], data: [3, 5, 7, 9, 11, 13] })
  expect(outputs.total).toMatchObject({ shape: [2], data: [6, 15] })
  expect(
    (await infer('whole', [2, 3, 1], [1, 2, 3, 4, 5, 6])).body.outputs.map(
      ({ shape }: { shape: number[] }) => shape,
    ),
  ).toContainEqual([2, 3, 1])
  // The model says what is wrong with it.
  expect((await infer('affine', [1, 3, 1], [1, 2, 3], 'INT32')).status).toBe(400)
  expect((await infer('affine', [1, 2, 1], [1, 2])).status).toBe(400)
  await own.stop()
  await folders.remove()
}, 60_000)

test('half-precision bytes are widened, and big integers kept', () => {
  const half = Buffer.from(new Uint16Array([0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x7e00]).buffer)
  const read = (datatype: string, bytes: Buffer, count: number) =>
    readTensors(
      [{ name: 'x', datatype, shape: [count], parameters: { binary_data_size: bytes.length } }],
      bytes,
    )[0]?.data
  expect(read('FP16', half, 6)).toEqual(
    Float32Array.of(1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN),
  )
  expect(read('BF16', Buffer.from(new Uint16Array([0x3f80, 0xc000]).buffer), 2)).toEqual(
    Float32Array.of(1, -2),
  )
  const wide = 2n ** 60n + 1n
  expect(read('INT64', Buffer.from(new BigInt64Array([wide]).buffer), 1)).toEqual(BigInt64Array.of(wide))
  const [json] = readTensors(
    [{ name: 'x', datatype: 'INT64', shape: [2], data: [String(wide), -5] }],
    new Uint8Array(),
  )
  expect(json?.data).toEqual(BigInt64Array.of(wide, -5n))
})
