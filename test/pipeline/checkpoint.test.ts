import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { MemoryStore } from '../../src/journal/memory-store.ts'
import { decodeMessage, encodeMessage } from '../../src/message/codec.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { until } from '../../src/testkit/until.ts'

const Num = z.number()
const plus = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n + by })

/** Waits for its signal where `where.stuck`; else answers: the same step in a process that hangs and in one that works. */
const sticky = (where: { stuck: boolean; ran: number[] }) =>
  defineProcessor({
    name: 'sticky',
    input: Num,
    output: Num,
    process: (n, ctx) => {
      where.ran.push(n)
      if (!where.stuck) return n * 10
      return new Promise<number>((_resolve, reject) =>
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error)),
      )
    },
  })
const fanned = (where: { stuck: boolean; ran: number[] }) =>
  pipeline('p', Num)
    .to(plus('first', 1))
    .fan({ a: plus('a', 100), b: sticky(where) }, { weights: { a: 0.25, b: 0.75 } })
    .merge(({ a, b }, { weights, input }) => ({ a, b, weights, input }))

test('a run is paused in one process and continues in another: parts, hops, deadline and weights with it', async () => {
  await using one = createSystem()
  await using two = createSystem({ serializeMessages: true })
  const here = { stuck: true, ran: [] as number[] }
  const there = { stuck: false, ran: [] as number[] }
  const running = await one.run(fanned(here))
  running.weights({ 'a→merge': 0.5, 'b→merge': 0.5 })
  const answer = running.ask(1, { timeout: '20s' }).catch((e: unknown) => e)
  await until(() => here.ran.length > 0)
  await until(() => one.ledger().inFlight <= 1)
  const [id] = running.runs() as [number]
  const bytes = await running.checkpoint(id)
  expect(await answer).toMatchObject({ code: 'run-moved', value: id })
  expect(running.inFlight).toBe(0)
  expect(one.ledger()).toMatchObject({ inFlight: 0, deadLettered: { cancelled: 1 }, balanced: true })

  const other = await two.run(fanned(there))
  const trace = await other.resume(bytes)
  // Routed by the A that it began with, though this process has another.
  expect(trace.value).toEqual({ a: 102, b: 20, weights: { a: 0.5, b: 0.5 }, input: 2 })
  expect(there.ran).toEqual([2])
  expect(await other.ask(1)).toMatchObject({ weights: { a: 0.25, b: 0.75 } })
  expect(two.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
})

test('a store hands a checkpoint to one of those that resume it', async () => {
  await using system = createSystem()
  const where = { stuck: true, ran: [] as number[] }
  const running = await system.run(fanned(where))
  const store = new MemoryStore()
  const answer = running.ask(1).catch((e: unknown) => e)
  await until(() => where.ran.length > 0)
  await running.checkpoint(running.runs()[0] as number, { store, key: 'run/1' })
  expect(await answer).toMatchObject({ code: 'run-moved' })
  where.stuck = false
  const tries = await Promise.allSettled([
    running.resume({ store, key: 'run/1' }),
    running.resume({ store, key: 'run/1' }),
  ])
  expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(running.resume({ store, key: 'run/1' })).rejects.toMatchObject({ path: 'key' })
})

test('when the store fails the run continues where it stood [G43]', async () => {
  await using system = createSystem()
  const where = { stuck: true, ran: [] as number[] }
  const running = await system.run(fanned(where))
  const store = new MemoryStore()
  await store.close()
  const answer = running.ask(1)
  await until(() => where.ran.length > 0)
  where.stuck = false
  const id = running.runs()[0] as number
  await expect(running.checkpoint(id, { store, key: 'k' })).rejects.toMatchObject({ code: 'store-closed' })
  expect(await answer).toMatchObject({ a: 102, b: 20 })
  await expect(running.checkpoint(id)).rejects.toMatchObject({ code: 'unknown-run' })
})

test('bytes that are damaged, of another version or of another pipeline are refused', async () => {
  await using system = createSystem()
  const where = { stuck: true, ran: [] as number[] }
  const running = await system.run(fanned(where))
  void running.ask(1).catch(() => {})
  await until(() => where.ran.length > 0)
  const bytes = await running.checkpoint(running.runs()[0] as number)
  const flipped = bytes.slice()
  flipped[40] = (flipped[40] ?? 0) ^ 1
  const message = decodeMessage(bytes)
  const changed = (change: object) =>
    encodeMessage({ ...message, body: { ...(message.body as object), ...change } })
  await using second = createSystem()
  const other = await second.run(pipeline('p', Num).to(plus('first', 1)))
  for (const [resumed, code, path] of [
    [() => running.resume(flipped), 'checkpoint-damaged', 'bytes'],
    [() => running.resume(bytes.subarray(0, 30)), 'checkpoint-damaged', 'bytes'],
    [() => running.resume('text' as unknown as Uint8Array), 'checkpoint-damaged', 'bytes'],
    [() => running.resume(changed({ version: 2 })), 'checkpoint-version', 'bytes.version'],
    [() => running.resume(changed({ pipeline: 'q' })), 'checkpoint-mismatch', 'bytes.pipeline'],
    [() => running.resume(changed({ parcels: 'none' })), 'checkpoint-damaged', 'bytes.parcels'],
    [() => other.resume(bytes), 'checkpoint-mismatch', 'bytes.shape'],
  ] as const) {
    await expect(resumed()).rejects.toMatchObject({ code, path })
  }
  expect(running.inFlight).toBe(0)
})

const Order = z.object({ item: z.string(), price: z.number() })
const approval = (ran: string[]) =>
  pipeline('orders', Order, { timeout: '1h' })
    .to(
      defineProcessor({
        name: 'approve',
        input: Order,
        output: z.object({ item: z.string(), approved: z.boolean(), by: z.string() }),
        process: async (order, ctx) => {
          ran.push(order.item)
          const approved = await ctx.human({
            question: `Buy ${order.item}?`,
            data: { price: order.price },
            answer: z.boolean(),
          })
          const by = await ctx.human({ question: 'Who are you?', answer: z.string() })
          return { item: order.item, approved, by }
        },
      }),
    )
    .map((x) => x)

test('a step waits for a person and holds no place meanwhile', async () => {
  await using system = createSystem()
  const ran: string[] = []
  const running = await system.run(approval(ran))
  const answers = Promise.all(['desk', 'lamp'].map((item) => running.ask({ item, price: 9 })))
  await until(() => running.pending().length >= 2)
  expect(running.processors().every(({ load }) => load === 0)).toBe(true)
  const [desk, lamp] = running.pending()
  expect(desk?.askedMs).toBeGreaterThanOrEqual(0)
  expect(desk?.remainingMs).toBeGreaterThan(0)
  expect(desk).toMatchObject({ processor: 'approve', question: 'Buy desk?', data: { price: 9 } })
  await expect(running.answer(desk?.id as string, 'yes')).rejects.toMatchObject({
    code: 'schema',
    path: 'approve.answer',
  })
  await running.answer(lamp?.id as string, false)
  await running.answer(desk?.id as string, true)
  await expect(running.answer(desk?.id as string, true)).rejects.toMatchObject({ code: 'unknown-question' })
  await until(() => running.pending().length >= 2)
  for (const { id } of running.pending()) await running.answer(id, 'Ann')
  expect(await answers).toEqual([
    { item: 'desk', approved: true, by: 'Ann' },
    { item: 'lamp', approved: false, by: 'Ann' },
  ])
  expect(ran).toHaveLength(6)
  expect(running.pending()).toEqual([])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
})

test('a question outlives its process, with the answers so far; a deadline ends it', async () => {
  await using one = createSystem()
  const running = await one.run(approval([]))
  void running.ask({ item: 'desk', price: 9 }).catch(() => {})
  await until(() => running.pending().length > 0)
  await running.answer(running.pending()[0]?.id as string, true)
  await until(() => running.pending()[0]?.question === 'Who are you?')
  const bytes = await running.checkpoint(running.pending()[0]?.run as number)
  expect(running.pending()).toEqual([])

  await using two = createSystem()
  const other = await two.run(approval([]))
  const resumed = other.resume(bytes)
  await until(() => other.pending().length > 0)
  expect(other.pending()[0]).toMatchObject({ question: 'Who are you?' })
  await other.answer(other.pending()[0]?.id as string, 'Bob')
  expect((await resumed).value).toEqual({ item: 'desk', approved: true, by: 'Bob' })

  const late = await other.ask({ item: 'lamp', price: 1 }, { timeout: 500 }).catch((e: unknown) => e)
  expect(late).toMatchObject({ code: 'deadline', waitingFor: ['approve'] })
  expect(other.pending()).toEqual([])
  expect(two.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('a stop settles what waits for a person; a checkpoint saves it before', async () => {
  const system = createSystem()
  const running = await system.run(approval([]))
  const lost = running.ask({ item: 'desk', price: 9 }).catch((e: unknown) => e)
  await until(() => running.pending().length > 0)
  await system.stop()
  expect(await lost).toMatchObject({ code: 'pipeline-stopped' })
  expect(running.pending()).toEqual([])
  expect(running.inFlight).toBe(0)
})

test('outside of a pipeline nobody can answer', async () => {
  await using system = createSystem()
  const asks = defineProcessor({
    name: 'asks',
    input: Num,
    output: Num,
    retry: { attempts: 1 },
    process: async (n, ctx) => {
      await ctx.human({ question: 'Well?' })
      return n
    },
  })
  await expect(system.spawn(asks).ask(1)).rejects.toMatchObject({ cause: { code: 'nobody-to-ask' } })
})

test('a run is replayed from any step, with another input if wanted', async () => {
  await using system = createSystem()
  const where = { stuck: false, ran: [] as number[] }
  const running = await system.run(fanned(where))
  const trace = await running.trace(1)
  expect(trace.value).toMatchObject({ a: 102, b: 20 })
  where.ran.length = 0
  const edited = await running.replay(trace, { from: 'a', input: 7 })
  expect(edited.value).toMatchObject({ a: 107, b: 20, input: 2 })
  expect(where.ran).toEqual([])
  expect((await running.replay(trace, { from: 'b' })).value).toMatchObject({ a: 102, b: 20 })
  expect((await running.replay(trace, { from: 'merge', input: { a: 1, b: 2 } })).value).toMatchObject({
    a: 1,
    b: 2,
  })
  expect((await running.replay(trace, { from: 'first', input: 4 })).value).toMatchObject({ a: 105, b: 50 })
  await expect(running.replay(trace, { from: 'nowhere' })).rejects.toMatchObject({ path: 'from' })
  await expect(running.replay({ ...trace, messages: [] }, { from: 'a' })).rejects.toMatchObject({
    path: 'from',
  })
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true, deadLettered: {} })
})
