import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type ActorRef, defineActor, defineProcessor, pipeline } from '../../src/index.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { eventually } from './eventually.ts'
import { ownSystems } from './own-systems.ts'

const als = new AsyncLocalStorage<number>()
const system = ownSystems()
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const N = z.number()
const callers = Array.from({ length: 50 }, (_, i) => i)

/** Each caller asks at once, in its own context; what came back is what each handler saw. */
const asEach = async <T>(ask: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(callers.map((i) => als.run(i, () => ask(i))))

describe('a handler runs in the context of whoever sent the message', () => {
  test('[G51] in actors: at once, after an await, and in the actors that it asks in turn', async () => {
    const s = system()
    const Inner = defineActor({ name: 'inner', on: { go: () => als.getStore() } })
    const inner = s.spawn(Inner)
    const Outer = defineActor({
      name: 'outer',
      on: {
        async go(ctx) {
          const first = als.getStore()
          const asked = await ctx.ask(inner, 'go')
          await pause(1)
          return [first, asked, als.getStore()]
        },
        now: () => als.getStore(),
      },
    })
    const outer = s.router(Outer, { replicas: 5 })
    expect(await asEach(() => outer.ask('go'))).toEqual(callers.map((i) => [i, i, i]))
    const one = s.spawn(Outer)
    expect(await asEach(() => one.ask('now'))).toEqual(callers)
  })

  test('in retries, timers and what is sent later', async () => {
    const s = system()
    const seen: (number | undefined)[][] = []
    const Flaky = defineActor({
      name: 'flaky',
      retry: { attempts: 2, backoff: 2 },
      on: {
        go(ctx, i: number) {
          if (ctx.attempt === 1) throw new Error('once more')
          ctx.schedule(1, ctx.self as ActorRef<{ late: (ctx: unknown, i: number) => void }>, 'late', i)
          return als.getStore()
        },
        late(_ctx, i: number) {
          seen.push([i, als.getStore()])
        },
      },
    })
    const ref = s.spawn(Flaky)
    expect(await asEach((i) => ref.ask('go', i, { orderKey: String(i) }))).toEqual(callers)
    await pause(30)
    expect(seen).toHaveLength(callers.length)
    for (const [i, store] of seen) expect(store).toBe(i)
  })

  test('in timers', async () => {
    const s = system()
    const seen: (number | undefined)[][] = []
    const Timed = defineActor({
      name: 'timed',
      on: {
        go: (ctx, i: number) => ctx.timers.after(String(i), 1, 'late', i),
        late(_ctx, i: number) {
          seen.push([i, als.getStore()])
        },
      },
    })
    const ref = s.spawn(Timed)
    await asEach((i) => ref.ask('go', i))
    await eventually(() => expect(seen).toHaveLength(callers.length))
    for (const [i, store] of seen) expect(store).toBe(i)
  })

  test('[G51] in observers of a run, also when somebody else ends a step', async () => {
    const slow = defineProcessor({
      name: 'slow',
      input: N,
      output: N,
      process: () => new Promise<number>(() => {}),
    })
    const running = await system().run(pipeline('p', N).to(slow))
    const seen: (number | undefined)[] = []
    const asked = als
      .run(1, () => running.ask(1, { onEvent: () => seen.push(als.getStore()) }))
      .catch(() => {})
    await eventually(() => expect(running.processors()[0]?.load).toBe(1))
    await als.run(2, async () => running.kill('slow'))
    await als.run(3, async () => running.kill('slow'))
    await eventually(() => expect(running.processors()[0]?.load).toBe(1))
    await als.run(4, () => running.stop({ drain: 0 }))
    await asked
    expect(new Set(seen)).toEqual(new Set([1]))
  })

  test('in processors and pipelines: every stage, through retries, fan-ins and order keys', async () => {
    const s = system()
    const seen: (number | undefined)[][] = []
    const look = (name: string, fails = false) =>
      defineProcessor({
        name,
        input: N,
        output: N,
        concurrency: 4,
        retry: { attempts: 2, backoff: 1 },
        async process(x, ctx) {
          seen.push([x, als.getStore()])
          await pause(x % 3)
          seen.push([x, als.getStore()])
          if (fails && ctx.attempt === 1) throw new Error('once more')
          return x
        },
      })
    const running = await s.run(
      pipeline('p', N)
        .to(look('first'))
        .fan({ a: look('a', true), b: look('b') })
        .merge((parts) => {
          seen.push([parts.a, als.getStore()])
          return parts.a
        })
        .map((x) => {
          seen.push([x, als.getStore()])
          return x
        })
        .to(look('last')),
    )
    expect(await asEach((i) => running.ask(i))).toEqual(callers)
    expect(seen.length).toBeGreaterThan(callers.length * 8)
    expect(seen.filter(([x, store]) => x !== store)).toEqual([])
    const alone = s.spawn(look('alone'))
    seen.length = 0
    await asEach((i) => alone.ask(i, { orderKey: 'one' }))
    expect(seen.filter(([x, store]) => x !== store)).toEqual([])
  })

  test('in merges that a timer completes, and where an order key made a later run wait', async () => {
    const s = system()
    const seen: (number | undefined)[][] = []
    const look = (name: string, ms: (x: number) => number) =>
      defineProcessor({
        name,
        input: N,
        output: N,
        concurrency: 99,
        async process(x) {
          seen.push([x, als.getStore()])
          await pause(ms(x))
          return x
        },
      })
    const running = await s.run(
      pipeline('p', N)
        .fan({ quick: look('quick', () => 0), slow: look('slow', () => 30) })
        .merge(
          ({ quick = -1 }) => {
            seen.push([quick, als.getStore()])
            return quick
          },
          { quorum: 1, grace: '2ms' },
        )
        .to(look('last', (x) => x % 3)),
    )
    const asked = asEach((i) => running.ask(i, { orderKey: `k${i % 4}` }))
    await running.replace(
      'last',
      look('last', () => 0),
    )
    const more = asEach((i) => running.ask(i, { orderKey: `k${i % 4}` }))
    await running.replace(
      'last',
      look('last', () => 0),
    )
    expect([await asked, await more]).toEqual([callers, callers])
    expect(seen.filter(([x, store]) => x !== store)).toEqual([])
  })

  test('or, where its author gives that up, in nobody’s', async () => {
    const s = system({ context: 'neutral' })
    const ref = s.spawn(defineActor({ name: 'a', on: { go: () => als.getStore() } }))
    const running = await s.run(pipeline('p', N).map(() => als.getStore() ?? -1))
    expect(new Set(await asEach(() => ref.ask('go')))).toEqual(new Set([undefined]))
    expect(new Set(await asEach((i) => running.ask(i)))).toEqual(new Set([-1]))
  })

  test('a context that is neither is refused', () => {
    expect(() => createSystem({ context: 'mine' as never })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'context' }),
    )
  })
})
