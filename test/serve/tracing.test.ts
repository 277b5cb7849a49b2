import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import * as api from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, pipeline, type RuntimeEvent } from '../../src/index.ts'
import { embeddings } from '../../src/inference/index.ts'
import { traceRuns } from '../../src/serve/index.ts'
import { until } from '../../src/testkit/until.ts'
import { ask, start } from './service.ts'

const exporter = new InMemorySpanExporter()

beforeAll(() => {
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  api.trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
})
afterAll(() => {
  api.trace.disable()
  api.context.disable()
})
beforeEach(() => exporter.reset())

const Flaky = defineProcessor({
  name: 'flaky',
  input: z.number(),
  output: z.number(),
  concurrency: 32,
  async process(x, ctx) {
    await Promise.resolve()
    if (x % 10 === 0 && ctx.attempt === 1) throw new Error('the first try')
    return x + 1
  },
})
const Last = defineProcessor({ name: 'last', input: z.number(), output: z.number(), process: (x) => x })
const flow = pipeline('flow', z.number(), { maxInFlight: 2000, admission: false, retryBudget: false })
  .to(Flaky)
  .to(Last)

test('[G88] every span has the right parent in a thousand concurrent runs, and retries are events', async () => {
  await using system = createSystem({ log: false })
  const stop = traceRuns(system, api)
  const running = await system.run(flow)
  const tracer = api.trace.getTracer('test')
  await Promise.all(
    Array.from({ length: 1000 }, (_, i) =>
      tracer.startActiveSpan(`caller ${i}`, async (span) => {
        await running.ask(i)
        span.end()
      }),
    ),
  )
  stop()
  const spans = exporter.getFinishedSpans()
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]))
  const parentOf = (span: (typeof spans)[number]) => byId.get(span.parentSpanContext?.spanId ?? '')
  const sends = spans.filter(({ name }) => name === 'send flow')
  expect(sends).toHaveLength(1000)
  expect(new Set(sends.map((span) => parentOf(span)?.name)).size).toBe(1000)
  const steps = spans.filter(({ name }) => name.startsWith('process '))
  expect(steps).toHaveLength(2000)
  const wrong = steps.filter(
    (span) =>
      parentOf(span)?.attributes['ganglion.run'] !== span.attributes['ganglion.run'] ||
      parentOf(span)?.name !== 'send flow',
  )
  expect(wrong).toEqual([])
  const retried = steps.filter(({ events }) => events.some(({ name }) => name === 'retry'))
  expect(retried).toHaveLength(100)
  expect(retried[0]?.attributes['ganglion.attempts']).toBe(2)
})

test('[G88] a request continues the trace of its traceparent, down to its steps', async () => {
  const service = await start({ telemetry: api })
  const traceId = 'a'.repeat(32)
  const parent = 'b'.repeat(16)
  expect(await ask(service, { text: 'a' }, { traceparent: `00-${traceId}-${parent}-01` })).toMatchObject({
    status: 200,
  })
  expect(await ask(service, { text: 'a' }, { traceparent: 'nonsense' })).toMatchObject({ status: 200 })
  await ask(service, { text: 'throw' })
  const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId)
  const named = Object.fromEntries(spans.map((span) => [span.name, span]))
  expect(Object.keys(named).sort()).toEqual(['POST /pipelines/shout', 'process shout', 'send shouting'])
  expect(named['POST /pipelines/shout']?.parentSpanContext?.spanId).toBe(parent)
  expect(named['send shouting']?.parentSpanContext?.spanId).toBe(
    named['POST /pipelines/shout']?.spanContext().spanId,
  )
  expect(named['process shout']?.parentSpanContext?.spanId).toBe(named['send shouting']?.spanContext().spanId)
  const failed = exporter.getFinishedSpans().filter(({ status }) => status.code === api.SpanStatusCode.ERROR)
  expect(failed.map(({ name }) => name).sort()).toEqual([
    'POST /pipelines/shout',
    'process shout',
    'send shouting',
  ])
})

test('[G207] a step that is given up with its run has a span with its error, below its run', async () => {
  await using system = createSystem({ log: false })
  const stop = traceRuns(system, api)
  const waits: { end: (x: number) => void; x: number }[] = []
  const Slow = defineProcessor({
    name: 'slow',
    input: z.number(),
    output: z.number(),
    concurrency: 4,
    process: (x) => new Promise<number>((end) => waits.push({ end, x })),
  })
  const running = await system.run(pipeline('late', z.number(), { admission: false }).to(Last).to(Slow))
  const gone = new AbortController()
  const left = running.ask(1, { signal: gone.signal })
  const first = running.ask(2, { orderKey: 'k' })
  const behind = running.ask(3, { orderKey: 'k', signal: gone.signal })
  await until(() => waits.length === 3)
  gone.abort()
  await Promise.allSettled([left, behind])
  waits.find(({ x }) => x === 2)?.end(2)
  await first
  stop()
  const spans = exporter.getFinishedSpans()
  const sends = spans.filter(({ name }) => name === 'send late')
  expect(sends).toHaveLength(3)
  for (const send of sends) {
    const { traceId, spanId } = send.spanContext()
    const below = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === spanId)
    expect(below.map(({ name }) => name)).toEqual(['process last', 'process slow'])
    expect(below.map((span) => span.spanContext().traceId)).toEqual([traceId, traceId])
    const slow = below[1] as (typeof spans)[number]
    expect(slow.status.code).toBe(send.status.code)
    expect(slow.attributes['error.type']).toBe(
      send.status.code === api.SpanStatusCode.ERROR ? 'cancelled' : undefined,
    )
  }
  expect(sends.filter(({ status }) => status.code === api.SpanStatusCode.ERROR)).toHaveLength(2)
})

test('with the API of OpenTelemetry alone, and no SDK, requests are answered as without telemetry', async () => {
  const noSdk = new api.ProxyTracerProvider()
  const { setSpan, getSpan, setSpanContext } = api.trace
  const trace = { getTracer: (name: string) => noSdk.getTracer(name), setSpan, getSpan, setSpanContext }
  const service = await start({ telemetry: { trace, context: api.context, ROOT_CONTEXT: api.ROOT_CONTEXT } })
  expect(await ask(service, { text: 'a' })).toMatchObject({ status: 200 })
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  expect(await ask(service, { text: 'a' }, { traceparent })).toMatchObject({ status: 200 })
})

test('attributes of generative AI come where the user opts in to them, and nowhere else', async () => {
  const Embed = defineProcessor({
    name: 'embed',
    input: z.string(),
    output: z.number(),
    models: { minilm: embeddings('all-minilm-l6-v2') },
    process: async (text, ctx) => (await ctx.infer('minilm', text)).length,
  })
  const attributes = async () => {
    await using system = createSystem({ log: false, inference: { workers: 1 } })
    const stop = traceRuns(system, api)
    await (await system.run(pipeline('embeds', z.string()).to(Embed))).ask('text')
    stop()
    return exporter.getFinishedSpans().findLast(({ name }) => name.startsWith('infer '))?.attributes ?? {}
  }
  const generative = (of: object) => Object.keys(of).filter((name) => name.startsWith('gen_ai.'))
  expect(generative(await attributes())).toEqual([])
  vi.stubEnv('OTEL_SEMCONV_STABILITY_OPT_IN', 'http,gen_ai_latest_experimental')
  onTestFinished(() => void vi.unstubAllEnvs())
  expect(await attributes()).toMatchObject({
    'gen_ai.operation.name': 'infer',
    'gen_ai.request.model': 'all-minilm-l6-v2',
    'gen_ai.provider.name': 'ganglion',
  })
})

test('[G140] calls whose rows ran in one batch are linked, whoever asked', async () => {
  await using system = createSystem({ log: false, inference: { workers: 1 } })
  const stop = traceRuns(system, api)
  const Embed = defineProcessor({
    name: 'embed',
    input: z.string(),
    output: z.number(),
    concurrency: 32,
    models: { minilm: embeddings('all-minilm-l6-v2') },
    process: async (text, ctx) => (await ctx.infer('minilm', text)).length,
  })
  const running = await system.run(pipeline('embeds', z.string()).to(Embed))
  await Promise.all(Array.from({ length: 24 }, (_, i) => running.ask(`text ${i}`)))
  stop()
  const spans = exporter.getFinishedSpans().filter(({ name }) => name.startsWith('infer '))
  expect(spans).toHaveLength(24)
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]))
  const links = spans.flatMap((span) =>
    span.links.map(({ context }) => [span, byId.get(context.spanId)] as const),
  )
  const batches = new Set(spans.map(({ attributes }) => attributes['ganglion.batch']))
  // In each batch every call links to those before it.
  const pairs = [...batches].reduce((sum: number, batch) => {
    const size = spans.filter(({ attributes }) => attributes['ganglion.batch'] === batch).length
    return sum + (size * (size - 1)) / 2
  }, 0)
  expect(links.length).toBe(pairs)
  expect(links.length).toBeGreaterThan(0)
  for (const [span, other] of links) {
    expect(other?.attributes['ganglion.batch']).toBe(span.attributes['ganglion.batch'])
    expect(other?.spanContext().traceId).not.toBe(span.spanContext().traceId)
  }
})

test('events are published on the channel ganglion:events while somebody listens there', async () => {
  await using system = createSystem({ log: false })
  const running = await system.run(flow)
  const heard: RuntimeEvent[] = []
  const listener = (event: unknown) => void heard.push(event as RuntimeEvent)
  subscribe('ganglion:events', listener)
  await running.ask(1)
  unsubscribe('ganglion:events', listener)
  await running.ask(1)
  expect(heard.map(({ type }) => type)).toEqual(['run-started', 'run-ended'])
})

test('lines that a step logs carry its run, its trace and its attempt', async () => {
  const lines: object[] = []
  const note = (fields: object) => void lines.push(fields)
  await using system = createSystem({ log: { debug: note, info: note, warn: note, error: note } })
  const Talks = defineProcessor({
    name: 'talks',
    input: z.number(),
    output: z.number(),
    process(x, ctx) {
      ctx.log('info', 'hello')
      return x
    },
  })
  const running = await system.run(pipeline('talking', z.number()).to(Talks))
  const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const { id } = await running.trace(1, { trace })
  expect(lines).toEqual([{ path: 'ganglion/talking/talks', run: id, trace, attempt: 1 }])
})
