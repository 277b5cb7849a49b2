import { expect, onTestFinished, test } from 'vitest'
import { pipeline } from '../../src/index.ts'
import { serve } from '../../src/serve/index.ts'
import { ask, call, Shout, Text } from './service.ts'

async function busy(options: Parameters<typeof pipeline>[2]) {
  const service = await serve(
    { shout: pipeline('busy', Text, { timeout: '10s', ...options }).to(Shout) },
    { port: 0, signals: false, log: false, caller: (header) => ({ tenant: header('x-tenant') ?? '' }) },
  )
  onTestFinished(() => service.stop({ drain: 0 }))
  const waiting = async () => (await call(service, '/health')).body.pipelines.shout
  return { service, waiting }
}

test('[G80] what can not be answered in time is a 503 with the estimate as Retry-After, and a 429 for a tenant beyond its share', async () => {
  const { service, waiting } = await busy({ admission: { limit: { initial: 1, min: 1, max: 1 } } })
  // The door learns what a run takes.
  for (let i = 0; i < 3; i++) await ask(service, { text: 'a', wait: 60 })
  const first = ask(service, { text: 'a', wait: 2000 })
  await expect.poll(waiting).toMatchObject({ inFlight: 1 })
  const late = await ask(service, { text: 'a' }, { 'x-request-timeout': '20ms' })
  expect(late).toMatchObject({ status: 503, body: { code: 'overloaded', retryAfterMs: expect.any(Number) } })
  expect(Number(late.headers['retry-after'])).toBe(Math.max(1, Math.ceil(late.body.retryAfterMs / 1000)))
  const queue = ['a', 'a', 'a', 'b'].map((tenant) => ask(service, { text: 'a' }, { 'x-tenant': tenant }))
  await expect.poll(waiting).toMatchObject({ waiting: 4 })
  const refused = (tenant: string) =>
    ask(service, { text: 'a' }, { 'x-tenant': tenant, 'x-request-timeout': '20ms' })
  expect(await refused('a')).toMatchObject({ status: 429, body: { code: 'overloaded' } })
  expect(await refused('b')).toMatchObject({ status: 503, body: { code: 'overloaded' } })
  expect((await Promise.all([first, ...queue])).map(({ status }) => status)).toEqual([
    200, 200, 200, 200, 200,
  ])
})

test('[G80] a tenant with a greater share is told 429 beyond that share, not beyond an equal one', async () => {
  const limit = { initial: 1, min: 1, max: 1 }
  const { service, waiting } = await busy({ admission: { limit, tenants: { gold: 3 } } })
  for (let i = 0; i < 3; i++) await ask(service, { text: 'a', wait: 60 })
  const asked = [ask(service, { text: 'a', wait: 2000 })]
  await expect.poll(waiting).toMatchObject({ inFlight: 1 })
  const wait = (...tenants: string[]) =>
    asked.push(...tenants.map((tenant) => ask(service, { text: 'a' }, { 'x-tenant': tenant })))
  const refused = async (tenant: string) =>
    (await ask(service, { text: 'a' }, { 'x-tenant': tenant, 'x-request-timeout': '20ms' })).status
  wait('gold', 'gold', 'gold', 'free')
  await expect.poll(waiting).toMatchObject({ waiting: 4 })
  expect([await refused('gold'), await refused('free')]).toEqual([503, 503])
  wait('free')
  await expect.poll(waiting).toMatchObject({ waiting: 5 })
  expect([await refused('gold'), await refused('free')]).toEqual([503, 429])
  expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]))
})

test('[G80] a full pipeline is a 503 that says when to come back', async () => {
  const { service, waiting } = await busy({ maxInFlight: 1 })
  const first = ask(service, { text: 'a', wait: 300 })
  await expect.poll(waiting).toMatchObject({ inFlight: 1 })
  const full = await ask(service, { text: 'a' })
  expect([full.status, full.body.code, full.headers['retry-after']]).toEqual([503, 'pipeline-full', '1'])
  expect((await first).status).toBe(200)
})
