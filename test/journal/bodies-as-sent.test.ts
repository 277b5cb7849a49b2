import { expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { MemoryDisk } from '../../src/journal/disk/memory-disk.ts'
import { live } from './lives.ts'

interface Order {
  items: string[]
  at?: Date
  bytes?: Uint8Array
}

let broken = false
const Book = defineActor({
  name: 'book',
  durable: true,
  state: () => ({ orders: [] as Order[] }),
  supervision: { intensity: { restarts: 1000, within: '1s' } },
  on: {
    order(ctx, order: Order) {
      if (broken) throw new RangeError('not now')
      ctx.state.orders.push(order)
      order.items.push('seen')
    },
    orders: (ctx) => ctx.state.orders.map(({ items }) => items.join(' ')),
    kinds: (ctx) => ctx.state.orders.map(({ at, bytes }) => `${at?.getTime()} ${bytes?.join(' ')}`),
  },
})

test('[G218] a handler gets the body as it was at the tell, in this process as in the next', async () => {
  for (const [process, ends] of [
    ['this', false],
    ['the next', true],
  ] as const) {
    const disk = new MemoryDisk()
    const first = await live(disk)
    const book = first.system.spawn(Book)
    if (ends) book.suspend()
    const mine: Order = { items: ['tea'], at: new Date(5), bytes: Uint8Array.of(1, 2) }
    book.tell('order', mine)
    mine.items.push('changed by its sender')
    mine.bytes?.fill(9)
    mine.at?.setTime(0)
    await first.journal.store().flushed()
    if (ends) {
      await first.system.stop({ drain: 0 })
      await first.journal.close()
    }
    const life = ends ? await live(disk) : first
    const now = ends ? life.system.spawn(Book) : book
    expect(await now.ask('orders'), process).toEqual(['tea seen'])
    expect(await now.ask('kinds'), process).toEqual(['5 1 2'])
    // Nor does the sender see what the handler does to it.
    expect(mine.items, process).toEqual(['tea', 'changed by its sender'])
    await life.end()
  }
})

test('[G218] so it is for what a handler sends, for a timer, and for a dead letter that is sent again', async () => {
  const disk = new MemoryDisk()
  const { system, end } = await live(disk)
  const book = system.spawn(Book)
  const Shop = defineActor({
    name: 'shop',
    durable: true,
    on: {
      send(ctx) {
        const order: Order = { items: ['sent'] }
        ctx.tell(book, 'order', order)
        order.items.push('changed by its handler')
      },
    },
  })
  await system.spawn(Shop).ask('send')
  expect(await book.ask('orders')).toEqual(['sent seen'])
  broken = true
  const order: Order = { items: ['failed'] }
  await expect(book.ask('order', order)).rejects.toMatchObject({ code: 'handler-failed' })
  broken = false
  order.items.push('changed by its sender')
  const [letter] = system.deadLetters.list()
  expect(letter?.body).toEqual({ items: ['failed'] })
  system.deadLetters.replay()
  expect(await book.ask('orders')).toEqual(['sent seen', 'failed seen'])
  await end()
})
