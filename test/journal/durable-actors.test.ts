import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { type Life, live } from './lives.ts'

const Counter = defineActor({
  name: 'counter',
  durable: true,
  state: () => ({ total: 0 }),
  on: {
    add(ctx, { by }: { by: number }) {
      ctx.state.total += by
      return ctx.state.total
    },
    fail(ctx) {
      ctx.state.total += 1000
      throw new RangeError('no')
    },
  },
})

/** What `kill -9` leaves: everything that was written, flushed or not. */
async function killed(disk: MemoryDisk, life: Life): Promise<MemoryDisk> {
  const left = disk.copy()
  await life.system.stop({ drain: 0 })
  return left
}

test('[G96] the state is in the next process what the last handled message left', async () => {
  let disk = new MemoryDisk()
  const first = await live(disk)
  const counter = first.system.spawn(Counter)
  expect(await counter.ask('add', { by: 2 })).toBe(2)
  expect(await counter.ask('add', { by: 3 })).toBe(5)
  disk = await killed(disk, first)

  const second = await live(disk)
  expect(await second.system.spawn(Counter).ask('add', { by: 1 })).toBe(6)
  await second.end()
  const third = await live(disk)
  expect(await third.system.spawn(Counter).ask('add', { by: 1 })).toBe(7)
  expect(third.system.ledger()).toMatchObject({ balanced: true, answered: 1 })
  await third.end()
})

test('[G96] an accepted message that was not handled waits for the next process', async () => {
  const disk = new MemoryDisk()
  const first = await live(disk)
  const counter = first.system.spawn(Counter)
  counter.suspend()
  for (let by = 1; by <= 10; by++) await counter.offer('add', { by })
  const left = await killed(disk, first)

  const second = await live(left)
  expect(second.journal.report.messages).toBe(10)
  expect(await second.system.spawn(Counter).ask('add', { by: 0 })).toBe(55)
  await second.end()
  expect(second.journal.report.messages).toBe(10)
})

test('[G96] a stop in order leaves what was not handled to the next process', async () => {
  const disk = new MemoryDisk()
  const first = await live(disk)
  const counter = first.system.spawn(Counter)
  counter.suspend()
  await counter.offer('add', { by: 4 })
  const unanswered = counter.ask('add', { by: 5 })
  await Promise.all([
    expect(unanswered).rejects.toMatchObject({ code: 'actor-stopped' }),
    first.system.stop({ drain: 0 }),
  ])
  expect(first.system.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
  await first.journal.close()

  const second = await live(disk)
  expect(await second.system.spawn(Counter).ask('add', { by: 0 })).toBe(9)
  await second.end()
})

test('[G97] state, end and messages of a handler are one commit: a failed handler leaves nothing', async () => {
  const Sink = defineActor({
    name: 'sink',
    durable: true,
    state: () => ({ got: [] as number[] }),
    on: {
      take(ctx, n: number) {
        ctx.state.got.push(n)
      },
      all: (ctx) => ctx.state.got,
    },
  })
  const disk = new MemoryDisk()
  const life = await live(disk)
  const sink = life.system.spawn(Sink)
  const Source = defineActor({
    name: 'source',
    durable: true,
    supervision: { intensity: { restarts: 100, within: '1s' } },
    state: () => ({ sent: 0 }),
    on: {
      send(ctx, { fail }: { fail: boolean }) {
        ctx.state.sent += 1
        ctx.tell(sink, 'take', ctx.state.sent)
        if (fail) throw new RangeError('after the tell')
        return ctx.state.sent
      },
    },
  })
  const source = life.system.spawn(Source)
  expect(await source.ask('send', { fail: false })).toBe(1)
  await expect(source.ask('send', { fail: true })).rejects.toMatchObject({ code: 'handler-failed' })
  expect(await source.ask('send', { fail: false })).toBe(2)
  expect(await sink.ask('all')).toEqual([1, 2])
  expect(life.system.ledger()).toMatchObject({ balanced: true })
  await life.end()
})

test('[G97] a message to another durable actor is there with the commit that sent it, and is handled once', async () => {
  const handled: string[] = []
  const Receiver = defineActor({
    name: 'receiver',
    durable: true,
    on: {
      take(ctx, n: number) {
        handled.push(`${n} ${ctx.idempotencyKey}`)
      },
    },
  })
  const disk = new MemoryDisk()
  const first = await live(disk)
  const receiver = first.system.spawn(Receiver)
  receiver.suspend()
  const Sender = defineActor({
    name: 'sender',
    durable: true,
    on: {
      send(ctx, n: number) {
        ctx.tell(receiver, 'take', n)
      },
    },
  })
  const sender = first.system.spawn(Sender)
  for (let n = 0; n < 3; n++) await sender.ask('send', n)
  const left = await killed(disk, first)
  expect(handled).toEqual([])

  const again = left.copy()
  for (const disk of [left, again]) {
    const life = await live(disk)
    life.system.spawn(Receiver)
    await life.end()
  }
  // The copy is another future of the same process: its messages have the same names.
  expect(handled.slice(3)).toEqual(handled.slice(0, 3))
  expect(new Set(handled).size).toBe(3)
  const last = await live(left)
  last.system.spawn(Receiver)
  await last.end()
  expect(handled).toHaveLength(6)
})

test('[G98] a repeated idempotency key is not handled again, and its asker gets the first reply, also in the next process', async () => {
  const disk = new MemoryDisk()
  const first = await live(disk)
  const counter = first.system.spawn(Counter)
  const twice = await Promise.all([
    counter.ask('add', { by: 2 }, { idempotencyKey: 'a' }),
    counter.ask('add', { by: 2 }, { idempotencyKey: 'a' }),
  ])
  expect(twice).toEqual([2, 2])
  expect(await counter.ask('add', { by: 2 }, { idempotencyKey: 'a' })).toBe(2)
  expect(first.system.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
  const left = await killed(disk, first)

  const second = await live(left)
  const again = second.system.spawn(Counter)
  expect(await again.ask('add', { by: 2 }, { idempotencyKey: 'a' })).toBe(2)
  await again.offer('add', { by: 2 }, { idempotencyKey: 'a' })
  expect(await again.ask('add', { by: 2 }, { idempotencyKey: 'b' })).toBe(4)
  await second.end()
})

test('[G98] keys beyond the window are forgotten, the oldest first', async () => {
  const Short = defineActor({
    name: 'short',
    durable: { dedupe: { count: 2 } },
    state: () => ({ n: 0 }),
    on: { hit: (ctx) => ++ctx.state.n },
  })
  const life = await live(new MemoryDisk())
  const short = life.system.spawn(Short)
  const hit = (idempotencyKey: string) => short.ask('hit', undefined, { idempotencyKey })
  expect([await hit('a'), await hit('b'), await hit('a'), await hit('c')]).toEqual([1, 2, 1, 3])
  expect([await hit('c'), await hit('b'), await hit('a')]).toEqual([3, 2, 4])
  await life.end()
})

test('[G99] a failed message is a dead letter in the journal, and is sent again from there', async () => {
  let broken = true
  const Fragile = defineActor({
    name: 'fragile',
    durable: true,
    state: () => ({ done: 0 }),
    on: {
      work(ctx, n: number) {
        if (broken) throw new RangeError('broken')
        ctx.state.done += n
        return ctx.state.done
      },
    },
  })
  const life = await live(new MemoryDisk())
  const fragile = life.system.spawn(Fragile)
  await expect(fragile.ask('work', 7, { idempotencyKey: 'k' })).rejects.toMatchObject({
    code: 'handler-failed',
  })
  expect(life.journal.figures().messages).toBe(0)
  broken = false
  expect(life.system.deadLetters.list()).toMatchObject([{ type: 'work', body: 7, reason: 'failed' }])
  expect(life.system.deadLetters.replay().replayed).toBe(1)
  expect(await fragile.ask('work', 0)).toBe(7)
  expect(life.system.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
  await life.end()
})

test('[G100] events are applied again at the next start, and a snapshot every n takes their place', async () => {
  const applied: number[] = []
  const Account = defineActor({
    name: 'account',
    durable: {
      snapshotEvery: 10,
      events: {
        paid(state: { balance: number }, amount: number) {
          applied.push(amount)
          state.balance += amount
        },
      },
    },
    state: () => ({ balance: 0 }),
    on: {
      pay(ctx, amount: number) {
        ctx.persist('paid', amount)
        return ctx.state.balance
      },
      balance: (ctx) => ctx.state.balance,
    },
  })
  const disk = new MemoryDisk()
  const first = await live(disk)
  const account = first.system.spawn(Account)
  for (let n = 1; n <= 24; n++) await account.ask('pay', n)
  const left = await killed(disk, first)
  applied.length = 0
  const second = await live(left)
  expect(await second.system.spawn(Account).ask('balance')).toBe(300)
  expect(applied.length).toBeLessThan(10)
  await second.end()
})

test('[G100] a state of an earlier release is migrated; one of a later release is refused', async () => {
  const release = (migrations: readonly ((state: never) => unknown)[]) =>
    defineActor({
      name: 'profile',
      durable: { migrations },
      state: () => ({ first: 'Ada', last: 'L', name: '' }),
      on: { name: (ctx) => ctx.state.name, touch: (ctx) => ctx.state.first },
    })
  const disk = new MemoryDisk()
  const first = await live(disk)
  await first.system.spawn(release([])).ask('touch')
  await first.end()
  const join = (state: { first: string; last: string }) => ({
    ...state,
    name: `${state.first} ${state.last}`,
  })
  const second = await live(disk)
  expect(await second.system.spawn(release([join])).ask('name')).toBe('Ada L')
  await second.end()
  const third = await live(disk)
  const old = third.system.spawn(release([]))
  // At once, with the reason, also to whoever asks later; and no start is tried again.
  for (let n = 0; n < 2; n++)
    await expect(old.ask('name')).rejects.toMatchObject({
      code: 'actor-stopped',
      cause: { code: 'journal-state', path: 'ganglion/profile.state', value: 2 },
    })
  expect(old.state).toBe('stopped')
  await third.end()
  const fourth = await live(disk)
  expect(await fourth.system.spawn(release([join])).ask('name')).toBe('Ada L')
  await fourth.end()
})

test('what can’t be is refused where it is said, by path', async () => {
  await using memory = createSystem({ log: false })
  expect(() => memory.spawn(Counter)).toThrow(
    expect.objectContaining({ code: 'no-journal', path: 'journal' }),
  )
  expect(() => createSystem({ journal: {} as never })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path: 'journal' }),
  )
  const durable = true
  expect(() => defineActor({ name: 'x', durable, reentrant: true })).toThrow(
    expect.objectContaining({ path: 'x.reentrant' }),
  )
  expect(() => defineActor({ name: 'x', durable, mailbox: { overflow: 'drop-oldest' } })).toThrow(
    expect.objectContaining({ path: 'x.mailbox.overflow' }),
  )
  expect(() => defineActor({ name: 'x', durable: { snapshotEvery: 0 } })).toThrow(
    expect.objectContaining({ path: 'x.durable.snapshotEvery' }),
  )
  const life = await live(new MemoryDisk())
  expect(() => createSystem({ journal: life.journal })).toThrow(
    expect.objectContaining({ code: 'journal-in-use' }),
  )
  const counter = life.system.spawn(Counter)
  expect(() => counter.tell('add', { by: () => 1 } as never)).toThrow(
    expect.objectContaining({ code: 'not-serializable', path: 'body.by' }),
  )
  const Volatile = defineActor({ name: 'volatile', on: { go: (ctx) => ctx.persist('x') } })
  await expect(life.system.spawn(Volatile).ask('go')).rejects.toMatchObject({
    cause: { code: 'not-durable' },
  })
  expect(life.system.ledger()).toMatchObject({ balanced: true })
  await life.end()
})

test('bytes in a restored state are the actor’s own: changing them changes nothing in the journal', async () => {
  const Blob = defineActor({
    name: 'blob',
    durable: true,
    supervision: { intensity: { restarts: 100, within: '1s' } },
    state: () => ({ bytes: new Uint8Array(8) }),
    on: {
      set(ctx, value: number) {
        ctx.state.bytes.fill(value)
      },
      scribble(ctx) {
        ctx.state.bytes.fill(255)
        throw new RangeError('no')
      },
      first: (ctx) => ctx.state.bytes[0],
    },
  })
  const disk = new MemoryDisk()
  const life = await live(disk)
  const blob = life.system.spawn(Blob)
  blob.tell('set', 7)
  for (let n = 0; n < 3; n++) blob.tell('scribble')
  expect(await blob.ask('first')).toBe(7)
  await life.end()
  const next = await live(disk)
  expect(await next.system.spawn(Blob).ask('first')).toBe(7)
  await next.end()
})
