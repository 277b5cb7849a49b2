import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { errorChain } from '../../src/kernel/errors.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { AskAllOptions, AskAllResult } from '../../src/pipeline/control/ask-all-options.ts'
import { resilience } from '../../src/supervision/resilience.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns, until } from '../../src/testkit/until.ts'

const Num = z.number()
const double = defineProcessor({ name: 'double', input: Num, output: Num, process: (n) => n * 2 })

/** A step whose runs end when the test says so. */
function held(concurrency = 100) {
  const open = new Map<number, () => void>()
  const begun: number[] = []
  const step = defineProcessor({
    name: 'held',
    input: Num,
    output: Num,
    concurrency,
    retry: { attempts: 1 },
    process: (n, ctx) =>
      new Promise<number>((resolve, reject) => {
        begun.push(n)
        open.set(n, () => resolve(n))
        ctx.signal.addEventListener('abort', () => reject(new Error(`${n} was cancelled`)))
      }),
  })
  return { step, begun, end: (n: number) => open.get(n)?.() }
}

async function* count(to: number, seen: { read: number; closed?: boolean } = { read: 0 }) {
  try {
    for (let n = 0; n < to; n++) {
      seen.read += 1
      yield n
    }
  } finally {
    seen.closed = true
  }
}

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const result of results) list.push(result)
  return list
}

const valuesOf = (results: readonly AskAllResult<number, number>[]) => results.map(({ value }) => value)

test('every input gets its result, by its index; in order where that is asked', async () => {
  await using system = createSystem()
  const { step, end, begun } = held()
  const running = await system.run(pipeline('p', Num).to(step))
  for (const ordered of [false, true]) {
    begun.length = 0
    const results = all(running.askAll([0, 1, 2, 3], { ordered, inFlight: 4 }))
    await until(() => begun.length === 4)
    for (const n of [2, 0, 3, 1]) {
      end(n)
      await turns(3)
    }
    const order = ordered ? [0, 1, 2, 3] : [2, 0, 3, 1]
    expect(await results).toEqual(order.map((n) => ({ index: n, id: n, input: n, value: n })))
  }
})

test('an item that fails is a result with its error; the others continue', async () => {
  await using system = createSystem()
  const picky = defineProcessor({
    name: 'picky',
    input: Num,
    output: Num,
    retry: { attempts: 2 },
    process: (n) => {
      if (n % 3 === 1) throw new Error(`not ${n}`)
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(picky))
  const inputs = [0, 1, 2, 'three' as unknown as number, 4]
  const results = await all(running.askAll(inputs, { ordered: true }))
  expect(results.map(({ value, error }) => value ?? (error as { code?: string }).code)).toEqual([
    0,
    'processor-failed',
    2,
    'schema',
    'processor-failed',
  ])
  const seen: unknown[] = []
  const first = async () => {
    for await (const { value } of running.askAll(inputs, { ordered: true, onError: 'throw' }))
      seen.push(value)
  }
  await expect(first()).rejects.toMatchObject({ code: 'processor-failed', processor: 'picky' })
  expect(seen).toEqual([0])
})

test('a million inputs as they come: what is read ahead is bounded, however slow the consumer is [G63]', async () => {
  await using system = createSystem()
  const running = await system.run(pipeline('p', Num).to(double))
  const seen = { read: 0 }
  let got = 0
  let ahead = 0
  let sum = 0
  for await (const { value = Number.NaN } of running.askAll(count(1_000_000, seen), { inFlight: 16 })) {
    got += 1
    sum += value
    ahead = Math.max(ahead, seen.read - got)
    if (got % 200_000 === 0) await turns(100)
  }
  expect(got).toBe(1_000_000)
  expect(sum).toBe(999_999 * 1_000_000)
  expect(ahead).toBeLessThanOrEqual(2 * 16)
  expect(running.inFlight).toBe(0)
}, 120_000)

test('nothing is read before the first next, nor more than there is room for', async () => {
  await using system = createSystem()
  const { step, begun, end } = held()
  const running = await system.run(pipeline('p', Num).to(step))
  const seen = { read: 0 }
  const results = running.askAll(count(100, seen), { ordered: true, inFlight: 4 })
  await turns(5)
  expect(seen.read).toBe(0)
  const first = results.next()
  await until(() => begun.length === 4)
  await turns(5)
  expect(seen.read).toBe(4)
  // The first holds the others back: what has ended waits for it, and room is what bounds that.
  for (const n of [1, 2, 3, 4, 5, 6, 7]) {
    await until(() => begun.includes(n))
    end(n)
  }
  await turns(10)
  expect(seen.read).toBe(8)
  end(0)
  expect((await first).value).toMatchObject({ index: 0, value: 0 })
  await results.return?.()
})

test('leaving the loop cancels what runs and closes the source', async () => {
  await using system = createSystem()
  const { step, begun, end } = held()
  const running = await system.run(pipeline('p', Num).to(step))
  const seen: { read: number; closed?: boolean } = { read: 0 }
  for await (const { value } of (() => {
    void until(() => begun.length === 4).then(() => end(2))
    return running.askAll(count(100, seen), { inFlight: 4 })
  })()) {
    expect(value).toBe(2)
    break
  }
  expect(seen.closed).toBe(true)
  expect(running.inFlight).toBe(0)
  expect(running.processors()).toMatchObject([{ load: 0 }])
})

test('a signal ends the loop: what ended before is delivered, what runs is cancelled and no result', async () => {
  await using system = createSystem()
  const { step, begun, end } = held()
  const running = await system.run(pipeline('p', Num).to(step))
  const stop = new AbortController()
  const results = running.askAll(count(100), { inFlight: 4, signal: stop.signal })
  const first = results.next()
  await until(() => begun.length === 4)
  end(1)
  expect((await first).value).toMatchObject({ value: 1 })
  end(2)
  await until(() => running.inFlight === 4)
  await turns(5)
  stop.abort('enough')
  expect((await results.next()).value).toMatchObject({ value: 2 })
  await expect(results.next()).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' })
  expect(await results.next()).toEqual({ done: true, value: undefined })
  expect(running.inFlight).toBe(0)
})

test('a source that fails: what it gave before is answered, then the loop throws its error', async () => {
  await using system = createSystem()
  const running = await system.run(pipeline('p', Num).to(double))
  async function* broken() {
    yield 1
    yield 2
    throw new Error('the file ends in the middle')
  }
  const values: unknown[] = []
  const read = async (options: AskAllOptions<number>) => {
    for await (const { value } of running.askAll(broken(), options)) values.push(value)
  }
  await expect(read({})).rejects.toThrow('the file ends in the middle')
  expect(values).toEqual([2, 4])
  const seen: { read: number; closed?: boolean } = { read: 0 }
  const unnamed = running.askAll(count(9, seen), {
    id: () => {
      throw new Error('no name')
    },
  })
  await expect(unnamed.next()).rejects.toThrow('no name')
  expect(seen.closed).toBe(true)
})

test.each([
  ['nothing', undefined],
  ['a promise', Promise.resolve('a')],
  ['an object without a text', Object.create(null)],
  ['NaN', Number.NaN],
])('a name that is %s ends the loop with a refusal, after the results of earlier items', async (_, name) => {
  await using system = createSystem()
  const running = await system.run(pipeline('p', Num).to(double))
  const values: unknown[] = []
  const read = async () => {
    const id = (input: number) => (input < 2 ? `row ${input}` : (name as string))
    for await (const { value } of running.askAll([0, 1, 2, 3], { id })) values.push(value)
  }
  await expect(read()).rejects.toMatchObject({ code: 'invalid-argument', path: 'askAll.id(input 2)' })
  expect(values).toEqual([0, 2])
})

test('it resumes: what is done is left out, and a name is the idempotency key of its run', async () => {
  await using system = createSystem()
  const keys: (string | undefined)[] = []
  const keyed = defineProcessor({
    name: 'keyed',
    input: z.object({ row: z.string() }),
    output: Num,
    process: (_, ctx) => keys.push(ctx.idempotencyKey),
  })
  const running = await system.run(pipeline('p', z.object({ row: z.string() })).to(keyed))
  const rows = ['a', 'b', 'c', 'd'].map((row) => ({ row, more: row.length }))
  const written = new Set(['a', 'c'])
  const results = await all(
    running.askAll(rows, {
      id: ({ row, more }) => `${row}${more}`.slice(0, 1),
      done: async (id) => written.has(String(id)),
    }),
  )
  expect(results.map(({ index, id }) => [index, id])).toEqual([
    [1, 'b'],
    [3, 'd'],
  ])
  expect(keys).toEqual(['b', 'd'])
  // By index: that many are written.
  const rest = await all(running.askAll(rows, { ordered: true, done: (id) => Number(id) < 3 }))
  expect(rest.map(({ id }) => id)).toEqual([3])
  expect(keys.at(-1)).toBeUndefined()
})

test('an item has no deadline by default, whatever the pipeline’s is; with one it counts from the first ask', async () => {
  const kernel = new ManualKernel()
  await using system = createSystem({ kernel })
  const { step, begun, end } = held()
  const running = await system.run(pipeline('p', Num, { timeout: '1s' }).to(step))
  const results = running.askAll([1, 2])
  const first = results.next()
  await turns(5)
  await kernel.advance(3_600_000)
  await turns(5)
  expect(begun).toEqual([1, 2])
  end(1)
  end(2)
  expect((await first).value).toMatchObject({ value: 1 })
  expect((await results.next()).value).toMatchObject({ value: 2 })
  const timed = running.askAll([3], { timeout: '2s' }).next()
  await turns(5)
  await kernel.advance(2_001)
  expect((await timed).value).toMatchObject({ input: 3, error: { code: 'deadline' } })
})

test('an item that finds no room is asked again: a full pipeline and a full mailbox lose none [G63]', async () => {
  await using system = createSystem()
  const slow = defineProcessor({
    name: 'slow',
    input: Num,
    output: Num,
    mailbox: { capacity: 2 },
    process: async (n) => {
      await turns(1)
      return n
    },
  })
  const running = await system.run(pipeline('p', Num, { maxInFlight: 8 }).to(slow))
  const others = [100, 101].map((n) => running.ask(n))
  const results = await all(running.askAll(count(60), { inFlight: 8 }))
  expect(valuesOf(results).toSorted((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n))
  expect(await Promise.all(others)).toEqual([100, 101])
})

test('an item whose callee has no room is asked again: an open breaker costs the calls that it tries, and no more [G233]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel, log: false })
  const guard = resilience(kernel, { name: 'callee', breaker: { failures: 2, within: '1s', open: '5s' } })
  let calls = 0
  const step = defineProcessor({
    name: 'caller',
    input: Num,
    output: Num,
    concurrency: 4,
    retry: { attempts: 1 },
    process: (n) =>
      guard.run(() => {
        calls += 1
        // The first trial finds it down as well.
        if (calls <= 3) throw new Error('down')
        return n
      }),
  })
  const running = await system.run(pipeline('p', Num).to(step))
  const results = all(running.askAll(count(100), { inFlight: 4, ordered: true }))
  await kernel.settle()
  expect(calls).toBe(2)
  await kernel.advance(4_900)
  expect(calls).toBe(2)
  await kernel.advance(60_000)
  const failed = (await results).filter(({ error }) => error !== undefined)
  expect(failed.map(({ error }) => errorChain(error).at(-1)?.message)).toEqual(['down', 'down', 'down'])
  expect(calls).toBe(100)
  await system.stop()
})

test('a callee that is busy and says to come back at once is asked less and less often', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel, log: false })
  let calls = 0
  const step = defineProcessor({
    name: 'caller',
    input: Num,
    output: Num,
    retry: { attempts: 1 },
    process: (n) => {
      calls += 1
      if (kernel.clock.monotonic() < 10_000)
        throw Object.assign(new Error('remote'), { code: 'overloaded', retryAfter: 0 })
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(step))
  const results = all(running.askAll([1]))
  await kernel.advance(12_000)
  expect((await results).map(({ value }) => value)).toEqual([1])
  expect(calls).toBeLessThan(30)
  await system.stop()
})

test('a pipeline that stops ends the loop; the rest is for the next time', async () => {
  await using system = createSystem()
  const { step, begun, end } = held()
  const running = await system.run(pipeline('p', Num).to(step))
  const results = running.askAll(count(100), { inFlight: 2 })
  const first = results.next()
  await until(() => begun.length === 2)
  end(0)
  expect((await first).value).toMatchObject({ value: 0 })
  const next = results.next()
  next.catch(() => {})
  await running.stop({ drain: 0 })
  await expect(next).rejects.toMatchObject({ code: 'pipeline-stopped' })
})

test('a timeout of Infinity is no deadline: it goes through JSON and through a checkpoint', async () => {
  const kernel = new ManualKernel()
  await using system = createSystem({ kernel })
  const { step, end } = held()
  const endless = pipeline('endless', Num, { timeout: Number.POSITIVE_INFINITY }).to(step)
  expect(endless.problems()).toEqual([])
  expect(JSON.parse(JSON.stringify(endless))).toMatchObject({ timeoutMs: null })
  const running = await system.run(endless)
  const asked = running.ask(7)
  asked.catch(() => {})
  await turns(5)
  const [id = 0] = running.runs()
  const moved = await running.checkpoint(id)
  await expect(asked).rejects.toMatchObject({ code: 'run-moved' })
  const resumed = running.resume(moved)
  await turns(5)
  await kernel.advance(100_000_000)
  await turns(5)
  end(7)
  expect((await resumed).value).toBe(7)
})

test('options that are none are refused at once', async () => {
  await using system = createSystem()
  const running = await system.run(pipeline('p', Num).to(double))
  const refused = (inputs: unknown, options: unknown, path: string) =>
    expect(() => running.askAll(inputs as number[], options as AskAllOptions<number>)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path }),
    )
  refused(7, {}, 'p.askAll.inputs')
  refused('text', {}, 'p.askAll.inputs')
  refused([], { order: true }, 'p.askAll.order')
  refused([], { ordered: 1 }, 'p.askAll.ordered')
  refused([], { inFlight: 0 }, 'p.askAll.inFlight')
  refused([], { timeout: 'soon' }, 'p.askAll.timeout')
  refused([], { onError: 'ignore' }, 'p.askAll.onError')
  refused([], { id: 'name' }, 'p.askAll.id')
  refused([], { done: true }, 'p.askAll.done')
  refused([], { signal: {} }, 'p.askAll.signal')
  expect(await all(running.askAll([]))).toEqual([])
})

test('a job with a tenant leaves the others their share', async () => {
  const begun: string[] = []
  const step = defineProcessor({
    name: 'step',
    input: z.string(),
    output: z.string(),
    async process(text, ctx) {
      begun.push(text)
      await ctx.turn()
      return text
    },
  })
  const system = createSystem()
  const running = await system.run(pipeline('p', z.string()).to(step))
  const job = (async () => {
    for await (const { error } of running.askAll(
      Array.from({ length: 200 }, (_, at) => `job ${at}`),
      { tenant: 'nightly', priority: 1, inFlight: 100 },
    ))
      expect(error).toBeUndefined()
  })()
  await until(() => begun.length > 0)
  const before = begun.length
  await Promise.all(['one', 'two', 'three'].map((text) => running.ask(text, { tenant: 'person' })))
  const after = begun.slice(before)
  expect(after.indexOf('three')).toBeLessThan(10)
  await job
  expect(begun).toHaveLength(203)
  expect(() => running.askAll([], { tenant: 7 as never })).toThrow(/p\.askAll\.tenant/u)
  expect(() => running.askAll([], { priority: 8 })).toThrow(/priority/u)
  await system.stop()
})
