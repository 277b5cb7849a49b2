import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as rest } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../src/index.ts'
import { type HttpService, serve } from '../../src/serve/index.ts'
import type { BenchResult } from '../result.ts'

const Text = z.object({ text: z.string().max(2000) })
const Words = defineProcessor({
  name: 'words',
  input: Text,
  output: Text,
  concurrency: 64,
  retry: { attempts: 1 },
  async process({ text }, ctx) {
    if (text === 'fail') throw new Error('asked to')
    if (text === 'slow') await rest(20)
    for (let word = 0; word < 3; word++) await ctx.emit(`${text} ${word}`)
    return { text }
  },
})

const PIPELINE = '/pipelines/words'
const JSON_TYPE = { 'content-type': 'application/json' }
const SSE = { ...JSON_TYPE, accept: 'text/event-stream' }

/** Requests of every kind, one a turn: what they send, and what becomes of the answer. */
const KINDS: readonly {
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly leaves?: boolean
}[] = [
  { body: '{"text":"hello"}' },
  { body: '{"text":"hello"}', headers: { ...JSON_TYPE, 'x-request-timeout': '1ms' } },
  { body: '{"text":"hello"}', headers: SSE },
  { body: '{"text":"slow"}', headers: SSE, leaves: true },
  { body: '{"text":"slow"}', leaves: true },
  { body: '{"text":"fail"}' },
  { body: '{"text":1}' },
  { body: '{"text":' },
  { body: '{"text":"a"}', headers: { 'content-type': 'text/plain' } },
  { path: '/pipelines/none', body: '{}' },
  { path: '/metrics' },
]

/** Heap and memory of a service, after garbage collection, while requests of many kinds come for `minutes`. */
export async function memoryOver(minutes: number): Promise<BenchResult[]> {
  const service = await serve(
    { words: pipeline('words', Text, { timeout: '5s' }).to(Words) },
    { port: 0, signals: false, log: false, idempotency: { ttl: '20s' } },
  )
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const end = performance.now() + minutes * 60_000
  const looks: { heap: number; rss: number; done: number }[] = []
  let done = 0
  const load = async (): Promise<void> => {
    while (performance.now() < end) {
      await Promise.all(KINDS.map((kind, at) => send(service, agent, kind, `${done}-${at}`)))
      done += KINDS.length
      await rest(40)
    }
  }
  const running = load()
  // A look a minute, the first after one of warm-up; a short run is looked at ten times.
  const step = Math.max(1000, (minutes * 60_000) / 10)
  while (performance.now() + step < end + 500) {
    await rest(step)
    looks.push({ ...heapNow(), done })
  }
  await running
  agent.destroy()
  await service.stop()
  const at = (share: number) =>
    looks[Math.round(share * (looks.length - 1))] ?? { heap: Number.NaN, rss: Number.NaN }
  const [first, middle, last] = [at(0), at(0.5), at(1)]
  return [
    { name: 'requests of eleven kinds', value: done, unit: 'requests' },
    { name: 'heap after a tenth of the time', value: first.heap, unit: 'MB' },
    {
      name: 'heap in the middle',
      value: middle.heap,
      unit: 'MB',
      ratio: middle.heap / first.heap,
      of: 'first',
    },
    { name: 'heap at the end', value: last.heap, unit: 'MB', ratio: last.heap / first.heap, of: 'first' },
    {
      name: 'resident memory at the end',
      value: last.rss,
      unit: 'MB',
      ratio: last.rss / first.rss,
      of: 'first',
    },
  ]
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapNow(): { heap: number; rss: number } {
  collect()
  collect()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20 }
}

/** Sends one, and reads its answer to the end, or leaves after its first byte, or before it. */
async function send(
  service: HttpService,
  agent: Agent,
  { path = PIPELINE, headers = JSON_TYPE, body, leaves }: (typeof KINDS)[number],
  key: string,
): Promise<void> {
  const sent = request(`${service.url}${path}`, {
    agent,
    method: body === undefined ? 'GET' : 'POST',
    headers: headers === JSON_TYPE ? { ...headers, 'idempotency-key': key } : headers,
  })
  sent.on('error', () => undefined)
  sent.end(body)
  if (leaves === true && headers === JSON_TYPE) {
    await rest(5)
    sent.destroy()
    return
  }
  const [response] = (await once(sent, 'response').catch(() => [])) as [IncomingMessage?]
  if (response === undefined) return
  if (leaves === true) sent.destroy()
  else await once(response.resume(), 'close')
}
