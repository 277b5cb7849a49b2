import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, MemoryStore, pipeline } from '../../src/index.ts'
import { openJournal } from '../../src/journal/index.ts'
import type { Store } from '../../src/ports/store.ts'
import { until } from '../../src/testkit/until.ts'

const Order = z.object({ price: z.number() })

/** A shop: prices an order, asks a person about dear ones, ships it. `stuck` steps never end; `ran` lists what ran. */
function shop(where: { stuck?: string; ran: string[] }, options: { readonly taxed?: boolean } = {}) {
  const step = (name: string, run: (price: number) => number) =>
    defineProcessor({
      name,
      input: z.number(),
      output: z.number(),
      process: (price, ctx) => {
        where.ran.push(`${name} ${ctx.idempotencyKey}`)
        if (price < 0) throw new Error('a price below zero')
        return where.stuck === name ? new Promise<number>(() => {}) : run(price)
      },
    })
  const approve = defineProcessor({
    name: 'approve',
    input: z.number(),
    output: z.number(),
    process: async (price, ctx) => {
      if (price < 100) return price
      const ok = await ctx.human({ question: `Ship for ${price}?`, answer: z.boolean() })
      return ok ? price : 0
    },
  })
  const priced = pipeline('shop', Order, { timeout: '10s' })
    .map(({ price }) => price)
    .to(step('price', (price) => price + 1))
  const taxed = options.taxed === true ? priced.to(step('tax', (price) => price * 2)) : priced
  return taxed.to(approve).to(step('ship', (price) => price))
}

/** One process: it dies without a word. */
async function life(
  store: Store,
  where: { stuck?: string; ran: string[] },
  options: { taxed?: boolean } = {},
) {
  const system = createSystem({ log: false })
  const running = await system.run(shop(where, options))
  const orders = await running.durable(store)
  return { system, running, orders, die: () => system.stop({ drain: 0 }) }
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganglion-runs-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a run goes on in the next process by itself, with its key; its outcome is known to whoever asks for the key [G128]', async () => {
  const one = { stuck: 'ship', ran: [] as string[] }
  {
    await using journal = await openJournal(join(folder, 'next'))
    const { orders, die } = await life(journal.store('orders'), one)
    const asked = orders.ask('order-1', { price: 5 }).catch((error: unknown) => error)
    await until(() => one.ran.includes('ship order-1'))
    await die()
    expect(await asked).toMatchObject({ code: 'processor-failed' })
  }
  const two = { ran: [] as string[] }
  {
    await using journal = await openJournal(join(folder, 'next'))
    const { orders, die } = await life(journal.store('orders'), two)
    expect(await orders.outcome('order-1')).toBe(6)
    expect(two.ran).toEqual(['price order-1', 'ship order-1'])
    await die()
  }
  await using journal = await openJournal(join(folder, 'next'))
  const three = { ran: [] as string[] }
  const { orders, die } = await life(journal.store('orders'), three)
  expect(orders.keys()).toEqual([])
  expect(await orders.ask('order-1', { price: 99 })).toBe(6)
  expect(await orders.outcome('order-2')).toBeUndefined()
  expect(three.ran).toEqual([])
  await die()
})

test('a question waits for its answer in the next process, and what has been done is not done again [G128]', async () => {
  const store = new MemoryStore()
  const one = { ran: [] as string[] }
  const first = await life(store, one)
  first.orders.ask('dear', { price: 500 }).catch(() => {})
  await until(() => first.running.pending().length === 1)
  await first.die()

  const two = { stuck: 'ship', ran: [] as string[] }
  const second = await life(store, two)
  second.orders.outcome('dear').catch(() => {})
  await until(() => second.running.pending().length === 1)
  const [question] = second.running.pending()
  expect(question).toMatchObject({ question: 'Ship for 501?', processor: 'approve' })
  await second.running.answer(question?.id as string, true)
  await until(() => two.ran.length === 1)
  await second.die()

  const three = { ran: [] as string[] }
  const third = await life(store, three)
  expect(await third.orders.outcome('dear')).toBe(501)
  expect(third.running.pending()).toEqual([])
  expect([...one.ran, ...two.ran, ...three.ran]).toEqual(['price dear', 'ship dear', 'ship dear'])
  await third.die()
})

test('a key is one run: callers at once share it, and a failure is remembered with its code', async () => {
  const store = new MemoryStore()
  const where = { ran: [] as string[] }
  const { orders, die } = await life(store, where)
  expect(await Promise.all([1, 2, 3].map((price) => orders.ask('same', { price })))).toEqual([2, 2, 2])
  const failed = { code: 'processor-failed' }
  await expect(orders.ask('bad', { price: -5 })).rejects.toMatchObject(failed)
  await die()
  const next = await life(store, where)
  await expect(next.orders.ask('bad', { price: 5 })).rejects.toMatchObject(failed)
  expect(where.ran.filter((ran) => ran === 'price same')).toHaveLength(1)
  await next.die()
})

test('nothing begins that the store does not hold, and an answer that it does not take leaves the question open', async () => {
  const store = new MemoryStore()
  let isFull = true
  const full: Store = {
    get: (key) => store.get(key),
    list: (prefix, options) => store.list(prefix, options),
    commit: (batch) => (isFull ? Promise.reject(new Error('the disk is full')) : store.commit(batch)),
    flushed: () => store.flushed(),
    close: () => store.close(),
  }
  const where = { ran: [] as string[] }
  const { orders, running, die } = await life(full, where)
  await expect(orders.ask('order-1', { price: 500 })).rejects.toThrow('the disk is full')
  expect(where.ran).toEqual([])
  expect(running.inFlight).toBe(0)
  isFull = false
  const asked = orders.ask('order-1', { price: 500 })
  await until(() => running.pending().length === 1)
  const id = running.pending()[0]?.id as string
  isFull = true
  await expect(running.answer(id, true)).rejects.toThrow('the disk is full')
  expect(running.pending().map((open) => open.id)).toEqual([id])
  isFull = false
  await running.answer(id, false)
  expect(await asked).toBe(0)
  await die()
})

test('a key that is none is refused, also where an outcome is asked for', async () => {
  const { orders, die } = await life(new MemoryStore(), { ran: [] })
  for (const key of [undefined, null, '', 5] as never[]) {
    await expect(orders.ask(key, { price: 1 })).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(orders.outcome(key)).rejects.toMatchObject({
      code: 'invalid-argument',
      path: 'shop.outcome',
    })
  }
  await die()
})

test('input that can not be kept is refused by its path, and no key is used up', async () => {
  const store = new MemoryStore()
  const { orders, die } = await life(store, { ran: [] })
  const at = (code: string) => expect.objectContaining({ code })
  await expect(orders.ask('k', { price: 'much' } as never)).rejects.toEqual(at('schema'))
  await expect(orders.ask('k', { price: 1, note: () => {} } as never)).rejects.toEqual(at('not-serializable'))
  await expect(orders.ask('', { price: 1 })).rejects.toEqual(at('invalid-argument'))
  await expect(orders.ask('k', { price: 1 }, { timout: 5 } as never)).rejects.toEqual(at('invalid-argument'))
  expect(await orders.ask('k', { price: 1 })).toBe(2)
  await die()
})

test('a value that can not be kept is named to whoever answers, and the question stays open', async () => {
  await using system = createSystem({ log: false })
  const approve = defineProcessor({
    name: 'approve',
    input: z.any(),
    output: z.string(),
    process: (_, ctx) => ctx.human({ question: 'Well?', answer: z.string() }),
  })
  const running = await system.run(
    pipeline('odd', z.number())
      .map((n) => ({ n, later: () => n }))
      .to(approve),
  )
  const runs = await running.durable(new MemoryStore())
  const asked = runs.ask('k', 1, { timeout: '1s' }).catch((error: unknown) => error)
  await until(() => running.pending().length === 1)
  const id = running.pending()[0]?.id as string
  await expect(running.answer(id, 'yes')).rejects.toMatchObject({ code: 'not-serializable' })
  expect(running.pending().map((open) => open.id)).toEqual([id])
  expect(await asked).toMatchObject({ code: 'deadline' })
})

test('[G194] an outcome that no store can keep is a failure of its run, and the run does not begin again', async () => {
  const store = new MemoryStore()
  let ran = 0
  const odd = defineProcessor({
    name: 'odd',
    input: z.number(),
    output: z.any(),
    process: () => {
      ran += 1
      return { made: () => {} }
    },
  })
  for (const life of ['first', 'second']) {
    await using system = createSystem({ log: false })
    const runs = await (await system.run(pipeline('odd', z.number()).to(odd))).durable(store)
    await expect(runs.ask('k', 1), life).rejects.toMatchObject({ code: 'not-serializable' })
    expect(runs.keys()).toEqual([])
  }
  expect(ran).toBe(1)
})

test('a deadline passes while no process runs; a run without one has time', async () => {
  const store = new MemoryStore()
  const first = await life(store, { stuck: 'ship', ran: [] })
  first.orders.ask('short', { price: 1 }, { timeout: '1s' }).catch(() => {})
  first.orders.ask('long', { price: 1 }, { timeout: Number.POSITIVE_INFINITY }).catch(() => {})
  await until(() => first.running.inFlight === 2)
  await first.die()
  await new Promise((resolve) => setTimeout(resolve, 1_010))
  const second = await life(store, { ran: [] })
  await expect(second.orders.ask('short', { price: 1 })).rejects.toMatchObject({ code: 'deadline' })
  expect(await second.orders.outcome('long')).toBe(2)
  await second.die()
})

test('a pipeline with other steps begins its runs again', async () => {
  const store = new MemoryStore()
  const first = await life(store, { ran: [] })
  first.orders.ask('dear', { price: 500 }).catch(() => {})
  await until(() => first.running.pending().length === 1)
  await first.die()
  const two = { ran: [] as string[] }
  const second = await life(store, two, { taxed: true })
  await until(() => second.running.pending().length === 1)
  expect(second.running.pending()[0]?.question).toBe('Ship for 1002?')
  expect(two.ran).toEqual(['price dear', 'tax dear'])
  await second.die()
})

test('whoever goes on with the runs of a store last has them: one outcome is kept [G128]', async () => {
  const store = new MemoryStore()
  const one = { stuck: 'ship', ran: [] as string[] }
  const first = await life(store, one)
  const asked = first.orders.ask('order', { price: 500 }).catch((error: unknown) => error)
  await until(() => first.running.pending().length === 1)
  const second = await life(store, { ran: [] })
  await until(() => second.running.pending().length === 1)
  const answer = ({ running }: typeof first, ok: boolean) =>
    running.answer(running.pending()[0]?.id as string, ok)
  await expect(answer(first, false)).rejects.toMatchObject({ code: 'store-conflict' })
  await answer(second, true)
  expect(await second.orders.outcome('order')).toBe(501)
  await first.die()
  expect(await asked).toMatchObject({ code: 'pipeline-stopped' })
  await second.die()
})

test('the oldest outcomes are forgotten', async () => {
  const store = new MemoryStore()
  const where = { ran: [] as string[] }
  const { system, running } = await life(store, where)
  const few = await running.durable(store, { keep: 2 })
  for (const key of ['a', 'b', 'c']) await few.ask(key, { price: 1 })
  expect(await few.outcome('a')).toBeUndefined()
  expect(await few.outcome('c')).toBe(2)
  await system.stop()
})
