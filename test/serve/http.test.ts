import { expect, onTestFinished, test } from 'vitest'
import { createSystem, pipeline } from '../../src/index.ts'
import { serve } from '../../src/serve/index.ts'
import { ask, call, Shout, start, Text } from './service.ts'

test('[G80] a pipeline answers JSON with JSON, and what does not fit its schema with a problem that says where', async () => {
  const service = await start()
  const answered = await ask(service, { text: 'hello' })
  expect(answered).toMatchObject({ status: 200, body: { text: 'HELLO' } })
  expect(answered.headers['content-type']).toBe('application/json')
  const refused = await ask(service, { text: 5 })
  expect(refused.headers['content-type']).toBe('application/problem+json')
  expect(refused).toMatchObject({
    status: 422,
    body: {
      type: 'urn:ganglion:error:schema',
      status: 422,
      code: 'schema',
      path: 'shouting.input.text',
      remedy: 'Send a value of the declared shape',
      errors: [{ pointer: '/text' }],
    },
  })
})

test('[G80] a fault of a step is a 500 that tells nothing of its inside', async () => {
  const service = await start()
  const failed = await ask(service, { text: 'throw' })
  expect(failed).toMatchObject({
    status: 500,
    body: { code: 'processor-failed', detail: "processor 'shout' failed" },
  })
  expect(failed.text).not.toContain('secret')
})

test('[G81] the least of the deadlines in headers holds, and nothing longer than the pipeline allows', async () => {
  const service = await start()
  const long = { text: 'a', wait: 60_000 }
  for (const headers of [
    { 'x-request-timeout': '30' },
    { 'x-request-timeout': '30ms' },
    { 'x-request-timeout': '0.03s' },
    { 'grpc-timeout': '30m' },
    { 'grpc-timeout': '30000u' },
    { baggage: 'user=a,timeout=30ms;x=y' },
    { baggage: `deadline=${Date.now() + 30}` },
    { 'x-request-timeout': '5s', 'grpc-timeout': '30m', baggage: 'timeout=1m' },
  ]) {
    const late = await ask(service, long, headers as Record<string, string>)
    expect(late).toMatchObject({ status: 504, body: { code: 'deadline' } })
  }
  for (const headers of [
    { 'x-request-timeout': 'soon' },
    { 'x-request-timeout': '-5' },
    { 'grpc-timeout': '5s' },
  ]) {
    const refused = await ask(service, { text: 'a' }, headers as Record<string, string>)
    expect(refused).toMatchObject({ status: 400, body: { code: 'request-header' } })
  }
  // Baggage that makes no sense is somebody else's.
  expect(await ask(service, { text: 'a' }, { baggage: 'timeout=soon,deadline=never,=,%%%' })).toMatchObject({
    status: 200,
  })
})

test('[G81] the service may allow more than a pipeline’s own timeout, for callers that ask for it', async () => {
  const system = createSystem({ log: false })
  const short = pipeline('short', Text, { timeout: 50 }).to(Shout)
  const service = await serve(
    { shout: short },
    { port: 0, signals: false, log: false, system, limits: { timeout: '10s' } },
  )
  onTestFinished(async () => {
    await service.stop({ drain: 0 })
    await system.stop({ drain: 0 })
  })
  const slow = { text: 'a', wait: 200 }
  expect(await ask(service, slow, { 'x-request-timeout': '9s' })).toMatchObject({
    status: 200,
    body: { text: 'A' },
  })
  expect(await ask(service, slow)).toMatchObject({ status: 504, body: { code: 'deadline' } })
  // Nobody gets more than the service allows.
  const most = await serve(
    { shout: short },
    { port: 0, signals: false, log: false, system: createSystem({ log: false }), limits: { timeout: 20 } },
  )
  onTestFinished(() => most.stop({ drain: 0 }))
  expect(await ask(most, slow, { 'x-request-timeout': '9s' })).toMatchObject({ status: 504 })
})

test('[G81] a client that goes away cancels its run', async () => {
  const service = await start()
  const gone = new AbortController()
  const answer = call(service, '/pipelines/shout', {
    body: JSON.stringify({ text: 'a', wait: 60_000 }),
    signal: gone.signal,
  })
  await expect.poll(() => service.running.inFlight).toBe(1)
  gone.abort()
  await expect(answer).rejects.toThrow()
  await expect.poll(() => service.running.inFlight).toBe(0)
  expect(service.running.load().wasted.runs).toBe(1)
  await expect.poll(() => service.inFlight).toBe(0)
})

test('events of a run come as they happen, as server-sent events and as NDJSON', async () => {
  const service = await start()
  const body = JSON.stringify({ text: 'emit' })
  const sse = await call(service, '/pipelines/shout', { body, headers: { accept: 'text/event-stream' } })
  expect(sse.headers['content-type']).toContain('text/event-stream')
  const events = sse.text
    .trim()
    .split('\n\n')
    .map((block) => Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/su).slice(0, 2))))
  expect(events.map(({ event }) => event)).toEqual([
    'started',
    'partial',
    'partial',
    'partial',
    'hop',
    'value',
  ])
  expect(events.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6'])
  expect(JSON.parse(events.at(-1)?.data).value).toEqual({ text: 'EMIT' })
  const ndjson = await call(service, '/pipelines/shout', {
    body,
    headers: { accept: 'application/x-ndjson' },
  })
  const lines = ndjson.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ type }) => type)).toEqual(['started', 'partial', 'partial', 'partial', 'hop', 'value'])
  expect(lines[1]).toEqual({ type: 'partial', processor: 'shout', attempt: 1, value: 'one' })
})

test('a stream that fails before it begins has a status; one that fails later ends with an error event', async () => {
  const service = await start()
  const headers = { accept: 'text/event-stream' }
  const early = await call(service, '/pipelines/shout', { body: '{"text":1}', headers })
  expect(early).toMatchObject({ status: 422, body: { code: 'schema' } })
  const late = await call(service, '/pipelines/shout', { body: '{"text":"throw"}', headers })
  expect(late.status).toBe(200)
  expect(late.text).toMatch(/event: error\ndata: \{"problem":\{"type":"urn:ganglion:error:processor-failed"/u)
  expect(late.text).not.toContain('secret')
})

test('[G82] a repeated idempotency key repeats the answer and not the work', async () => {
  const service = await start()
  const headers = { 'idempotency-key': 'order-1' }
  const [first, second] = await Promise.all([
    ask(service, { text: 'a', wait: 20 }, headers),
    ask(service, { text: 'a', wait: 20 }, headers),
  ])
  expect([first.status, second.status]).toEqual([200, 200])
  const third = await ask(service, { text: 'a', wait: 20 }, headers)
  expect(third).toMatchObject({ status: 200, body: { text: 'A' } })
  expect(third.headers['idempotency-replayed']).toBe('true')
  expect(service.running.load().answered.runs).toBe(1)
  const other = await ask(service, { text: 'b' }, headers)
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } })
  // A failure may be tried again.
  const late = { ...headers, 'idempotency-key': 'order-2' }
  expect(await ask(service, { text: 'c', wait: 30 }, { ...late, 'x-request-timeout': '5' })).toMatchObject({
    status: 504,
  })
  expect(await ask(service, { text: 'c', wait: 30 }, late)).toMatchObject({
    status: 200,
    body: { text: 'C' },
  })
})

test('the OpenAPI document has the schemas of each pipeline', async () => {
  const service = await start({ title: 'Shouting', version: '2', token: 'a-token' })
  const { body } = await call(service, '/openapi.json', { headers: { authorization: 'Bearer a-token' } })
  expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'Shouting', version: '2' } })
  const { post } = body.paths['/pipelines/shout']
  expect(post.requestBody.content['application/json'].schema).toMatchObject({
    type: 'object',
    properties: { text: { type: 'string', maxLength: 5000 }, wait: { type: 'number' } },
    required: ['text'],
  })
  expect(post.responses['200'].content['application/json'].schema).toMatchObject({
    properties: { text: { type: 'string' } },
  })
  expect(post.security).toEqual([{ bearer: [] }])
})

test('live, ready and health say what they know, and to a stranger only whether', async () => {
  const service = await start({ token: 'a-token' })
  expect(await call(service, '/live')).toMatchObject({ status: 200, body: { status: 'live' } })
  expect(await call(service, '/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
  expect(await call(service, '/health')).toMatchObject({ status: 401 })
  const headers = { authorization: 'Bearer a-token' }
  expect((await call(service, '/health', { headers })).body).toMatchObject({
    status: 'ready',
    pipelines: { shout: { inFlight: 0, waiting: 0 } },
  })
  void service.drain()
  expect((await call(service, '/ready')).body).toEqual({ status: 'not ready' })
  expect((await call(service, '/ready', { headers })).body).toEqual({
    status: 'not ready',
    reasons: ['draining'],
  })
})
