import autocannon from 'autocannon'
import { expect, onTestFinished, test } from 'vitest'
import { createSystem, defineProcessor, pipeline } from '../../src/index.ts'
import { custom } from '../../src/inference/index.ts'
import { serve } from '../../src/serve/index.ts'
import { inRepository } from '../inference/tasks/model-folders.ts'
import { call, Text } from './service.ts'

type Statuses = Readonly<Record<string, { readonly count?: number } | undefined>>

const Slow = defineProcessor({
  name: 'slow',
  input: Text,
  output: Text,
  concurrency: 2,
  process: (x) => new Promise<typeof x>((resolve) => setTimeout(resolve, 20, x)),
})

test('[G80] far more than it can answer: each request is answered or refused, no connection is reset, nothing is left', async () => {
  const system = createSystem({ log: false })
  const running = await system.run(pipeline('slow', Text, { timeout: '500ms' }).to(Slow))
  const service = await serve({ slow: running }, { port: 0, signals: false, log: false, system })
  onTestFinished(async () => {
    await service.stop({ drain: 0 })
    await system.stop({ drain: 0 })
  })
  const load = autocannon({
    url: `${service.url}/pipelines/slow`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"text":"hello"}',
    connections: 100,
    amount: 5000,
    timeout: 30,
  })
  const { '2xx': answered, errors, timeouts, resets, statusCodeStats = {} } = await load
  expect({ errors, timeouts, resets }).toEqual({ errors: 0, timeouts: 0, resets: 0 })
  const { '200': _answered, '503': refused, '504': late, ...others } = statusCodeStats as Statuses
  expect(others).toEqual({})
  expect(answered).toBeGreaterThan(0)
  expect(refused?.count).toBeGreaterThan(0)
  // Until it knows what a run takes, more begin than can end in time.
  expect(late?.count ?? 0).toBeLessThanOrEqual(200)
  await expect.poll(() => service.inFlight).toBe(0)
  expect(running.load()).toMatchObject({ inFlight: 0, waiting: 0 })
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('three workers that die within half a minute make a service not ready', async () => {
  const exits = custom<string, string>(inRepository('test/inference/fixtures/modules/hostile.mjs'), {
    model: 'all-minilm-l6-v2',
  })
  const system = createSystem({ log: false, inference: { workers: 1, isolation: 'process' } })
  const Exits = defineProcessor({
    name: 'exits',
    input: Text,
    output: Text,
    retry: { attempts: 1 },
    models: { exits },
    async process(x, ctx) {
      await ctx.infer('exits', x.text)
      return x
    },
  })
  const service = await serve(
    { exits: pipeline('exits', Text, { timeout: '60s' }).to(Exits) },
    { port: 0, signals: false, log: false, system },
  )
  onTestFinished(async () => {
    await service.stop({ drain: 0 })
    await system.stop({ drain: 0 })
  })
  await service.warmed
  expect(await call(service, '/ready')).toMatchObject({ status: 200 })
  await expect
    .poll(async () => {
      await call(service, '/pipelines/exits', { body: '{"text":"exit"}' })
      return (await call(service, '/health')).body.workerDeaths
    })
    .toBe(3)
  expect(await call(service, '/ready')).toMatchObject({
    status: 503,
    body: { reasons: ['3 workers died within 30 s'] },
  })
})
