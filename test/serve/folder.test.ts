import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as api from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openFolder, type QuestionAnswering } from '../../actors/question-answering/open-folder.ts'
import { createInference, type InferenceEngine } from '../../src/inference/index.ts'
import { type HttpService, serve } from '../../src/serve/index.ts'
import { folderOf } from '../cli/cli.ts'
import { call, shouting } from './service.ts'

const QUESTION = { question: 'What colour is the pump?' }
let engine: InferenceEngine
let docs: string
let indexDir: string

beforeAll(async () => {
  engine = createInference({ workers: 1 })
  docs = await folderOf({ 'pump.md': '# Pump\n\nThe pump is blue.\n' })
  indexDir = await mkdtemp(join(tmpdir(), 'ganglion-index-'))
})
afterAll(async () => {
  await engine.stop()
  await rm(docs, { recursive: true })
  await rm(indexDir, { recursive: true })
})

const open = (): Promise<QuestionAnswering> =>
  openFolder({ docs, indexDir, reader: false, inference: engine })

const post = (service: HttpService, name: string, body: object) =>
  call(service, `/pipelines/${name}`, { body: JSON.stringify(body) })

/** The series of one family, without their order. */
async function family(service: HttpService, name: string): Promise<Record<string, number>> {
  const { text } = await call(service, '/metrics')
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  const series = lines.map((line) => [line.split(' ')[0] as string, Number(line.split(' ').at(-1))] as const)
  expect(new Set(series.map(([key]) => key)).size).toBe(series.length)
  return Object.fromEntries(series)
}

test('[G177] a served folder shows its load and its series beside a pipeline, also after a refresh', async () => {
  const team = await open()
  const service = await serve({ team, shouting }, { port: 0, signals: false, log: false })
  expect((await post(service, 'team', QUESTION)).body.answer).toBe('The pump is blue.')
  expect((await post(service, 'shouting', { text: 'a' })).status).toBe(200)
  const { body } = await call(service, '/health')
  expect(body.pipelines.team).toEqual({
    inFlight: 0,
    waiting: 0,
    limit: team.pipelines[0]?.load().limit,
    refused: 0,
    expired: 0,
  })
  await writeFile(join(docs, 'pump.md'), '# Pump\n\nThe pump is green.\n')
  await team.refresh()
  expect((await post(service, 'team', QUESTION)).body.answer).toBe('The pump is green.')
  expect(await family(service, 'ganglion_runs_ended_total')).toEqual({
    'ganglion_runs_ended_total{pipeline="question-answering",outcome="answered"}': 2,
    'ganglion_runs_ended_total{pipeline="shouting",outcome="answered"}': 1,
  })
  expect(await family(service, 'ganglion_ledger_balanced')).toEqual({ ganglion_ledger_balanced: 1 })
  expect(await family(service, 'ganglion_workers')).toEqual({ ganglion_workers: 1 })
  const rows = await family(service, 'ganglion_model_rows_total')
  expect(Object.values(rows).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0)
  const limits = await family(service, 'ganglion_runs_limit')
  expect(Object.keys(limits).sort()).toEqual([
    'ganglion_runs_limit{pipeline="question-answering"}',
    'ganglion_runs_limit{pipeline="shouting"}',
  ])
  await service.stop()
  await expect(team.ask('What colour is the pump?')).rejects.toMatchObject({ code: 'pipeline-stopped' })
})

test('[G177] two folders add up, and a service of them alone has an engine’s series', async () => {
  const [one, two] = await Promise.all([open(), open()])
  const service = await serve({ one, two }, { port: 0, signals: false, log: false })
  await Promise.all(['one', 'two'].map((name) => post(service, name, QUESTION)))
  expect(await family(service, 'ganglion_runs_ended_total')).toEqual({
    'ganglion_runs_ended_total{pipeline="question-answering",outcome="answered"}': 2,
  })
  const limits = [one, two].map(({ pipelines }) => pipelines[0]?.load().limit ?? Number.NaN)
  expect(await family(service, 'ganglion_runs_limit')).toEqual({
    'ganglion_runs_limit{pipeline="question-answering"}': limits.reduce((sum, limit) => sum + limit),
  })
  expect(await family(service, 'ganglion_workers')).toEqual({ ganglion_workers: 1 })
  await service.stop()
  for (const { systems } of [one, two])
    expect(systems.map((system) => system.pending())).toEqual([{ actors: [], timers: 0, asks: 0 }])
})

test('[G88] a request to a served folder, its run and all its steps are one trace, also after a refresh', async () => {
  const exporter = new InMemorySpanExporter()
  api.trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
  onTestFinished(() => void api.trace.disable())
  const team = await open()
  const service = await serve({ team }, { port: 0, signals: false, log: false, telemetry: api })
  const ask = async (traceId: string) => {
    const traceparent = `00-${traceId}-${'b'.repeat(16)}-01`
    const answer = await call(service, '/pipelines/team', {
      body: JSON.stringify(QUESTION),
      headers: { traceparent },
    })
    expect(answer.status).toBe(200)
    const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId)
    const named = new Map(spans.map((span) => [span.spanContext().spanId, span.name]))
    return spans.map(({ name, parentSpanContext }) => [
      name,
      parentSpanContext?.spanId === 'b'.repeat(16) ? 'caller' : named.get(parentSpanContext?.spanId ?? ''),
    ])
  }
  const first = await ask('a'.repeat(32))
  const steps = first.filter(([name]) => name?.startsWith('process '))
  expect(first).toContainEqual(['POST /pipelines/team', 'caller'])
  expect(first).toContainEqual(['send question-answering', 'POST /pipelines/team'])
  expect(steps.length).toBeGreaterThan(3)
  expect(steps.filter(([, parent]) => parent !== 'send question-answering')).toEqual([])
  await writeFile(join(docs, 'pump.md'), '# Pump\n\nThe pump is red.\n')
  await team.refresh()
  const again = await ask('c'.repeat(32))
  expect(again.filter(([name]) => name?.startsWith('process ')).length).toBe(steps.length)
  await service.stop()
})
