import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { createService } from '../../src/serve/index.ts'
import { until } from '../../src/testkit/index.ts'
import { call, shouting, start } from './service.ts'

const BODY = '{"text":"hello"}'
const LONG = JSON.stringify({ text: 'word '.repeat(900) })

/** Status, code, and the encodings that a refusal names. */
async function sent(service: { port: number }, body: Uint8Array, encoding: string) {
  const answer = await call(service, '/pipelines/shout', { body, headers: { 'content-encoding': encoding } })
  return [answer.status, answer.body?.text ?? answer.body?.code, answer.headers['accept-encoding']]
}

test('[G201] bodies packed with gzip or deflate are read, behind every server; others are refused and say what is read', async () => {
  const service = await start()
  const own = await createService({ shout: shouting }, { log: false })
  onTestFinished(() => own.stop({ drain: 0 }))
  // A parser in front, which unpacks by itself, for half of the paths.
  const web = express().use('/parsed', express.json(), own.node).use('/plain', own.node).listen(0)
  onTestFinished(() => void web.close())
  await once(web, 'listening')
  const packings = [
    ['gzip', gzipSync(BODY)],
    ['GZIP', gzipSync(BODY)],
    ['x-gzip', gzipSync(BODY)],
    ['gzip, identity', gzipSync(BODY)],
    ['gzip', Buffer.concat([gzipSync('{"text":'), gzipSync('"hello"}')])],
    ['deflate', deflateSync(BODY)],
    ['deflate', deflateRawSync(BODY)],
    ['identity', Buffer.from(BODY)],
    ['', Buffer.from(BODY)],
  ] as const
  for (const [encoding, body] of packings) {
    expect([encoding, ...(await sent(service, body, encoding))]).toEqual([encoding, 200, 'HELLO', undefined])
    const request = new Request('http://localhost/pipelines/shout', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body,
    })
    expect([encoding, await (await own.fetch(request)).text()]).toEqual([encoding, '{"text":"HELLO"}'])
  }
  for (const path of ['/parsed', '/plain']) {
    const headers = { 'content-encoding': 'gzip' }
    const { port } = web.address() as AddressInfo
    const answer = await call({ port }, `${path}/pipelines/shout`, { body: gzipSync(BODY), headers })
    expect([path, answer.status, answer.text]).toEqual([path, 200, '{"text":"HELLO"}'])
  }
  for (const encoding of ['br', 'gzip, gzip', 'deflate, gzip', 'zstd', 'gzip;q=1', '*'])
    expect([encoding, ...(await sent(service, brotliCompressSync(BODY), encoding))]).toEqual([
      encoding,
      415,
      'content-type',
      'gzip, deflate',
    ])
})

test('[G201] a packed body is as large as what it unpacks to: bombs and broken ones get a typed answer and leave nothing', async () => {
  const service = await start({ limits: { body: 10_000 } })
  const zeros = Buffer.alloc(50_000_000, 0x20)
  const bombs = [
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['deflate', deflateRawSync(zeros)],
    // Many small ones, one behind the other.
    ['gzip', Buffer.concat(Array.from({ length: 100 }, () => gzipSync(Buffer.alloc(1000, 0x20))))],
    // Packed twice, and larger than the limit as it is.
    ['gzip', gzipSync(Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * at) % 251)))],
  ] as const
  for (const [encoding, bomb] of bombs) {
    expect(await sent(service, bomb, encoding)).toEqual([413, 'body-too-large', undefined])
  }
  // Up to the limit it is read.
  const most = `{"text":"${'a'.repeat(4000)}"}`.padEnd(10_000)
  expect((await sent(service, gzipSync(most), 'gzip'))[0]).toBe(200)
  expect((await sent(service, gzipSync(`${most} `), 'gzip'))[0]).toBe(413)
  const whole = gzipSync(BODY)
  for (const [encoding, body] of [
    ['gzip', whole.subarray(0, -9)],
    ['gzip', Buffer.from(BODY)],
    ['gzip', deflateSync(BODY)],
    ['deflate', whole],
    ['deflate', Buffer.from(BODY)],
    ['gzip', Buffer.alloc(0)],
    ['gzip', gzipSync('')],
    ['gzip', gzipSync(whole)],
  ] as const)
    expect([encoding, ...(await sent(service, body, encoding))]).toEqual([
      encoding,
      400,
      'body-malformed',
      undefined,
    ])
  await until(() => service.inFlight === 0)
})

test('[G201] answers are packed as their caller prefers: to packed requests, and of the Open Inference Protocol', async () => {
  const service = await start()
  const ask = async (path: string, body: string | Uint8Array, headers: Record<string, string>) => {
    const answer = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    const text = await answer.text()
    const { headers: got } = answer
    return { encoding: got.get('content-encoding'), vary: got.get('vary'), text, status: answer.status }
  }
  const SHOUT = '/pipelines/shout'
  const shouted = LONG.toUpperCase().replace('TEXT', 'text')
  const gz = { 'content-encoding': 'gzip' }
  for (const [accept, encoding] of [
    ['gzip', 'gzip'],
    ['deflate', 'deflate'],
    ['deflate, gzip;q=0.5', 'deflate'],
    ['gzip, deflate, br', 'gzip'],
    ['*', 'gzip'],
    ['gzip;q=0, *', 'deflate'],
    ['identity', null],
    ['identity, gzip;q=0.1', null],
    ['gzip;q=0', null],
    ['br', null],
    ['', null],
    [' ;;, q=,gzip;q=x', null],
  ] as const) {
    const answer = await ask(SHOUT, gzipSync(LONG), { ...gz, 'accept-encoding': accept })
    expect([accept, answer.encoding, answer.vary]).toEqual([accept, encoding, encoding && 'accept-encoding'])
    expect(answer.text).toBe(shouted)
  }
  // Short ones, and those to requests that are not packed, go as they are.
  const accepting = { 'accept-encoding': 'gzip' }
  expect(await ask(SHOUT, gzipSync(BODY), { ...gz, ...accepting })).toMatchObject({ encoding: null })
  expect(await ask(SHOUT, LONG, accepting)).toMatchObject({ encoding: null, text: shouted })
  const events = await ask(SHOUT, gzipSync(LONG), { ...gz, ...accepting, accept: 'text/event-stream' })
  expect(events).toMatchObject({ encoding: null, status: 200 })
  expect(events.text).toContain('event: value')
  const origin = await ask(SHOUT, gzipSync(LONG), { ...gz, ...accepting, origin: service.url })
  expect(origin).toMatchObject({ encoding: 'gzip', vary: 'accept-encoding, origin', text: shouted })
  const rows = { inputs: [{ name: 'input', shape: [1], datatype: 'BYTES', data: [LONG] }] }
  const inferred = await ask('/v2/models/shout/infer', JSON.stringify(rows), accepting)
  expect(inferred.encoding).toBe('gzip')
  expect(JSON.parse(inferred.text).outputs[0].data).toEqual([shouted])
})

test('[G83] a byte order mark before JSON is left out, and is no JSON by itself', async () => {
  const service = await start()
  const mark = '\ufeff'
  const post = async (path: string, body: string) => {
    const answer = await call(service, path, { body })
    return [answer.status, answer.body.text ?? answer.body.code ?? answer.body.outputs?.[0].data]
  }
  expect(await post('/pipelines/shout', mark + BODY)).toEqual([200, 'HELLO'])
  expect(await post('/pipelines/shout', mark)).toEqual([400, 'body-malformed'])
  expect(await post('/pipelines/shout', mark + mark + BODY)).toEqual([400, 'body-malformed'])
  expect(await post('/pipelines/shout', BODY + mark)).toEqual([400, 'body-malformed'])
  const rows = JSON.stringify({ inputs: [{ name: 'input', shape: [1], datatype: 'BYTES', data: [BODY] }] })
  expect(await post('/v2/models/shout/infer', mark + rows)).toEqual([200, ['{"text":"HELLO"}']])
})
