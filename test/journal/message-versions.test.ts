import { expect, test } from 'vitest'
import { defineActor } from '../../src/index.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { simulate } from '../../src/simulation/simulate.ts'
import type { ActorSystem } from '../../src/system/actor-system.ts'
import { live } from './lives.ts'

/** One actor as three releases have it: a payment was a number, then { amount }, then { cents }. */
const release = (version: 1 | 2 | 3) =>
  defineActor({
    name: 'till',
    durable: {
      messages: {
        pay: [
          (amount: number) => ({ amount }),
          ({ amount }: { amount: number }) => {
            if (amount < 0) throw new RangeError('a payment below nothing')
            return { cents: amount * 100 }
          },
        ].slice(0, version - 1),
      },
    },
    state: () => ({ got: [] as unknown[] }),
    on: {
      pay(ctx, body: unknown) {
        ctx.state.got.push(body)
      },
      later(ctx, body: unknown) {
        ctx.timers.durable('due', '1h', 'pay', body)
        ctx.timers.durable('beat', { every: '1d' }, 'pay', body)
      },
      got: (ctx) => ctx.state.got,
    },
  })

const waits = async (disk: MemoryDisk, version: 1 | 2 | 3, bodies: readonly unknown[]): Promise<void> => {
  const life = await live(disk)
  const till = life.system.spawn(release(version))
  till.suspend()
  for (const body of bodies) await till.offer('pay', body)
  await life.system.stop({ drain: 0 })
  await life.journal.close()
}

test('[G132] a message of an earlier release reaches its handler with the body of today', async () => {
  const disk = new MemoryDisk()
  await waits(disk, 1, [5])
  await waits(disk, 2, [{ amount: 6 }])
  const life = await live(disk)
  const till = life.system.spawn(release(3))
  await till.ask('pay', { cents: 7 })
  expect(await till.ask('got')).toEqual([{ cents: 500 }, { cents: 600 }, { cents: 7 }])
  await life.end()
})

test('[G132] a message of a later release, or one that can not be migrated, waits and is no dead letter', async () => {
  const disk = new MemoryDisk()
  await waits(disk, 3, [{ cents: 1 }])
  await waits(disk, 1, [-8, 9])
  const old = await live(disk)
  const till = old.system.spawn(release(1))
  await till.ask('pay', 10)
  // The release goes on with what it knows.
  expect(await till.ask('got')).toEqual([-8, 9, 10])
  expect(old.journal.figures().messages).toBe(1)
  expect(old.system.deadLetters.size).toBe(0)
  await old.end()
  await waits(disk, 1, [-8])
  for (let again = 0; again < 2; again++) {
    const latest = await live(disk)
    const now = latest.system.spawn(release(3))
    // -8 waits for a release with a better migration.
    expect(await now.ask('got')).toEqual([-8, 9, 10, { cents: 1 }])
    expect(latest.journal.figures().messages).toBe(1)
    await latest.end()
  }
})

test('[G132] a timer that an earlier release has set sends the body of today, at every beat', async () => {
  const { failure } = await simulate({ seed: 1, timeLimit: '30d' }, async (sim) => {
    const system = (journal: object): ActorSystem => sim.system({ name: 'home', journal: journal as never })
    const disk = new MemoryDisk()
    const first = await live(disk, { kernel: sim.kernel, system })
    await first.system.spawn(release(2)).ask('later', { amount: 3 })
    await first.end()
    const second = await live(disk, { kernel: sim.kernel, system })
    const now = second.system.spawn(release(3))
    await sim.sleep('60h')
    expect(await now.ask('got')).toEqual([{ cents: 300 }, { cents: 300 }, { cents: 300 }])
    await second.end()
  })
  expect(failure).toBeUndefined()
})

test.each<[string, (body: never) => unknown]>([
  [
    'throws undefined',
    () => {
      throw undefined
    },
  ],
  ['is asynchronous', async (amount) => ({ amount })],
  [
    'rejects later',
    async () => {
      throw new RangeError('later')
    },
  ],
  // biome-ignore lint/suspicious/noThenProperty: it is the case
  ['gives a thenable of its own', () => ({ then: () => undefined })],
])('[G132] a message whose migration %s waits, and those behind it go on', async (_what, migrate) => {
  const disk = new MemoryDisk()
  await waits(disk, 1, [5])
  const till = (messages: Record<string, ((body: never) => unknown)[]>) =>
    defineActor({
      name: 'till',
      durable: { messages },
      state: () => ({ got: [] as unknown[] }),
      on: { pay: (ctx, body: unknown) => void ctx.state.got.push(body), got: (ctx) => ctx.state.got },
    })
  for (let again = 0; again < 2; again++) {
    const life = await live(disk)
    const now = life.system.spawn(till({ pay: [migrate] }))
    await now.ask('pay', 6)
    expect(await now.ask('got')).toEqual(Array(again + 1).fill(6))
    expect([life.journal.figures().messages, life.system.deadLetters.size]).toEqual([1, 0])
    await life.end()
  }
  // A release with a better migration; one that changes nothing is a migration too.
  const life = await live(disk)
  const now = life.system.spawn(till({ pay: [(amount: number) => ({ amount }), (body: unknown) => body] }))
  expect(await now.ask('got')).toEqual([6, 6, { amount: 5 }])
  await life.end()
})

test('[G132] an asynchronous migration of a state is refused as one that throws', async () => {
  const disk = new MemoryDisk()
  const counter = (migrations: readonly ((state: never) => unknown)[]) =>
    defineActor({
      name: 'counter',
      durable: { migrations },
      state: () => ({ n: 0 }),
      on: { add: (ctx) => ++ctx.state.n },
    })
  const first = await live(disk)
  expect(await first.system.spawn(counter([])).ask('add')).toBe(1)
  await first.end()
  const second = await live(disk)
  const refused = second.system.spawn(counter([async (state: object) => state]))
  await expect(refused.ask('add')).rejects.toMatchObject({
    code: 'actor-stopped',
    cause: { code: 'journal-state', cause: { code: 'invalid-argument', path: 'durable.migrations' } },
  })
  await second.end()
  const third = await live(disk)
  expect(await third.system.spawn(counter([(state: object) => state])).ask('add')).toBe(2)
  await third.end()
})

test('messages that are no lists of functions are refused by their path', () => {
  const wrong = (messages: unknown) => () =>
    defineActor({ name: 'wrong', durable: { messages } as never, state: () => 0, on: { pay: () => 1 } })
  expect(wrong({ pay: [1] })).toThrow(expect.objectContaining({ path: 'wrong.durable.messages.pay' }))
  // biome-ignore lint/suspicious/noSparseArray: it is the case
  expect(wrong({ pay: [(body: unknown) => body, , (body: unknown) => body] })).toThrow(
    expect.objectContaining({ path: 'wrong.durable.messages.pay' }),
  )
  expect(wrong({ pay: (body: unknown) => body })).toThrow(
    expect.objectContaining({ path: 'wrong.durable.messages.pay' }),
  )
  expect(wrong([])).toThrow(expect.objectContaining({ path: 'wrong.durable.messages' }))
})
