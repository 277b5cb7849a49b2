import { getEventListeners } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { quoted } from '../../src/serve/log-text.ts'
import { ask, call, raw, start } from './service.ts'

const code = ({ status, body }: Awaited<ReturnType<typeof call>>) => [status, body?.code]
const post = (
  service: { readonly port: number },
  body: string | Uint8Array,
  headers: Record<string, string> = {},
) => call(service, '/pipelines/shout', { method: 'POST', body, headers })

test('[G83] bodies that are too large, too deep, empty, cut off, not JSON or not UTF-8 get a typed answer', async () => {
  const service = await start({ limits: { body: 10_000, depth: 20 } })
  expect(code(await post(service, `{"text":"${'a'.repeat(20_000)}"}`))).toEqual([413, 'body-too-large'])
  expect(code(await post(service, 'a'.repeat(5_000_000)))).toEqual([413, 'body-too-large'])
  expect(code(await post(service, `${'['.repeat(4000)}${']'.repeat(4000)}`))).toEqual([400, 'body-too-deep'])
  expect(code(await post(service, `{"text":${'{"a":'.repeat(30)}1${'}'.repeat(30)}}`))).toEqual([
    400,
    'body-too-deep',
  ])
  expect(code(await post(service, `{"text":"${'[{\\"'.repeat(100)}"}`))[0]).toBe(200)
  for (const text of ['', '{', '{"text":', 'text', '{"text":"a"} {}', "{'text':1}", '\u0000', 'NaN']) {
    expect(code(await post(service, text))).toEqual([400, 'body-malformed'])
  }
  expect(code(await post(service, Buffer.from([0x22, 0xff, 0x22])))).toEqual([400, 'body-malformed'])
  for (const text of [
    '{"__proto__":{"x":1},"text":"a"}',
    '{"\\u005f_proto__":{"x":1},"text":"a"}',
    '{"text":"a","in":[{"constructor":{"prototype":{}}}]}',
  ]) {
    expect(code(await post(service, text))).toEqual([400, 'body-malformed'])
  }
  expect(code(await ask(service, { text: 'the constructor of __proto__' }))[0]).toBe(200)
  expect(service.inFlight).toBe(0)
})

test('[G83] a chunked body is cut off at its limit too, whatever its header says', async () => {
  const service = await start({ limits: { body: 1000 } })
  const head = `POST /pipelines/shout HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\n`
  const chunk = `${(500).toString(16)}\r\n${'a'.repeat(500)}\r\n`
  expect(
    await raw(service, `${head}transfer-encoding: chunked\r\n\r\n`, chunk.repeat(10), '0\r\n\r\n'),
  ).toMatch(/^HTTP\/1\.1 413[\s\S]*"code":"body-too-large"/u)
  // A length that is not true: too short leaves bytes that are no request, both at once is refused.
  expect(await raw(service, `${head}content-length: 3\r\n\r\n{"text":"a"}`)).toMatch(/^HTTP\/1\.1 400/u)
  expect(
    await raw(service, `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`, '0\r\n\r\n'),
  ).toMatch(/^HTTP\/1\.1 400/u)
})

test('[G83] requests that come in one piece, one after the other, or in many pieces are all answered, in order', async () => {
  const service = await start()
  const of = (text: string, last = false) => {
    const body = JSON.stringify({ text })
    const end = last ? 'connection: close\r\n' : ''
    return `POST /pipelines/shout HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${end}content-length: ${body.length}\r\n\r\n${body}`
  }
  const all = await raw(service, of('one') + of('two'), ...of('three', true))
  expect([...all.matchAll(/\{"text":"(\w+)"\}/gu)].map(([, text]) => text)).toEqual(['ONE', 'TWO', 'THREE'])
  expect(service.inFlight).toBe(0)
})

test('[G83] slow headers, slow bodies and bodies that never end are answered and closed', async () => {
  const service = await start({ headerTime: '200ms', limits: { bodyTime: '200ms' } })
  expect(await raw(service, 'POST /pipelines/shout HTTP/1.1\r\nhost: localhost\r\nx-a: ')).toMatch(
    /^HTTP\/1\.1 408/u,
  )
  const head =
    'POST /pipelines/shout HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n'
  expect(await raw(service, head, '{"text":')).toMatch(/^HTTP\/1\.1 408[\s\S]*"code":"body-time"/u)
  await expect.poll(() => service.inFlight).toBe(0)
})

test('[G83] headers that are too large, and what is not HTTP, are answered', async () => {
  const service = await start()
  expect(
    await raw(service, `GET /live HTTP/1.1\r\nhost: localhost\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`),
  ).toMatch(/^HTTP\/1\.1 431[\s\S]*"code":"request-header"/u)
  expect(await raw(service, 'HELO there\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/u)
})

test('[G83] wrong content types, encodings, methods, paths and forms of answer are refused by name', async () => {
  const service = await start()
  const body = '{"text":"a"}'
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonx',
    'application/json; charset=latin1',
  ])
    expect(code(await post(service, body, { 'content-type': type }))).toEqual([415, 'content-type'])
  expect(code(await post(service, body, { 'content-encoding': 'br' }))).toEqual([415, 'content-type'])
  expect(
    code(await post(service, body, { 'content-type': 'application/vnd.a+json; charset="UTF-8"' }))[0],
  ).toBe(200)
  expect(code(await post(service, body, { accept: 'image/png' }))).toEqual([406, 'not-acceptable'])
  const got = await call(service, '/pipelines/shout')
  expect([...code(got), got.headers.allow]).toEqual([405, 'request-method', 'POST'])
  for (const path of [
    '/',
    '/pipelines',
    '/pipelines/',
    '/pipelines/other',
    '/pipelines/..%2f..%2fetc%2fpasswd',
    '/pipelines/../../etc/passwd',
    '/pipelines/%',
    '/pipelines/%00',
    '/pipelines/__proto__',
    '/pipelines/constructor',
    '/pipelines/shout/more',
  ]) {
    expect([path, ...code(await call(service, path, { body }))]).toEqual([path, 404, 'unknown-path'])
  }
  const keys = ['', 'a b', 'ä', 'x'.repeat(300)].map((key) => encodeURI(key).replace('%20', ' '))
  for (const key of [keys[0], keys[1], keys[3]] as string[])
    expect(code(await post(service, body, { 'idempotency-key': key }))).toEqual([400, 'request-header'])
})

test('[G84] other hosts and origins are refused, and a token is asked for', async () => {
  const service = await start({
    token: ['one', 'two'],
    hosts: ['api.example.org'],
    origins: ['https://app.example.org'],
  })
  const auth = { authorization: 'Bearer two' }
  const body = '{"text":"a"}'
  const at = (headers: Record<string, string>) => post(service, body, headers).then(code)
  expect(await at({ ...auth, host: 'evil.example.org' })).toEqual([421, 'wrong-host'])
  expect(await at({ ...auth, host: 'api.example.org.evil' })).toEqual([421, 'wrong-host'])
  expect(await at({ ...auth, host: 'api.example.org@evil' })).toEqual([421, 'wrong-host'])
  for (const host of ['api.example.org', 'API.example.org:8080', '127.0.0.1', '[::1]:80', 'localhost:1'])
    expect((await at({ ...auth, host }))[0]).toBe(200)
  expect(await at({ ...auth, origin: 'https://evil.example.org' })).toEqual([403, 'wrong-origin'])
  expect(await at({ ...auth, origin: 'null' })).toEqual([403, 'wrong-origin'])
  const cross = await post(service, body, { ...auth, origin: 'https://app.example.org' })
  expect([cross.status, cross.headers['access-control-allow-origin']]).toEqual([
    200,
    'https://app.example.org',
  ])
  const preflight = await call(service, '/pipelines/shout', {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example.org', 'access-control-request-headers': 'content-type' },
  })
  expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([204, 'GET, POST'])
  for (const authorization of [
    '',
    'Bearer three',
    'Bearer one two',
    'Basic two',
    'Bearer ',
    'Bearer onetwo',
  ]) {
    const refused = await post(service, body, { authorization })
    expect([...code(refused), refused.headers['www-authenticate']]).toEqual([401, 'unauthorized', 'Bearer'])
  }
  expect(await at({})).toEqual([401, 'unauthorized'])
})

test('[G85] a thousand streams that are aborted leave nothing behind', async () => {
  const service = await start()
  const head =
    'POST /pipelines/shout HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\ncontent-type: application/json\r\n'
  const body = '{"text":"a","wait":60000}'
  const listeners = () => process.listenerCount('SIGTERM') + getEventListeners(service.server, 'close').length
  const before = listeners()
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from(
        { length: 50 },
        () =>
          new Promise<void>((resolve, reject) => {
            const socket = connect(service.port, '127.0.0.1')
            socket.on('error', reject)
            socket.once('data', () => {
              socket.destroy()
              resolve()
            })
            socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`)
          }),
      ),
    )
  }
  await expect.poll(() => [service.running.inFlight, service.inFlight]).toEqual([0, 0])
  const connections = () =>
    new Promise((resolve) => service.server.getConnections((_, count) => resolve(count)))
  await expect.poll(connections).toBe(0)
  expect(listeners()).toBe(before)
  expect(await ask(service, { text: 'a' })).toMatchObject({ status: 200 })
})

test('[G84] nothing from outside reaches a log unescaped', async () => {
  const lines: string[] = []
  const note = (_fields: object, text: string) => void lines.push(text)
  const service = await start({ log: { debug: note, info: note, warn: note, error: note } })
  await call(service, '/pipelines/shout?a=%0a\u0041', {
    body: '{"text":"throw"}',
    headers: { 'x-request-id': 'a b' },
  })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^http: POST "\/pipelines\/shout" failed: "processor 'shout' failed/u)
  expect(quoted('a\nb\u001b[31m\u2028\u202e"\ud800\\')).toBe(
    '"a\\u000ab\\u001b[31m\\u2028\\u202e\\u0022\\ud800\\u005c"',
  )
  expect(quoted('a'.repeat(1000)).length).toBeLessThan(300)
})
