import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { live } from './lives.ts'

interface Item {
  name: string
  count: number
}

interface Cart {
  items: Item[]
}

const LAST = { name: 'pear', count: 1 }

const CartActor = defineActor({
  name: 'cart',
  durable: {
    events: {
      added(state: Cart, item: Item) {
        state.items.push(item)
      },
      counted(state: Cart, more: number) {
        ;(state.items.at(-1) as Item).count += more
      },
      half(state: Cart, name: string) {
        state.items.push({ name, count: 0 })
        throw new RangeError('halfway')
      },
    },
  },
  state: (): Cart => ({ items: [] }),
  on: {
    'change after': (ctx) => {
      const item = { name: 'apple', count: 1 }
      ctx.persist('added', item)
      item.count = 99
    },
    'count after': (ctx) => {
      ctx.persist('added', LAST)
      ctx.persist('counted', 2)
    },
    'catch half': (ctx) => {
      ctx.persist('added', { name: 'plum', count: 1 })
      try {
        ctx.persist('half', 'left over')
      } catch {
        // It goes on as if nothing had happened.
      }
    },
    items: (ctx) => structuredClone(ctx.state.items),
  },
})

test('[G100] [G184] an event is what it was when it was persisted, whatever happens to its data afterwards', async () => {
  const disk = new MemoryDisk()
  const first = await live(disk)
  const cart = first.system.spawn(CartActor)
  await cart.ask('change after')
  await cart.ask('count after')
  const items = [
    { name: 'apple', count: 1 },
    { name: 'pear', count: 3 },
  ]
  expect(await cart.ask('items')).toEqual(items)
  expect(LAST.count).toBe(1)
  await first.end()
  const second = await live(disk)
  expect(await second.system.spawn(CartActor).ask('items')).toEqual(items)
  await second.end()
})

test('[G100] [G184] a message fails with its event, also when its handler catches what the event threw', async () => {
  const disk = new MemoryDisk()
  const life = await live(disk)
  const cart = life.system.spawn(CartActor)
  await expect(cart.ask('catch half')).rejects.toMatchObject({ cause: { message: 'halfway' } })
  expect(await cart.ask('items')).toEqual([])
  await life.end()
  const next = await live(disk)
  expect(await next.system.spawn(CartActor).ask('items')).toEqual([])
  await next.end()
})

test('[G184] an event where no commit follows is refused, and changes nothing', async () => {
  const refusedAtStart: unknown[] = []
  const life = await live(new MemoryDisk())
  const Plain = defineActor({
    name: 'plain',
    durable: {
      events: {
        added(state: { n: number }, n: number) {
          state.n += n
        },
      },
    },
    state: () => ({ n: 0 }),
    on: {
      late: (ctx) => {
        late = () => ctx.persist('added', 1)
      },
      n: (ctx) => ctx.state.n,
    },
    signals: {
      started(ctx) {
        try {
          ctx.persist('added', 1)
        } catch (error) {
          refusedAtStart.push(error)
        }
      },
    },
  })
  let late = (): void => {}
  const plain = life.system.spawn(Plain)
  await plain.ask('late')
  const refused = { code: 'journal-state', path: 'ganglion/plain.state', value: 'added' }
  expect(late).toThrow(expect.objectContaining(refused))
  expect(refusedAtStart).toEqual([expect.objectContaining(refused)])
  expect(await plain.ask('n')).toBe(0)
  await life.end()
})
