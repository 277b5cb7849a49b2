// PORT=8080 npx tsx examples/http-service/server.ts
// curl -d '{"text":"My parcel never came"}' -H 'x-timeout-ms: 500' localhost:8080/route
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  createInference,
  createSystem,
  defineProcessor,
  GanglionError,
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelineStoppedError,
  pipeline,
  platformKernel,
  retryAfterOf,
  SchemaError,
} from 'ganglion'
import { embeddings } from 'ganglion/inference'
import { z } from 'zod'

const DEPARTMENTS = {
  shipping: 'the delivery of a parcel is late or it was lost',
  billing: 'an invoice, a payment or a refund is wrong',
  repairs: 'the device is broken and has to be repaired',
}
const BODY_LIMIT = 64 * 1024

const Ticket = z.object({ text: z.string().min(1).max(2000) })
const Route = z.object({ department: z.string(), similarity: z.number() })

const minilm = embeddings('all-minilm-l6-v2')
const engine = createInference({ kernel: platformKernel() })
const departments = await engine.run(minilm, Object.values(DEPARTMENTS))

/** The department whose description is nearest in meaning. */
const Router = defineProcessor({
  name: 'router',
  input: Ticket,
  output: Route,
  models: { minilm },
  concurrency: 32,
  async process({ text }, ctx) {
    const ticket = await ctx.infer('minilm', text)
    const scores = departments.map((vector) => vector.reduce((sum, x, i) => sum + x * (ticket[i] ?? 0), 0))
    const similarity = Math.max(...scores)
    return { department: Object.keys(DEPARTMENTS)[scores.indexOf(similarity)] ?? '', similarity }
  },
})

const system = createSystem({ inference: engine })
// As many at once as the machine does; what can't be answered in time is refused. A number in the environment is fixed.
const { MAX_IN_FLIGHT } = process.env
const room =
  MAX_IN_FLIGHT === undefined ? ({ admission: 'adaptive' } as const) : { maxInFlight: Number(MAX_IN_FLIGHT) }
const tickets = await system.run(pipeline('tickets', Ticket, { timeout: '5s', ...room }).to(Router))

let draining = false
const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => reply(response, ...failure(error)))
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/ready') return reply(response, draining ? 503 : 200, { inFlight: tickets.inFlight })
  if (request.method !== 'POST' || request.url !== '/route')
    return reply(response, 404, { error: 'not-found' })
  // A client that has gone needs no answer: the run is cancelled, and its rows leave the model's queue.
  const gone = new AbortController()
  response.on('close', () => response.writableFinished || gone.abort(new Error('the client has gone')))
  const input = JSON.parse(await read(request)) as z.infer<typeof Ticket>
  const wanted = Number(request.headers['x-timeout-ms'] ?? 5000)
  const timeout = Number.isFinite(wanted) ? Math.min(Math.max(1, wanted), 5000) : 5000
  reply(response, 200, await tickets.ask(input, { timeout, signal: gone.signal }))
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_LIMIT) throw new RangeError(`a body may have at most ${BODY_LIMIT} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function failure(error: unknown): [number, object] {
  const body = { error: error instanceof GanglionError ? error.code : 'bad-request', message: String(error) }
  // Said by the door of the pipeline, or by that of its models.
  const retryAfterMs = retryAfterOf(error)
  if (retryAfterMs !== undefined) return [503, { ...body, error: 'overloaded', retryAfterMs }]
  if (error instanceof PipelineFullError || error instanceof PipelineStoppedError) return [503, body]
  if (error instanceof PipelineDeadlineError) return [504, body]
  if (error instanceof SyntaxError || error instanceof SchemaError) return [400, body]
  if (error instanceof RangeError) return [413, body]
  if (error instanceof PipelineCancelledError) return [499, body]
  return [500, { ...body, error: 'internal' }]
}

function reply(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  // From the estimate of the door, in whole seconds.
  if (status === 503)
    headers['retry-after'] = String(
      Math.max(1, Math.ceil(((body as { retryAfterMs?: number }).retryAfterMs ?? 0) / 1000)),
    )
  if (draining || status === 413) headers.connection = 'close'
  response.writeHead(status, headers).end(JSON.stringify(body))
}

// Accept no new connections, answer the accepted requests, then end the actors, their workers and the process.
process.once('SIGTERM', () => {
  draining = true
  server.close(async () => {
    await system.stop({ drain: '10s' })
    await engine.stop()
    console.log('drained')
  })
})

server.listen(Number(process.env.PORT ?? 8080), () => {
  const address = server.address()
  console.log(`listening on ${typeof address === 'object' ? address?.port : address}`)
})
