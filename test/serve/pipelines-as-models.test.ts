import { expect, test } from 'vitest'
import { call, start } from './service.ts'

test('[G156] a pipeline is a model of the Open Inference Protocol: a JSON text a row, each row one run, answers in order', async () => {
  const seen: (string | undefined)[] = []
  const service = await start({
    caller: (header) => {
      seen.push(header('X-Tenant'))
      return {}
    },
  })
  const get = async (path: string) => (await call(service, path)).body
  const infer = (rows: readonly unknown[], more: object = {}, headers: Record<string, string> = {}) => {
    const data = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)))
    const inputs = [{ name: 'input', datatype: 'BYTES', shape: [data.length], data, ...more }]
    return call(service, '/v2/models/shout/infer', { body: JSON.stringify({ id: '7', inputs }), headers })
  }
  expect(await get('/v2/models/shout')).toMatchObject({
    name: 'shout',
    platform: 'ganglion_pipeline',
    inputs: [{ name: 'input', datatype: 'BYTES', shape: [-1] }],
    outputs: [{ name: 'output', datatype: 'BYTES', shape: [-1] }],
  })
  expect(await get('/v2/models/shout/ready')).toEqual({ name: 'shout', ready: true })
  const index = await call(service, '/v2/repository/index', { body: '{}' })
  expect(index.body).toEqual([{ name: 'shout', version: '1', state: 'READY', reason: '' }])

  const words = Array.from({ length: 30 }, (_, i) => `word ${i}`)
  const { status, body } = await infer(
    words.map((text, i) => ({ text, wait: i % 3 })),
    {},
    { 'x-tenant': 'ada' },
  )
  expect(status).toBe(200)
  expect(body).toMatchObject({ model_name: 'shout', id: '7', outputs: [{ name: 'output', shape: [30] }] })
  expect(body.outputs[0].data.map((row: string) => JSON.parse(row).text)).toEqual(
    words.map((word) => word.toUpperCase()),
  )
  expect(seen).toEqual(['ada'])

  const answers = [
    await infer([{ text: 'a' }, { text: 1 }]),
    await infer(['not json']),
    await infer([]),
    await infer([{ text: 'a' }], { name: 'text' }),
    await infer([1], { datatype: 'INT32', data: [1] }),
  ]
  expect(answers.map((one) => one.status)).toEqual([400, 400, 400, 400, 400])
  expect((await infer([{ text: 'throw' }, { text: 'slow', wait: 60_000 }])).status).toBe(500)
  expect((await infer([{ text: 'slow', wait: 60_000 }], {}, { 'x-request-timeout': '30' })).status).toBe(504)
  const [stats] = (await get('/v2/models/shout/stats')).model_stats
  expect([stats.execution_count, stats.inference_count]).toEqual([1, 30])
  // What a failed request still had running was cancelled.
  expect(service.running.inFlight).toBe(0)
})

test('[G156] a pipeline is neither loaded nor unloaded by a client', async () => {
  const service = await start({ token: 'secret' })
  const headers = { authorization: 'Bearer secret' }
  const { status, body } = await call(service, '/v2/repository/models/shout/unload', { body: '{}', headers })
  expect([status, body.code]).toEqual([400, 'invalid-argument'])
  expect((await call(service, '/v2/models/shout/ready', { headers })).body.ready).toBe(true)
})
