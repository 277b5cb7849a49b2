import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { createSystem, defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import { createMetrics } from '../../src/serve/index.ts'
import { Histogram } from '../../src/serve/metrics/histogram.ts'
import { until } from '../../src/testkit/until.ts'
import { ask, call, start } from './service.ts'

/** Samples by name and labels. */
function samples(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  for (const line of lines)
    expect(line).toMatch(/^[a-z_]+(?:\{[a-z_]+="(?:[^"\\]|\\.)*"(?:,[a-z_]+="(?:[^"\\]|\\.)*")*\})? \S+$/u)
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  )
}

test('[G87] a scrape tells of runs, stages, messages and requests, and its numbers are those of the runs', async () => {
  const service = await start()
  for (let i = 0; i < 5; i++) await ask(service, { text: 'a' })
  await ask(service, { text: 'throw' })
  await ask(service, { text: 'a', wait: 1000 }, { 'x-request-timeout': '20' })
  await ask(service, {})
  const { status, headers, text } = await call(service, '/metrics')
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const seen = samples(text)
  expect(
    Object.fromEntries([...seen].filter(([name]) => /^ganglion_runs_(?:started|ended)/u.test(name))),
  ).toEqual({
    'ganglion_runs_started_total{pipeline="shouting"}': 7,
    'ganglion_runs_ended_total{pipeline="shouting",outcome="answered"}': 5,
    'ganglion_runs_ended_total{pipeline="shouting",outcome="failed"}': 1,
    'ganglion_runs_ended_total{pipeline="shouting",outcome="late"}': 1,
  })
  expect(seen.get('ganglion_run_seconds_bucket{pipeline="shouting",le="+Inf"}')).toBe(7)
  expect(seen.get('ganglion_run_seconds_count{pipeline="shouting"}')).toBe(7)
  expect(seen.get('ganglion_stage_ended_total{pipeline="shouting",stage="shout"}')).toBe(5)
  expect(seen.get('ganglion_ledger_balanced')).toBe(1)
  expect(seen.get('ganglion_runs_in_flight{pipeline="shouting"}')).toBe(0)
  expect(seen.get('ganglion_http_requests_total{route="/pipelines",status="200"}')).toBe(5)
  expect(seen.get('ganglion_http_requests_total{route="/pipelines",status="422"}')).toBe(1)
  expect(seen.get('ganglion_dead_letters_total{reason="failed"}')).toBe(1)
})

test('[G207] a step that is given up with its run counts: attempts, lost and its time balance with the arrow', async () => {
  await using system = createSystem({ log: false })
  let begun = (): void => undefined
  const began = new Promise<void>((resolve) => {
    begun = resolve
  })
  const Slow = defineProcessor({
    name: 'slow',
    input: z.number(),
    output: z.number(),
    process(x, ctx) {
      if (x === 0) return x
      begun()
      return new Promise<number>((resolve) => ctx.signal.addEventListener('abort', () => resolve(x)))
    },
  })
  const running = await system.run(pipeline('late', z.number(), { admission: false }).to(Slow))
  const metrics = createMetrics(system, { pipelines: [running] })
  await running.ask(0)
  const gone = new AbortController()
  const cancelled = [1, 2].map((x) => running.ask(x, { signal: gone.signal }))
  const late = running.ask(3, { timeout: '20ms' })
  await expect(late).rejects.toMatchObject({ code: 'deadline' })
  await began
  gone.abort()
  await Promise.allSettled(cancelled)
  const seen = samples(await metrics.text())
  const of = (name: string) => seen.get(`ganglion_stage_${name}{pipeline="late",stage="slow"}`)
  expect(seen.get('ganglion_arrow_messages_total{pipeline="late",from="input",to="slow"}')).toBe(4)
  expect([of('ended_total'), of('lost_total'), of('messages')]).toEqual([1, 3, 0])
  // One began and was given up, one ended; the others waited for them, and took no time.
  expect([of('attempts_total'), of('run_seconds_count'), of('queue_seconds_count')]).toEqual([2, 2, 4])
  expect(of('run_seconds_sum')).toBeGreaterThan(0)
  metrics.stop()
})

test('[G207] a step that ends after its run counts when it ends', async () => {
  await using system = createSystem({ log: false })
  const release: ((x: number) => void)[] = []
  const Slow = defineProcessor({
    name: 'slow',
    input: z.number(),
    output: z.number(),
    concurrency: 2,
    process: () => new Promise<number>((resolve) => release.push(resolve)),
  })
  const running = await system.run(pipeline('ordered', z.number()).to(Slow))
  const metrics = createMetrics(system, { pipelines: [running] })
  const gone = new AbortController()
  const first = running.ask(1, { orderKey: 'k' })
  const second = running.ask(2, { orderKey: 'k', signal: gone.signal })
  await until(() => release.length === 2)
  gone.abort()
  await expect(second).rejects.toMatchObject({ code: 'cancelled' })
  release[0]?.(1)
  await first
  const seen = samples(await metrics.text())
  const of = (name: string) => seen.get(`ganglion_stage_${name}{pipeline="ordered",stage="slow"}`)
  expect([of('attempts_total'), of('ended_total'), of('lost_total')]).toEqual([2, 1, 1])
  metrics.stop()
})

test('[G87] a thousand actors, pipelines of many stages and names from outside stay within the series', async () => {
  await using system = createSystem({ log: false })
  const Kinds = Array.from({ length: 100 }, (_, i) =>
    defineActor({ name: `kind${i}`, on: { add: () => {} } }),
  )
  for (let i = 0; i < 1000; i++) system.spawn(Kinds[i % 100] as (typeof Kinds)[number])
  const running = []
  for (let p = 0; p < 20; p++) {
    let chain = pipeline(`p"\\\n${p}`, z.number())
    for (let s = 0; s < 10; s++)
      chain = chain.to(
        defineProcessor({ name: `s${s}`, input: z.number(), output: z.number(), process: (x) => x + 1 }),
      )
    running.push(await system.run(chain))
  }
  const metrics = createMetrics(system, { pipelines: running })
  for (const one of running) expect(await one.ask(1)).toBe(11)
  const seen = samples(await metrics.text())
  expect(seen.size).toBeLessThanOrEqual(500)
  const ended = [...seen]
    .filter(([name]) => name.startsWith('ganglion_stage_ended_total'))
    .reduce((sum, [, n]) => sum + n, 0)
  expect(ended).toBe(200)
  const along = [...seen]
    .filter(([name]) => name.startsWith('ganglion_arrow_messages_total'))
    .reduce((sum, [, n]) => sum + n, 0)
  expect(along).toBe(200)
  metrics.stop()
})

test('[G154] the messages along each arrow are counted, through a change of weights and of branches', async () => {
  await using system = createSystem({ log: false })
  const step = (name: string) =>
    defineProcessor({ name, input: z.number(), output: z.number(), process: (x) => x + 1 })
  const plan = pipeline('sums', z.number())
    .fan({ a: step('a'), b: step('b') }, { weights: { a: 0.5, b: 0.5 } })
    .merge((parts) => Object.values(parts).reduce<number>((sum, x) => sum + (x ?? 0), 0), { name: 'sum' })
    .to(step('last'))
  const running = await system.run(plan)
  const metrics = createMetrics(system, { pipelines: [running] })
  for (let i = 0; i < 3; i++) await running.ask(1)
  running.weights({ 'input→b': 0 })
  await running.ask(1)
  running.remove('b')
  await running.ask(1)
  const counts = {
    'input→a': 5,
    'input→b': 3,
    'a→sum': 5,
    'b→sum': 3,
    'sum→last': 5,
  }
  expect(
    Object.fromEntries(running.arrows().map(({ from, to, messages }) => [`${from}→${to}`, messages])),
  ).toEqual(counts)
  const seen = samples(await metrics.text())
  for (const [arrow, count] of Object.entries(counts)) {
    const [from, to] = arrow.split('→')
    expect(seen.get(`ganglion_arrow_messages_total{pipeline="sums",from="${from}",to="${to}"}`)).toBe(count)
  }
  metrics.stop()
})

test('a histogram puts each time into the bucket whose bound it does not exceed', () => {
  const histogram = new Histogram()
  for (const ms of [0, 0.001, 0.0011, 1.024, 1.025, 60_000, 1e9, Number.NaN, -1]) histogram.observe(ms)
  expect(histogram.count).toBe(7)
  expect(histogram.upTo(0)).toBe(2)
  expect(histogram.upTo(1)).toBe(3)
  expect(histogram.upTo(10)).toBe(4)
  expect(histogram.upTo(26)).toBe(6)
})

test('the dashboard and the alerts name only metrics that a scrape has, and keep to their forms', async () => {
  const source = ['families', 'pipeline-families', 'traffic']
    .map((file) => readFileSync(`src/serve/metrics/${file}.ts`, 'utf8'))
    .join('\n')
  const known = new Set(
    [...source.matchAll(/'((?:ganglion|process|nodejs)_[a-z_]+)'/gu)].map(([, name]) => name as string),
  )
  expect(known.size).toBeGreaterThan(30)
  const named = (text: string) =>
    [...text.matchAll(/\b(?:ganglion|process|nodejs)_[a-z_]+/gu)].map(([name]) =>
      name.replace(/_(?:bucket|sum|count)$/u, ''),
    )
  const Target = z.object({ expr: z.string().min(1), refId: z.string(), legendFormat: z.string().optional() })
  const Dashboard = z.object({
    title: z.string(),
    uid: z.string().max(40),
    schemaVersion: z.number().int().min(36),
    templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
    panels: z.array(
      z.object({
        id: z.number().int(),
        type: z.enum(['timeseries', 'stat', 'row']),
        title: z.string(),
        gridPos: z.object({ h: z.number(), w: z.number().max(24), x: z.number().max(23), y: z.number() }),
        targets: z.array(Target).min(1),
      }),
    ),
  })
  const dashboard = Dashboard.parse(JSON.parse(readFileSync('deploy/grafana-dashboard.json', 'utf8')))
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  const Rule = z.strictObject({
    alert: z.string().regex(/^[A-Z]\w+$/u),
    expr: z.string(),
    for: z.string().regex(/^\d+[smh]$/u),
    labels: z.object({ severity: z.enum(['page', 'ticket']) }),
    annotations: z.object({ summary: z.string(), action: z.string() }),
  })
  const Alerts = z.strictObject({
    groups: z.array(z.strictObject({ name: z.string(), rules: z.array(Rule).min(5) })).min(1),
  })
  const alerts = Alerts.parse(parse(readFileSync('deploy/prometheus-alerts.yml', 'utf8')))
  const exprs = [
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  ]
  expect(exprs.flatMap(named).filter((name) => !known.has(name))).toEqual([])
})
