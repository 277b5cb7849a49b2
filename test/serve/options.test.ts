import { expect, onTestFinished, test } from 'vitest'
import { createSystem } from '../../src/index.ts'
import {
  createMetrics,
  createService,
  fastifyService,
  type ServeOptions,
  type Service,
  serve,
} from '../../src/serve/index.ts'
import { shouting, start } from './service.ts'

const wrong: readonly [path: string, options: object][] = [
  ['token', { token: [] }],
  ['token', { token: '' }],
  ['token', { token: [5] }],
  ['hosts', { hosts: [5] }],
  ['caller', { caller: {} }],
  ['log', { log: 'stderr' }],
  ['log', { log: true }],
  ['models', { models: [] }],
  ['mcp', { mcp: {} }],
  ['title', { title: 5 }],
  ['version', { version: 2 }],
  ['signals', { signals: 'SIGTERM' }],
  ['system', { system: {} }],
]

test.each(wrong)('[G110] what is no %s is refused there: %j', async (path, options) => {
  const served = serve({ shouting }, { port: 0, ...(options as ServeOptions) })
  onTestFinished(() => served.then((service) => service.stop({ drain: 0 })).catch(() => undefined))
  await expect(served).rejects.toMatchObject({ code: 'invalid-argument', path })
})

test('[G110] the drain of a stop, a service for Fastify and what metrics show are checked where they are given', async () => {
  const service = await start()
  for (const drain of ['soon', -1, Number.NaN])
    await expect(service.stop({ drain })).rejects.toMatchObject({
      code: 'invalid-argument',
      path: 'stop.drain',
    })
  const inner = await createService({ shouting }, { log: false })
  onTestFinished(() => inner.stop({ drain: '1ms' }))
  await expect(inner.stop({ drain: -1 })).rejects.toMatchObject({ path: 'stop.drain' })
  // Nothing has stopped.
  expect((await fetch(`${service.url}/ready`)).status).toBe(200)
  expect(() => fastifyService({} as Service)).toThrow(expect.objectContaining({ path: 'service' }))
  const system = createSystem()
  onTestFinished(() => system.stop())
  for (const options of [{ pipelines: 5 }, { series: 0 }, { engine: 'yes' }] as object[])
    expect(() => createMetrics(system, options)).toThrow(
      expect.objectContaining({ path: `createMetrics.${Object.keys(options)[0]}` }),
    )
})
