import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { MemoryStore } from '../../src/journal/memory-store.ts'
import { pipeline, pipelineFromJSON } from '../../src/pipeline/builder.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns, until } from '../../src/testkit/until.ts'
import { onManualClock } from '../system/on-manual-clock.ts'

const Num = z.number()
const plus = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n + by })
const codeOf = (error: { code: string }) => error.code

/** Notes what it was given, and waits for its signal. */
const stuck = (ran: number[] = []) =>
  defineProcessor({
    name: 'stuck',
    input: Num,
    output: Num,
    process: (n, ctx) => {
      ran.push(n)
      return new Promise<number>((_resolve, reject) =>
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error)),
      )
    },
  })

test('a checkpoint that can not be resumed here stays in its store for others', async () => {
  await using system = createSystem()
  const ran: number[] = []
  const running = await system.run(pipeline('p', Num, { maxInFlight: 1 }).to(stuck(ran)))
  const stored = { store: new MemoryStore(), key: 'k' }
  const moved = running.ask(1).catch(codeOf)
  await until(() => ran.length > 0)
  const bytes = await running.checkpoint(running.runs()[0] as number, stored)
  expect(await moved).toBe('run-moved')
  const badly = running.resume(stored, { timeout: 'soon' as never })
  await expect(badly).rejects.toMatchObject({ code: 'invalid-argument', path: 'timeout' })
  expect(await stored.store.get('k')).toEqual(bytes)

  const caller = new AbortController()
  const other = running.ask(2, { signal: caller.signal }).catch(codeOf)
  await expect(running.resume(stored)).rejects.toMatchObject({ code: 'pipeline-full' })
  expect(await stored.store.get('k')).toEqual(bytes)
  caller.abort()
  expect(await other).toBe('cancelled')
})

test('a run that settles while it is being stored is not stored as well', async () => {
  await using system = createSystem()
  const ran: number[] = []
  const running = await system.run(pipeline('p', Num).to(stuck(ran)))
  const caller = new AbortController()
  class Slow extends MemoryStore {
    override flushed(): Promise<void> {
      caller.abort()
      return super.flushed()
    }
  }
  const store = new Slow()
  const asked = running.ask(1, { signal: caller.signal }).catch(codeOf)
  await until(() => ran.length > 0)
  const checkpoint = running.checkpoint(running.runs()[0] as number, { store, key: 'k' })
  await expect(checkpoint).rejects.toMatchObject({ code: 'unknown-run' })
  expect(await asked).toBe('cancelled')
  expect(await store.get('k')).toBeUndefined()
})

test('an observer that throws fails the run that it watches; one that rejects afterwards, none', async () => {
  await using system = createSystem()
  const running = await system.run(pipeline('p', Num).to(plus('a', 1)).to(plus('b', 1)))
  const broken = new Error('observer')
  const thrown = running.trace(1, {
    onEvent: () => {
      throw broken
    },
  })
  await expect(thrown).rejects.toMatchObject({ code: 'processor-failed', path: 'onEvent', cause: broken })
  // One that rejects when its run has been answered changes nothing, and doesn't end the process.
  let reject: (error: Error) => void = () => {}
  const observed = new Promise<never>((_, no) => {
    reject = no
  })
  expect(await running.ask(1, { onEvent: () => observed })).toBe(3)
  reject(broken)
  expect(await running.ask(1)).toBe(3)
  await new Promise(setImmediate)
  expect(await running.ask(1)).toBe(3)
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('messages of one key keep their order though one of them is tried again', async () => {
  const { system, kernel } = onManualClock()
  const order: number[] = []
  const flaky = defineProcessor({
    name: 'flaky',
    input: Num,
    output: Num,
    retry: { attempts: 2, backoff: ['5ms'] },
    process: (n, { attempt }) => {
      if (n === 1 && attempt === 1) throw new Error('once')
      return n
    },
  })
  const last = defineProcessor({
    name: 'last',
    input: Num,
    output: Num,
    process: (n) => {
      order.push(n)
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(flaky).to(last))
  const answers = Promise.all([1, 2, 3].map((n) => running.ask(n, { orderKey: 'k' })))
  await kernel.advance(100)
  await answers
  expect(order).toEqual([1, 2, 3])
})

test('a step that is replaced keeps the replicas that it was resized to, of which there is a most', async () => {
  await using system = createSystem()
  const running = await system.run(pipeline('p', Num).to(plus('a', 1)))
  running.resize('a', 3)
  await running.replace('a', plus('a', 2))
  expect(running.processors()[0]?.replicas).toBe(3)
  expect(() => running.resize('a', 1025)).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path: 'a.replicas' }),
  )
})

test('branches may have names that every object knows', async () => {
  await using system = createSystem()
  const branches = { constructor: plus('c', 1), toString: plus('t', 2), ['__proto__']: plus('p', 3) }
  const fan = pipeline('p', Num).fan(branches as never)
  const running = await system.run(fan.merge((parts) => Object.entries(parts)))
  expect(await running.ask(1)).toEqual([
    ['constructor', 2],
    ['toString', 3],
    ['__proto__', 4],
  ])
})

test('a join waits for its grace from its quorum on, and never beyond its deadline', async () => {
  const { system, kernel, wait } = onManualClock()
  const after = (name: string, ms: number) =>
    defineProcessor({ name, input: Num, output: Num, process: (n) => wait(ms).then(() => n) })
  const count = (parts: object) => Object.values(parts).filter((part) => part !== undefined).length
  const graced = await system.run(
    pipeline('graced', Num)
      .fan({ a: after('a', 0), b: after('b', 10), c: after('c', 50), d: after('d', 5000) })
      .merge(count, { quorum: 2, grace: '60ms' }),
  )
  const bounded = await system.run(
    pipeline('bounded', Num)
      .fan({ a: after('a', 0), b: after('b', 90), d: after('d', 5000) })
      .merge(count, { quorum: 2, grace: '80ms', deadline: '100ms' }),
  )
  const traces = Promise.all([graced.trace(1), bounded.trace(1)])
  for (let at = 0; at < 300; at += 10) await kernel.advance(10)
  // Quorum at 10: grace until 70, though a third part came at 50. First part at 0: until 100.
  expect((await traces).map(({ totalMs, value }) => [totalMs, value])).toEqual([
    [70, 3],
    [100, 2],
  ])
})

test('a join whose run was not checkpointed after all has its deadline still', async () => {
  const { system, kernel } = onManualClock()
  const ran: number[] = []
  const running = await system.run(
    pipeline('p', Num, { timeout: '10s' })
      .fan({ a: plus('a', 0), b: stuck(ran), c: stuck(ran) })
      .merge(() => 'merged', { quorum: 2, deadline: '100ms' }),
  )
  const answer = running.ask(1).catch((error: { cause: { code: string } }) => error.cause.code)
  for (let at = 0; at < 10 && ran.length < 2; at++) await kernel.advance(1)
  const store = new MemoryStore()
  await store.close()
  const checkpoint = running.checkpoint(running.runs()[0] as number, { store, key: 'k' })
  await expect(checkpoint).rejects.toMatchObject({ code: 'store-closed' })
  await kernel.advance(200)
  expect(running.inFlight).toBe(0)
  expect(await answer).toBe('quorum-missed')
})

test('of several questions asked at once each gets its own answer', async () => {
  await using system = createSystem()
  const step = defineProcessor({
    name: 'asks',
    input: Num,
    output: z.string(),
    process: async (_n, ctx) => {
      const answers = await Promise.all([ctx.human({ question: 'a?' }), ctx.human({ question: 'b?' })])
      return answers.join()
    },
  })
  const running = await system.run(pipeline('p', Num).to(step))
  const answer = running.ask(1)
  for (const expected of ['a?', 'b?']) {
    await until(() => running.pending().length > 0)
    const [{ id, question } = { id: '', question: '' }] = running.pending()
    expect(question).toBe(expected)
    await running.answer(id, `answer to ${question}`)
  }
  expect(await answer).toBe('answer to a?,answer to b?')
  // Once for the run, not once more for each time it waited.
  expect(system.ledger()).toMatchObject({ inFlight: 0, answered: 1, balanced: true })
})

test.each([-5, 1.5, 1e12])('a pipeline from JSON that remembers %d runs is refused', (history) => {
  const json = { ...pipeline('p', Num).to(plus('a', 1)).toJSON(), history }
  const from = () => pipelineFromJSON(json, { processors: [plus('a', 1)] })
  expect(from).toThrow(expect.objectContaining({ code: 'pipeline-plan', path: 'p.history' }))
})

test('a key whose message was shed is not bound to a copy that is gone', async () => {
  await using system = createSystem()
  const waiting: (() => void)[] = []
  const slow = defineProcessor({
    name: 'slow',
    input: Num,
    output: Num,
    mailbox: { capacity: 1, overflow: 'drop-newest' },
    process: (n) => (n < 0 ? n : new Promise<number>((resolve) => waiting.push(() => resolve(n)))),
  })
  const running = await system.run(pipeline('p', Num).to(slow))
  running.resize('slow', 2)
  const keys = Array.from({ length: 16 }, (_, n) => `key ${n}`)
  const asked = keys.map((orderKey, n) => running.ask(n, { orderKey }).catch(() => 'shed'))
  for (let at = 0; at < 20; at++) {
    await turns()
    for (const letGo of waiting.splice(0)) letGo()
  }
  expect(await Promise.all(asked)).toContain('shed')
  running.resize('slow', 1)
  for (const orderKey of keys) expect(await running.ask(-1, { orderKey })).toBe(-1)
})
