import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import type { ReplicaChoice } from '../../src/system/router.ts'

function pool(route: ReplicaChoice, replicas: number) {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  let made = 0
  const Worker = defineActor({
    name: 'worker',
    state: () => {
      made += 1
      return { me: made, n: 0 }
    },
    on: {
      who(ctx, _key: string) {
        ctx.state.n += 1
        return ctx.state.me
      },
      n: (ctx) => ctx.state.n,
      hang: () => new Promise<number>(() => {}),
      failUnless(ctx, me: number) {
        if (ctx.state.me !== me) throw new Error('not me')
        return me
      },
    },
  })
  const router = system.router(Worker, { name: 'pool', replicas, route })
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    promise.catch(() => {})
    await kernel.settle()
    return promise
  }
  const counts = async () => {
    const all: number[] = []
    for (const replica of router.replicas) all.push(await settled(replica.ask('n')))
    return all
  }
  return { kernel, system, router, settled, counts }
}

test('round-robin spreads evenly, also after a resize, and loses nothing when it shrinks', async () => {
  const { kernel, system, router, counts } = pool('round-robin', 3)
  for (let i = 0; i < 9; i++) router.tell('who', 'x')
  await kernel.settle()
  expect(await counts()).toEqual([3, 3, 3])
  router.resize(4)
  for (let i = 0; i < 8; i++) router.tell('who', 'x')
  expect(router.load).toBe(8)
  router.resize(1)
  await kernel.settle()
  expect(system.paths()).toHaveLength(2)
  expect(system.ledger()).toMatchObject({ handled: 17, deadLettered: {}, inFlight: 0, balanced: true })
  expect(router.path).toBe('ganglion/pool')
})

test('least-loaded avoids the one that hangs', async () => {
  const { router, settled, counts, kernel } = pool('least-loaded', 2)
  router.tell('hang')
  for (let i = 0; i < 5; i++) expect(await settled(router.ask('who', 'x'))).toBe(2)
  router.replicas[0]?.kill('test')
  await kernel.advance(100)
  expect(await counts()).toEqual([0, 5])
})

test('consistent-hash keeps a key at its replica; a new replica takes only some of the keys', async () => {
  const { router, settled } = pool('consistent-hash', 4)
  const keys = Array.from({ length: 200 }, (_, i) => `user-${i}`)
  const before: number[] = []
  for (const key of keys) before.push(await settled(router.ask('who', key)))
  for (const [i, key] of keys.entries()) expect(await settled(router.ask('who', key))).toBe(before[i])
  expect(new Set(before).size).toBe(4)
  router.resize(5)
  let moved = 0
  for (const [i, key] of keys.entries()) {
    const who = await settled(router.ask('who', key))
    if (who !== before[i]) {
      moved += 1
      expect(who).toBe(5)
    }
  }
  expect(moved).toBeGreaterThan(10)
  expect(moved).toBeLessThan(90)
})

test('broadcast reaches all', async () => {
  const { kernel, system, router, counts } = pool('broadcast', 3)
  router.tell('who', 'x')
  await kernel.settle()
  expect(await counts()).toEqual([1, 1, 1])
  expect(system.ledger().balanced).toBe(true)
})

test('first: the first reply that is not an error; an error only when all have failed', async () => {
  const { router, settled, system } = pool('first', 3)
  expect(await settled(router.ask('failUnless', 2))).toBe(2)
  await expect(settled(router.ask('failUnless', 99))).rejects.toMatchObject({ code: 'handler-failed' })
  expect(system.ledger().balanced).toBe(true)
})

test('a router without replicas, or with an unknown policy, is refused', async () => {
  const { system, router, kernel } = pool('round-robin', 1)
  const A = defineActor({ name: 'a' })
  expect(() => system.router(A, { replicas: 0 })).toThrow(InvalidArgumentError)
  expect(() => system.router(A, { replicas: 1, route: 'psychic' as never })).toThrow(InvalidArgumentError)
  expect(() => router.resize(-1)).toThrow(InvalidArgumentError)
  void router.stop()
  await kernel.settle()
  expect(() => router.tell('n')).toThrow(expect.objectContaining({ code: 'actor-stopped' }) as Error)
})

test('what is published reaches every subscriber until it unsubscribes or stops', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const seen: string[] = []
  const listener = (name: string) =>
    defineActor({ name, on: { news: (_ctx, text: string) => void seen.push(`${name} ${text}`) } })
  const a = system.spawn(listener('a'))
  const b = system.spawn(listener('b'))
  const offA = system.subscribe('news', a, 'news')
  system.subscribe('news', b, 'news')
  expect(system.publish('news', 1)).toBe(2)
  await kernel.settle()
  offA()
  void b.stop()
  expect(system.publish('news', 2)).toBe(0)
  expect(system.publish('sports', 3)).toBe(0)
  await kernel.settle()
  expect(seen).toEqual(['a 1', 'b 1'])
})

test('a router is watched and subscribed like an actor', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const Worker = defineActor({
    name: 'worker',
    state: () => [] as string[],
    on: { read: (ctx, news: string) => ctx.state.push(news) },
  })
  const router = system.router(Worker, { name: 'pool', replicas: 2, route: 'broadcast' })
  const heard: string[] = []
  const Guard = defineActor({
    name: 'guard',
    on: { guard: (ctx) => ctx.watch(router) },
    signals: { terminated: (_ctx, { ref }) => void heard.push(ref.path) },
  })
  system.spawn(Guard).tell('guard')
  system.subscribe('news', router, 'read')
  expect(system.publish('news', 'kettles are back')).toBe(1)
  const read = router.ask('read', 'and boats')
  await kernel.settle()
  expect(await read).toBe(2)
  const stopped = router.stop()
  await kernel.settle()
  await stopped
  expect(heard).toEqual(['ganglion/pool'])
})
