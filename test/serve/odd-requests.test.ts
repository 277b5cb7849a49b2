import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../src/index.ts'
import { serve } from '../../src/serve/index.ts'
import { until } from '../../src/testkit/index.ts'
import { call, raw, Shout, start, Text } from './service.ts'

const BODY = '{"text":"a"}'
const TYPED = 'content-type: application/json\r\n'

/** A request as it goes over the wire; the connection ends with its answer. */
function wire(
  target: string,
  { method = 'POST', headers = '', body = BODY, host = 'localhost' } = {},
): string {
  return `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n${TYPED}connection: close\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** Statuses and codes of all answers, in order. */
function seen(text: string): string[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})|"code":"([\w-]+)"/gu)].map(
    ([, status, code]) => status ?? code ?? '',
  )
}

test('[G174] a target that names its host counts for more than the header, as for a proxy', async () => {
  const service = await start()
  const at = async (target: string, host?: string) =>
    seen(await raw(service, wire(target, { ...(host && { host }) })))
  expect(await at('http://localhost/pipelines/shout')).toEqual(['200'])
  expect(await at('HTTP://127.0.0.1:80/pipelines/shout?a=b', 'evil.example.org')).toEqual(['200'])
  expect(await at('http://evil.example.org/pipelines/shout')).toEqual(['421', 'wrong-host'])
  // Node's parser keeps the first; what came before may have gone by the second.
  const two = 'GET /live HTTP/1.1\r\nhost: localhost\r\nHOST: evil.example.org\r\nconnection: close\r\n\r\n'
  expect(seen(await raw(service, two))).toEqual(['421', 'wrong-host'])
  const none = 'GET /live HTTP/1.1\r\nconnection: close\r\n\r\n'
  expect(seen(await raw(service, none))).toEqual(['421', 'wrong-host'])
  expect(await at('http://localhost')).toEqual(['404', 'unknown-path'])
})

test('[G174] CONNECT, OPTIONS, TRACE, HEAD and expectations are answered, and an answer is never mixed with another', async () => {
  const service = await start()
  const bare = (method: string, target: string, headers = '') =>
    raw(
      service,
      `${method} ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${headers}\r\n`,
    ).then(seen)
  expect(await bare('CONNECT', 'localhost:443')).toEqual(['405', 'request-method'])
  expect(await bare('TRACE', '/live')).toEqual(['405', 'request-method'])
  expect(await bare('OPTIONS', '/pipelines/shout')).toEqual(['405', 'request-method'])
  expect(await bare('OPTIONS', '*')).toEqual(['404', 'unknown-path'])
  expect(await bare('HEAD', '/live')).toEqual(['200'])
  expect(await bare('PRI', '*', 'SM\r\n\r\n')).toEqual(['400', 'request-header'])
  const expecting = (what: string, body = BODY) =>
    raw(service, wire('/pipelines/shout', { headers: `expect: ${what}\r\n`, body })).then(seen)
  expect(await expecting('100-continue')).toEqual(['100', '200'])
  expect(await expecting('a-banana')).toEqual(['200'])
  // Events have begun when the garbage comes: the stream ends, and holds no second answer.
  const socket = connect(service.port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const slow = '{"text":"a","wait":60000}'
  socket.write(
    `POST /pipelines/shout HTTP/1.1\r\nhost: localhost\r\n${TYPED}accept: text/event-stream\r\ncontent-length: ${slow.length}\r\n\r\n${slow}`,
  )
  await once(socket, 'data')
  socket.write('\0\0 garbage\r\n\r\n')
  await once(socket, 'close')
  expect(seen(text)).toEqual(['200'])
  await until(() => service.running.inFlight === 0)
})

test('[G83] a length, an encoding or a charset that is not true gets a typed answer', async () => {
  const service = await start({ limits: { body: 1000 } })
  const post = (headers: string, body: string) =>
    raw(
      service,
      `POST /pipelines/shout HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${headers}\r\n${body}`,
    ).then(seen)
  const length = (...all: string[]) =>
    post(TYPED + all.map((one) => `content-length: ${one}\r\n`).join(''), BODY)
  for (const lies of [['12', '5'], ['-5'], ['+12'], ['0xc'], ['99999999999999999999']])
    expect([lies, await length(...lies)]).toEqual([lies, ['400', 'request-header']])
  // Far more than would be thrown away: nothing of it is waited for.
  expect(await length('5000000000')).toEqual(['413', 'body-too-large'])
  const chunked = `${TYPED}transfer-encoding: chunked\r\n`
  expect(
    await post(chunked, `c;note=x\r\n${BODY}\r\n0\r\nhost: evil\r\nauthorization: Bearer x\r\n\r\n`),
  ).toEqual(['200'])
  expect(await post(chunked, `c\r\n${BODY}\r\n0\r\ncontent-length: 3\r\n\r\n`)).toEqual([
    '400',
    'request-header',
  ])
  expect(await post(chunked, `zz\r\n${BODY}\r\n0\r\n\r\n`)).toEqual(['400', 'request-header'])
  expect(await post(`${TYPED}transfer-encoding: gzip, chunked\r\n`, `c\r\n${BODY}\r\n0\r\n\r\n`)).toEqual([
    '415',
    'content-type',
  ])
  const sent = async (body: Uint8Array, headers: Record<string, string> = {}) => {
    const answer = await call(service, '/pipelines/shout', { body, headers })
    return [answer.status, answer.body?.code]
  }
  // Packed, and said to be something else or nothing at all.
  const packed = gzipSync(BODY)
  expect(await sent(packed, { 'content-encoding': 'br' })).toEqual([415, 'content-type'])
  expect(await sent(packed)).toEqual([400, 'body-malformed'])
  for (const body of [
    Buffer.from(BODY, 'utf16le'),
    Buffer.from(`\ufeff${BODY}`, 'utf16le'),
    Buffer.from([0x22, 0xc0, 0x80, 0x22]),
    Buffer.from('"\\ud800', 'latin1'),
    Buffer.from(`${BODY}// a comment`),
  ])
    expect(await sent(body)).toEqual([400, 'body-malformed'])
  for (const type of [
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/ld+json; profile="a"; charset=utf-16',
  ])
    expect(await sent(Buffer.from(BODY), { 'content-type': type })).toEqual([415, 'content-type'])
  expect(service.inFlight).toBe(0)
})

test('[G81] clients that leave a body half sent, or close their half, are gone: no fault is logged, and no run stays', async () => {
  const lines: string[] = []
  const note = (_fields: object, text: string) => void lines.push(text)
  const service = await start({ log: { debug: note, info: note, warn: note, error: note } })
  const leave = async (sent: string) => {
    const socket = connect(service.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.end(sent)
    await once(socket.resume(), 'close')
  }
  const slow = wire('/pipelines/shout', { body: '{"text":"a","wait":60000}' })
  const chunked = slow.replace(/content-length: \d+/u, 'transfer-encoding: chunked')
  await Promise.all(
    Array.from({ length: 100 }, () => [slow, slow.slice(0, -5), `${chunked.slice(0, -25)}19\r\n{"te`])
      .flat()
      .map(leave),
  )
  await until(() => service.inFlight === 0 && service.running.inFlight === 0)
  expect(lines).toEqual([])
})

const Page = z.object({ text: z.string(), pages: z.number() })
/** Many times the text, all at once or as partial results: more than a connection holds. */
const Pages = defineProcessor({
  name: 'pages',
  input: Page,
  output: z.array(z.string()),
  retry: { attempts: 1 },
  async process({ text, pages }, ctx) {
    const all = Array.from({ length: pages }, () => text.repeat(1000))
    for (const one of all) await ctx.emit(one)
    return all
  },
})

test('[G173] a client that takes nothing of its answer loses its connection, and its run ends', async () => {
  const service = await serve(
    {
      pages: pipeline('pages', Page, { timeout: '60s' }).to(Pages),
      shout: pipeline('shout', Text).to(Shout),
    },
    { port: 0, signals: false, log: false, limits: { stall: '200ms' } },
  )
  onTestFinished(() => service.stop({ drain: 0 }))
  const body = JSON.stringify({ text: 'x'.repeat(100), pages: 300 })
  for (const accept of ['application/json', 'text/event-stream']) {
    const socket = connect(service.port, '127.0.0.1')
    socket.pause()
    socket.on('error', () => undefined)
    socket.write(wire('/pipelines/pages', { headers: `accept: ${accept}\r\n`, body }))
    await until(() => service.inFlight === 1)
    await until(() => service.inFlight === 0, { timeoutMs: 20_000 })
    socket.destroy()
  }
  // Silence while a run works is no such thing, also on a connection that has seen a large answer.
  const slow = '{"text":"a","wait":800}'
  const large = wire('/pipelines/pages', { body }).replace('connection: close\r\n', '')
  const both = await raw(service, large, wire('/pipelines/shout', { body: slow }))
  expect(both.slice(-12)).toBe('{"text":"A"}')
})

test('[G175] a service whose runs wait for long is not ready, until they are done', async () => {
  const one = { initial: 1, min: 1, max: 1 }
  const service = await serve(
    { shout: pipeline('slow', Text, { timeout: '2s', admission: { limit: one } }).to(Shout) },
    { port: 0, signals: false, log: false },
  )
  onTestFinished(() => service.stop({ drain: 0 }))
  const ask = (wait: number) =>
    call(service, '/pipelines/shout', { body: JSON.stringify({ text: 'a', wait }) })
  // The door learns what a run takes.
  for (let i = 0; i < 3; i++) await ask(100)
  expect(service.reasons()).toEqual([])
  const all = Array.from({ length: 13 }, () => ask(100))
  await until(() => service.reasons().length > 0)
  expect(service.reasons()).toEqual(['pipeline shout has a backlog'])
  expect(await call(service, '/ready')).toMatchObject({ status: 503 })
  await Promise.all(all)
  expect(await call(service, '/ready')).toMatchObject({ status: 200 })
})
