import { expect, test } from 'vitest'
import { z } from 'zod'
import * as ganglion from '../../src/index.ts'
import {
  BreakerOpenError,
  createSystem,
  defineActor,
  defineProcessor,
  MemoryStore,
  pipeline,
  platformKernel,
  type Resilience,
  type RouterRef,
  resilience,
  StoreConflictError,
} from '../../src/index.ts'
import { InferenceEngine } from '../../src/inference/engine.ts'
import { until } from '../../src/testkit/until.ts'

test('a resilience guards work outside of any actor', async () => {
  const guard: Resilience = resilience(platformKernel(), {
    name: 'weather',
    breaker: { failures: 1, within: '1m', open: '1m' },
  })
  const down = () => Promise.reject(new Error('down'))
  await expect(guard.run(down)).rejects.toThrow('down')
  await expect(guard.run(down)).rejects.toBeInstanceOf(BreakerOpenError)
  expect(guard.breaker).toBe('open')
})

test('a memory store is conditional', async () => {
  const store = new MemoryStore()
  const write = [{ key: 'a', value: Uint8Array.of(1), expect: { value: undefined } }]
  await store.commit(write)
  await expect(store.commit(write)).rejects.toBeInstanceOf(StoreConflictError)
})

test('a run is checkpointed into a memory store and resumed from it', async () => {
  const where = { stuck: true, ran: 0 }
  const wait = defineProcessor({
    name: 'wait',
    input: z.number(),
    output: z.number(),
    process: (n, ctx) => {
      where.ran += 1
      if (!where.stuck) return n * 10
      return new Promise<number>((_resolve, reject) =>
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error)),
      )
    },
  })
  await using system = createSystem()
  const running = await system.run(pipeline('p', z.number()).to(wait))
  const store = new MemoryStore()
  const asked = running.ask(4).catch((error: unknown) => error)
  await until(() => where.ran !== 0)
  await running.checkpoint(running.runs()[0] as number, { store, key: 'run/1' })
  expect(await asked).toMatchObject({ code: 'run-moved' })
  where.stuck = false
  expect(await running.resume({ store, key: 'run/1' })).toMatchObject({ value: 40 })
})

test('a router has a type that can be named', async () => {
  const Echo = defineActor({ name: 'echo', on: { say: (_ctx, text: string) => text } })
  await using system = createSystem()
  const router: RouterRef<{ say: (ctx: never, text: string) => string }> = system.router(Echo, {
    replicas: 2,
  })
  expect(await router.ask('say', 'hi')).toBe('hi')
})

test('the options of the engine that a system makes reach it', async () => {
  await using system = createSystem({ inference: { isolation: 'process' } })
  expect(await system.inference()).toBeInstanceOf(InferenceEngine)
  // What the engine doesn't know is refused at once, not at the first call of a model.
  expect(() => createSystem({ inference: { isolation: 'moon' as 'process' } })).toThrow(
    expect.objectContaining({ path: 'isolation' }),
  )
})

test('every error that a handle or a context promises can be imported', () => {
  for (const name of [
    'MessageLostError',
    'StashFullError',
    'UnknownStateError',
    'StaleContextError',
    'ReplyError',
  ])
    expect(ganglion).toHaveProperty(name)
})
