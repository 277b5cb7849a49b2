import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { StreamEvent } from '../../src/pipeline/control/streams.ts'
import type { InferencePort } from '../../src/ports/inference.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns, until } from '../../src/testkit/until.ts'

const Num = z.number()
const told = (event: StreamEvent<unknown>): unknown =>
  event.type === 'partial'
    ? `${event.processor}.${event.attempt} ${event.value}`
    : event.type === 'hop'
      ? event.hop.processor
      : event.type

test('partial results, hops and the value come in order', async () => {
  await using system = createSystem()
  const words = (name: string) =>
    defineProcessor({
      name,
      input: Num,
      output: Num,
      process: async (n, ctx) => {
        for (let i = 1; i <= n; i++) await ctx.emit(i)
        return n
      },
    })
  const running = await system.run(pipeline('p', Num).to(words('one')).to(words('two')))
  const events: StreamEvent<number>[] = []
  for await (const event of running.stream(2)) events.push(event)
  expect(events.map(told)).toEqual([
    'started',
    'one.1 1',
    'one.1 2',
    'one',
    'two.1 1',
    'two.1 2',
    'two',
    'value',
  ])
  const [first] = events
  const last = events.at(-1)
  expect(last).toMatchObject({ type: 'value', value: 2, trace: { id: (first as { id: number }).id } })
})

test('a slow consumer slows the emitter: no more than the buffer waits', async () => {
  await using system = createSystem()
  let emitted = 0
  const fast = defineProcessor({
    name: 'fast',
    input: Num,
    output: Num,
    process: async (n, ctx) => {
      for (; emitted < n; emitted++) await ctx.emit(emitted)
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(fast))
  const values: unknown[] = []
  let ahead = 0
  for await (const event of running.stream(40, { buffer: 3 })) {
    await turns(5)
    if (event.type !== 'partial') continue
    values.push(event.value)
    ahead = Math.max(ahead, emitted - values.length)
  }
  expect(values).toEqual(Array.from({ length: 40 }, (_, i) => i))
  expect(ahead).toBeLessThanOrEqual(4)
})

test('emits without await work within the bound; beyond it they throw', async () => {
  await using system = createSystem()
  const hasty = defineProcessor({
    name: 'hasty',
    input: Num,
    output: Num,
    retry: { attempts: 1 },
    process: (n, ctx) => {
      for (let i = 0; i < n; i++) ctx.emit(i)
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(hasty))
  const events: unknown[] = []
  for await (const event of running.stream(8, { buffer: 4 })) events.push(told(event))
  expect(events).toHaveLength(1 + 8 + 1 + 1)
  const collect = async () => {
    for await (const _ of running.stream(100, { buffer: 4 }));
  }
  await expect(collect()).rejects.toMatchObject({
    code: 'processor-failed',
    cause: { code: 'stream-overrun', path: 'stream.buffer' },
  })
  expect(await running.ask(1000)).toBe(1000)
  expect(() => running.stream(1, { buffer: 0 })).toThrow(/stream.buffer/)
})

test('leaving the loop cancels the run: its attempt, what is queued, and its inference rows [G45]', async () => {
  let call: { signal?: AbortSignal } = {}
  let asked = () => {}
  const rows = new Promise<void>((resolve) => {
    asked = resolve
  })
  const inference: InferencePort = {
    run: (_task, _rows, given = {}) => {
      call = given as { signal?: AbortSignal }
      asked()
      return new Promise((_resolve, reject) =>
        given.signal?.addEventListener('abort', () => reject(given.signal?.reason as Error)),
      )
    },
    warm: () => Promise.reject(new Error('not here')),
    stop: async () => {},
  }
  await using system = createSystem({ inference })
  const thinks = defineProcessor({
    name: 'thinks',
    input: Num,
    output: Num,
    models: { m: { kind: 'embeddings', model: 'm', options: {} } },
    process: async (n, ctx) => {
      await ctx.emit('on my way')
      await ctx.infer('m' as never, n as never)
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(thinks).to(thinks))
  for await (const event of running.stream(1)) {
    if (event.type !== 'partial') continue
    await rows
    break
  }
  expect(call.signal?.aborted).toBe(true)
  expect(running.inFlight).toBe(0)
  expect(system.ledger()).toMatchObject({ inFlight: 0, deadLettered: { cancelled: 1 }, balanced: true })
})

test('a failing run throws in the loop, after what it gave before; an attempt anew says so', async () => {
  await using system = createSystem()
  const flaky = defineProcessor({
    name: 'flaky',
    input: Num,
    output: Num,
    retry: { attempts: 2 },
    process: async (n, ctx) => {
      await ctx.emit(n)
      throw new Error('no')
    },
  })
  const running = await system.run(pipeline('p', Num).to(flaky))
  const events: unknown[] = []
  const collect = async () => {
    for await (const event of running.stream(5)) events.push(told(event))
  }
  await expect(collect()).rejects.toMatchObject({ code: 'processor-failed', cause: { message: 'no' } })
  expect(events).toEqual(['started', 'flaky.1 5', 'flaky.2 5', 'flaky'])
  const wrong = async () => {
    for await (const _ of running.stream('x' as unknown as number));
  }
  await expect(wrong()).rejects.toMatchObject({ code: 'schema', path: 'p.input' })
})

test('a deadline ends a stream whose consumer stands still, and the waiting emitter', async () => {
  await using system = createSystem()
  let ended = false
  const patient = defineProcessor({
    name: 'patient',
    input: Num,
    output: Num,
    process: async (n, ctx) => {
      for (let i = 0; i < 10; i++) await ctx.emit(i)
      ended = true
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(patient))
  const stream = running.stream(1, { buffer: 1, timeout: 20 })
  expect((await stream.next()).value).toMatchObject({ type: 'started' })
  await until(() => running.inFlight === 0)
  await until(() => ended)
  const rest: unknown[] = []
  const drain = async () => {
    for await (const event of stream) rest.push(told(event))
  }
  await expect(drain()).rejects.toMatchObject({ code: 'deadline' })
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})
