import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { type ActorSystem, createSystem } from '../../src/system/actor-system.ts'
import { until } from '../../src/testkit/until.ts'
import { live } from './lives.ts'

const cart = (passivate: { after?: string; activeMax?: number; bytesMax?: number } = {}) =>
  defineActor({
    name: 'cart',
    durable: { passivate },
    state: () => ({ items: [] as string[] }),
    on: {
      add(ctx, item: string) {
        ctx.state.items.push(item)
        return ctx.state.items.length
      },
      items: (ctx) => ctx.state.items,
    },
  })

test('[G102] an entity is one actor for each key, activated by its first message, and there in the next process', async () => {
  const Cart = cart()
  const disk = new MemoryDisk()
  const first = await live(disk)
  const keys = ['user:42', 'a/b#c', 'ünï', ' ']
  for (const key of keys) {
    expect(first.system.entity(Cart, key).state).toBe('stopped')
    await first.system.entity(Cart, key).ask('add', `of ${key}`)
    await first.system.entity(Cart, key).offer('add', 'more')
  }
  expect(first.system.entity(Cart, 'user:42')).toMatchObject({
    key: 'user:42',
    path: 'ganglion/entities:cart/user%3A42',
    state: 'running',
  })
  const left = disk.copy()
  await first.system.stop({ drain: 0 })
  const second = await live(left)
  for (const key of keys)
    expect(await second.system.entity(Cart, key).ask('items')).toEqual([`of ${key}`, 'more'])
  await second.end()
})

test('[G102] idle entities leave memory: after a while, and the least recently used when there are too many', async () => {
  const Cart = cart({ activeMax: 10 })
  const life = await live(new MemoryDisk())
  const active = () => life.system.paths().filter((path) => path.includes('/entities:cart/')).length
  for (let n = 0; n < 200; n++) {
    await life.system.entity(Cart, `user:${n}`).ask('add', String(n))
    expect(active()).toBeLessThanOrEqual(10)
  }
  for (let n = 0; n < 200; n += 7)
    expect(await life.system.entity(Cart, `user:${n}`).ask('items')).toEqual([String(n)])
  await life.end()

  const Brief = cart({ after: '20ms' })
  const brief = await live(new MemoryDisk())
  const one = brief.system.entity(Brief, 'one')
  await one.ask('add', 'x')
  await until(() => one.state === 'stopped')
  expect(await one.ask('items')).toEqual(['x'])
  expect(brief.system.ledger()).toMatchObject({ balanced: true })
  await brief.end()
})

test('[G102] an entity that is stopped with messages waiting goes on with them', async () => {
  let go = (): void => {}
  const opened = new Promise<void>((resolve) => {
    go = resolve
  })
  const Slow = defineActor({
    name: 'slow',
    durable: true,
    state: () => ({ seen: [] as number[] }),
    on: {
      async see(ctx, n: number) {
        if (n === 1) await opened
        ctx.state.seen.push(n)
      },
      seen: (ctx) => ctx.state.seen,
    },
  })
  const { system, end } = await live(new MemoryDisk())
  const one = system.entity(Slow, 'one')
  for (const n of [1, 2, 3]) await one.offer('see', n)
  const stopped = one.stop()
  go()
  await stopped
  expect(await one.ask('seen')).toEqual([1, 2, 3])
  expect(system.ledger()).toMatchObject({ balanced: true, deadLettered: {} })
  await end()
})

test('[G102] an entity that is still stopping is not started a second time when others need its room', async () => {
  let go = (): void => {}
  const opened = new Promise<void>((resolve) => {
    go = resolve
  })
  const Slow = defineActor({
    name: 'slow',
    durable: { passivate: { activeMax: 1 } },
    on: { wait: () => opened, hear: () => 'heard' },
  })
  const { system, end } = await live(new MemoryDisk())
  const one = system.entity(Slow, 'one')
  await one.offer('wait')
  const stopped = one.stop()
  expect(await system.entity(Slow, 'two').ask('hear')).toBe('heard')
  await expect(one.ask('hear')).rejects.toMatchObject({ code: 'actor-stopped' })
  go()
  await stopped
  expect(await one.ask('hear')).toBe('heard')
  await end()
})

test('[G159] entities leave memory when their states take too many bytes, and none at work', async () => {
  const life = await live(new MemoryDisk())
  let finish = (): void => {}
  const Cart = defineActor({
    name: 'cart',
    durable: { passivate: { bytesMax: 50_000 } },
    state: () => ({ text: '' }),
    on: {
      fill(ctx, text: string) {
        ctx.state.text = text
      },
      async work(ctx) {
        ctx.state.text += ' at work'
        await new Promise<void>((resolve) => {
          finish = resolve
        })
        return ctx.state.text.length
      },
      length: (ctx) => ctx.state.text.length,
    },
  })
  const { system } = life
  const active = () => system.paths().filter((path) => path.includes('/entities:cart/')).length
  const busy = system.entity(Cart, 'busy')
  await busy.ask('fill', 'x'.repeat(30_000))
  const working = busy.ask('work')
  for (let n = 0; n < 30; n++) {
    await system.entity(Cart, `user:${n}`).ask('fill', 'x'.repeat(10_000 + n))
    expect(active()).toBeLessThanOrEqual(4)
  }
  expect(busy.state).toBe('running')
  finish()
  expect(await working).toBe(30_008)
  // One that grows by itself pushes the others out.
  await busy.ask('fill', 'x'.repeat(49_000))
  await until(() => active() === 1)
  expect(busy.state).toBe('running')
  for (let n = 0; n < 30; n += 7)
    expect(await system.entity(Cart, `user:${n}`).ask('length')).toBe(10_000 + n)
  await life.end()
})

test('[G102] what an earlier process has left for entities goes on, more of them than fit memory', async () => {
  const handled = new Set<string>()
  const Worker = defineActor({
    name: 'worker',
    durable: { passivate: { activeMax: 5 } },
    state: () => ({ done: 0 }),
    on: {
      work(ctx) {
        ctx.state.done += 1
        handled.add(ctx.self.path)
      },
    },
  })
  const Boss = (system: ActorSystem) =>
    defineActor({
      name: 'boss',
      durable: true,
      on: {
        start(ctx, count: number) {
          for (let n = 0; n < count; n++) ctx.tell(system.entity(Worker, `w${n}`), 'work')
        },
      },
    })
  const disk = new MemoryDisk()
  const first = await live(disk)
  // The disk as it is when the boss's commit is durable, and no worker's is.
  let left: MemoryDisk | undefined
  disk.watch = (operation) => {
    if (operation === 'synced' && first.journal.figures().messages > 10) left ??= disk.copy()
  }
  for (let n = 0; n < 40; n++) await first.system.entity(Worker, `w${n}`).ask('work')
  handled.clear()
  for (let n = 0; n < 40; n++) first.system.entity(Worker, `w${n}`).tell('work')
  await first.system.spawn(Boss(first.system)).ask('start', 40)
  disk.watch = undefined
  await first.system.stop({ drain: 0 })
  handled.clear()
  const second = await live(left ?? disk)
  expect(second.journal.report.messages).toBeGreaterThan(left === undefined ? -1 : 10)
  second.system.spawn(Boss(second.system))
  second.system.entity(Worker, 'w0')
  await until(() => second.journal.figures().messages === 0)
  await until(() => second.system.paths().filter((path) => path.includes('worker/')).length <= 5)
  await second.end()
})

test('what is no entity is refused by path', async () => {
  await using memory = createSystem({ log: false })
  expect(() => memory.entity(cart(), 'a')).toThrow(expect.objectContaining({ code: 'no-journal' }))
  const life = await live(new MemoryDisk())
  const Plain = defineActor({ name: 'plain', on: {} })
  expect(() => life.system.entity(Plain, 'a')).toThrow(expect.objectContaining({ code: 'not-durable' }))
  const Cart = cart()
  for (const key of ['', 7 as never, 'x'.repeat(5000), '\ud800'])
    expect(() => life.system.entity(Cart, key)).toThrow(expect.objectContaining({ path: 'key' }))
  expect(() => life.system.entity(cart(), 'a')).toThrow(expect.objectContaining({ path: 'definition' }))
  await life.end()
})

test('[G100] [G102] an entity whose state can’t be migrated says why at once, keeps its messages, and disturbs no other', async () => {
  const release = (migrations: readonly ((state: never) => unknown)[]) =>
    defineActor({
      name: 'basket',
      durable: { migrations },
      state: () => ({ items: 0 }),
      on: {
        add: (ctx) => ++ctx.state.items,
        hold: () => (holding ? new Promise(() => {}) : undefined),
      },
    })
  let holding = true
  const disk = new MemoryDisk()
  const first = await live(disk)
  const Old = release([])
  const [ada, bob] = [first.system.entity(Old, 'ada'), first.system.entity(Old, 'bob')]
  await Promise.all([ada.ask('add'), bob.ask('add')])
  ada.tell('hold')
  await ada.offer('add')
  const left = disk.copy()
  holding = false
  await first.system.stop({ drain: 0 })

  const broken = release([
    (state: { items: number }) => {
      if (state.items > 0) throw new RangeError('no such shape')
      return state
    },
  ])
  const second = await live(left)
  expect(second.journal.report.messages).toBe(2)
  for (let n = 0; n < 3; n++)
    await expect(second.system.entity(broken, 'ada').ask('add')).rejects.toMatchObject({
      code: 'actor-stopped',
      cause: {
        name: 'JournalError',
        code: 'journal-state',
        path: 'ganglion/entities:basket/ada.state',
        value: 1,
        remedy: expect.stringContaining('fix the migration'),
        cause: { message: 'no such shape' },
      },
    })
  expect(await second.system.entity(broken, 'cleo').ask('add')).toBe(1)
  expect(second.journal.figures().messages).toBe(2)
  expect(second.system.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
  await second.end()

  const third = await live(left)
  const fixed = release([(state: { items: number }) => ({ items: state.items * 10 })])
  expect(await third.system.entity(fixed, 'ada').ask('add')).toBe(12)
  await third.end()
})
