import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { createService, fastifyService, type Service, serve } from '../../src/serve/index.ts'
import { call, shouting } from './service.ts'

const body = '{"text":"hello"}'

test('[G80] one service answers the same on node:http, fetch, Hono, Express and Fastify', async () => {
  const service = await createService({ shout: shouting }, { prefix: '/ai', log: false })
  onTestFinished(() => service.stop({ drain: 0 }))
  const node = createServer(service.node).listen(0)
  const web = express()
    .use(express.json())
    .use(service.node)
    .get('/own', (_, response) => void response.send('own'))
    .listen(0)
  const fast = fastify()
  // The service outlives this server in this test.
  await fast.register(
    fastifyService({ ...service, drain: async () => undefined, stop: async () => undefined }),
    {
      prefix: '/ai',
    },
  )
  await fast.listen({ port: 0 })
  await Promise.all([node, web].map((server) => server.listening || once(server, 'listening')))
  onTestFinished(() => fast.close())
  onTestFinished(() => void [node, web].map((server) => server.close()))
  for (const server of [node, web, fast.server]) {
    const { port } = server.address() as AddressInfo
    const answer = await call({ port }, '/ai/pipelines/shout', { body })
    expect(answer).toMatchObject({ status: 200, body: { text: 'HELLO' } })
    expect(await call({ port }, '/ai/pipelines/shout', { body: '{"text":1}' })).toMatchObject({ status: 422 })
    expect(await call({ port }, '/ai/pipelines/other', { body })).toMatchObject({
      status: 404,
      body: { code: 'unknown-path' },
    })
    const sse = await call({ port }, '/ai/pipelines/shout', {
      body,
      headers: { accept: 'text/event-stream' },
    })
    expect(sse.text).toContain('event: value')
  }
  expect(await call({ port: (web.address() as AddressInfo).port }, '/own')).toMatchObject({
    status: 200,
    text: 'own',
  })
  const hono = new Hono().all('/ai/*', (c) => service.fetch(c.req.raw))
  for (const answer of [service.fetch, (request: Request) => hono.fetch(request)]) {
    const post = (headers: Record<string, string> = {}, sent: string = body) =>
      answer(
        new Request('http://localhost/ai/pipelines/shout', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: sent,
        }),
      )
    expect(await (await post()).json()).toEqual({ text: 'HELLO' })
    expect((await post({}, '{"text":1}')).status).toBe(422)
    expect((await post({}, ' '.repeat(2 ** 20 + 1))).status).toBe(413)
    expect(await (await post({ accept: 'application/x-ndjson' })).text()).toMatch(
      /^\{"type":"started","id":\d+\}\n/u,
    )
  }
  await expect.poll(() => service.inFlight).toBe(0)
})

/** One request on a connection that is kept; whether the answer ends it. */
function kept(port: number, agent: Agent): Promise<{ readonly status: number; readonly last: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const path = '/ai/pipelines/shout'
    const sent = request({ port, path, method: 'POST', agent, headers }, (answer: IncomingMessage) => {
      answer.resume()
      const { statusCode: status = 0 } = answer
      answer.once('end', () => resolve({ status, last: answer.headers.connection === 'close' }))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

test('[G216] the recipes of services.md: connections that are kept end with an answer, and none is reset', async () => {
  const servers = [
    async (service: Service) => {
      const server = createServer(service.node).listen(0)
      return { server, close: () => void server.close() }
    },
    async (service: Service) => {
      const server = express().use(service.node).listen(0)
      return { server, close: () => void server.close() }
    },
    async (service: Service) => {
      const app = fastify()
      await app.register(fastifyService(service), { prefix: '/ai' })
      await app.listen({ port: 0 })
      return { server: app.server, close: () => app.close() }
    },
  ]
  for (const listens of servers) {
    const service = await createService({ shout: shouting }, { prefix: '/ai', log: false })
    const { server, close } = await listens(service)
    if (!server.listening) await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const agents = Array.from({ length: 30 }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
    const all = () => Promise.all(agents.map((agent) => kept(port, agent)))
    expect(await all()).toEqual(agents.map(() => ({ status: 200, last: false })))
    const stopping = (async () => {
      await service.drain()
      await close()
      await service.stop()
    })()
    expect(await all()).toEqual(agents.map(() => ({ status: 200, last: true })))
    await stopping
    await expect(kept(port, new Agent())).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  }
})

test('[G216] drain resolves when connections in use have had their last answer, or the service has stopped', async () => {
  await using service = await createService({ shout: shouting }, { log: false })
  const drained = service.drain()
  expect(service.drain()).toBe(drained)
  expect(service.reasons()).toEqual(['draining'])
  expect(await Promise.race([drained.then(() => 'drained'), Promise.resolve('not yet')])).toBe('not yet')
  await service.stop()
  await drained
})

test('[G81] a fetch client that leaves a stream, or aborts, cancels its run', async () => {
  const service = await createService({ shout: shouting }, { log: false })
  onTestFinished(() => service.stop({ drain: 0 }))
  const gone = new AbortController()
  const request = (accept: string) =>
    new Request('http://localhost/pipelines/shout', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: '{"text":"a","wait":60000}',
      signal: gone.signal,
    })
  const { body: stream } = await service.fetch(request('text/event-stream'))
  const reader = stream?.getReader()
  expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('started')
  await reader?.cancel()
  await expect.poll(() => service.inFlight).toBe(0)
  const answer = service.fetch(request('application/json'))
  await expect.poll(() => service.inFlight).toBe(1)
  gone.abort()
  expect((await answer).status).toBe(499)
  expect(service.inFlight).toBe(0)
})

test('what can not be served, and options out of range, are refused by name', async () => {
  for (const [served, options, path] of [
    [{}, {}, 'served'],
    [{ a: 1 }, {}, 'served'],
    [shouting, { prefix: 'ai' }, 'prefix'],
    [shouting, { token: 'a b' }, 'token'],
    [shouting, { hosts: ['a/b'] }, 'hosts'],
    [shouting, { origins: ['app'] }, 'origins'],
    [shouting, { limits: { body: 0 } }, 'limits.body'],
    [shouting, { limts: {} }, 'createService.limts'],
  ] as const) {
    await expect(createService(served as never, options as never)).rejects.toMatchObject({
      code: 'invalid-argument',
      path,
    })
  }
  const first = await serve(shouting, { port: 0, signals: false })
  onTestFinished(() => first.stop())
  await expect(serve(shouting, { port: first.port, signals: false })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})
