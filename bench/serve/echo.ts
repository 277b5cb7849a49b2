import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fastify, { type FastifyInstance } from 'fastify'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../src/index.ts'
import { serve } from '../../src/serve/index.ts'
import { Histogram } from '../../src/serve/metrics/histogram.ts'
import { type BenchResult, median } from '../result.ts'

const Text = z.object({ text: z.string().max(2000), count: z.number().int() })
const BODY = JSON.stringify({ text: 'How long is the warranty of a kettle?', count: 3 })

/** Requests a second that another process gets answered, all of them with 200. */
async function rate(url: string, seconds: number): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      'node_modules/autocannon/autocannon.js',
      ...['-j', '-c', '32', '-d', String(seconds), '-m', 'POST', '-H', 'content-type=application/json'],
      ...['-b', BODY, url],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  await once(child, 'exit')
  const seen = JSON.parse(text) as {
    requests: { average: number }
    non2xx: number
    errors: number
    '2xx': number
  }
  if (seen.non2xx > 0 || seen.errors > 0 || seen['2xx'] === 0)
    throw new Error(`not all were answered: ${text}`)
  return seen.requests.average
}

/**
 * What a pipeline's route does besides checking, by hand: an id for every request, a deadline from a header, a signal that aborts
 * when the client goes, numbers for Prometheus.
 */
function byHand(app: FastifyInstance): void {
  const seconds = new Histogram()
  const answers = new Map<number, number>()
  const echo = async (input: z.infer<typeof Text>, signal: AbortSignal) => {
    signal.throwIfAborted()
    return input
  }
  app.post('/hand', async (request, reply) => {
    const began = performance.now()
    const gone = new AbortController()
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort()
    })
    const timer = setTimeout(() => gone.abort(), Number(request.headers['x-request-timeout'] ?? 30_000))
    try {
      const answer = Text.parse(await echo(Text.parse(request.body), gone.signal))
      reply.header('x-request-id', request.id)
      return answer
    } finally {
      clearTimeout(timer)
      seconds.observe(performance.now() - began)
      answers.set(reply.statusCode, (answers.get(reply.statusCode) ?? 0) + 1)
    }
  })
}

/** An echo with its schema checked in and out: ours; Fastify doing the same by hand, doing the checks alone, and with its own. */
export async function echoes(quick: boolean): Promise<BenchResult[]> {
  const Echo = defineProcessor({
    name: 'echo',
    input: z.unknown(),
    output: Text,
    process: (x) => x as z.infer<typeof Text>,
  })
  const service = await serve({ echo: pipeline('echo', Text).to(Echo) }, { port: 0, signals: false })
  const app = fastify({ requestIdHeader: 'x-request-id' })
  app.post('/zod', (request) => Text.parse(Text.parse(request.body)))
  const schema = {
    type: 'object',
    required: ['text', 'count'],
    properties: { text: { type: 'string', maxLength: 2000 }, count: { type: 'integer' } },
  }
  app.post('/ajv', { schema: { body: schema, response: { 200: schema } } }, async (request) => request.body)
  byHand(app)
  const fast = await app.listen({ port: 0 })
  const targets = {
    ganglion: `${service.url}/pipelines/echo`,
    'Fastify, the same by hand': `${fast}/hand`,
    'Fastify, the same schemas': `${fast}/zod`,
    'Fastify, its own schemas': `${fast}/ajv`,
  }
  const rates = new Map(Object.keys(targets).map((name) => [name, [] as number[]]))
  // The first rounds warm up. Each round goes the other way round, so that nobody is always the first.
  const warmUp = quick ? 0 : 2
  for (let round = 0; round < (quick ? 1 : 14); round++) {
    const all = Object.entries(targets)
    for (const [name, url] of round % 2 === 0 ? all : all.reverse()) {
      const seen = await rate(url, quick ? 1 : 2)
      if (round >= warmUp) rates.get(name)?.push(seen)
    }
  }
  await service.stop()
  await app.close()
  const own = rates.get('ganglion') ?? []
  return [...rates].map(([name, all]) => ({
    name: `echo over HTTP, ${name}`,
    value: median(all),
    unit: 'requests/s',
    // Round by round: what else the machine does then concerns both.
    ...(name === 'ganglion'
      ? {}
      : { ratio: median(all.map((one, at) => (own[at] ?? Number.NaN) / one)), of: 'this, by ganglion' }),
  }))
}
