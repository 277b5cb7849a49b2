import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  createInference,
  createSystem,
  defineProcessor,
  type InferenceEngine,
  type InferenceOptions,
  pipeline,
} from '../../src/index.ts'
import type { InferenceOverloadedError } from '../../src/inference/errors.ts'
import { embeddings } from '../../src/inference/tasks/embeddings.ts'
import { tensors } from '../../src/inference/tasks/tensors.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { InferenceHop } from '../../src/message/header.ts'
import type { RuntimeEvent } from '../../src/ports/events.ts'
import { ModelFolders } from './tasks/model-folders.ts'

const minilm = embeddings('all-minilm-l6-v2')
const kernel = platformKernel()
let engine: InferenceEngine
const make = (options: Partial<InferenceOptions> = {}): InferenceEngine => {
  engine = createInference({ kernel, workers: 1, ...options })
  return engine
}
afterEach(() => engine.stop())

/** Rows that keep the only worker busy for a while, each long and different. */
const busy = (count = 16): string[] =>
  Array.from({ length: count }, (_, i) => `${'a long row '.repeat(60)} ${i}`)

test('a higher priority goes first, then the earlier deadline, then who came first', async () => {
  make({ maxBatch: 1 })
  await engine.warm(minilm)
  const order: string[] = []
  const note = (name: string) => () => order.push(name)
  const blocked = engine.run(minilm, busy(2))
  const now = kernel.clock.monotonic()
  await Promise.all([
    blocked,
    engine.run(minilm, ['x first']).then(note('first')),
    engine.run(minilm, ['x later'], { deadline: now + 60_000 }).then(note('deadline in 60 s')),
    engine.run(minilm, ['x sooner'], { deadline: now + 30_000 }).then(note('deadline in 30 s')),
    engine.run(minilm, ['x urgent'], { priority: 5 }).then(note('urgent')),
  ])
  expect(order).toEqual(['urgent', 'deadline in 30 s', 'deadline in 60 s', 'first'])
})

test('after a caller who was alone, callers of one moment still share a batch, however deep their promises', async () => {
  make({ batchSize: 8 })
  await engine.warm(minilm)
  await engine.run(minilm, ['alone'])
  await engine.run(minilm, ['alone again'])
  const sizes: number[] = []
  const account = ({ batchSize }: InferenceHop) => sizes.push(batchSize)
  await Promise.all(
    Array.from({ length: 8 }, async (_, depth) => {
      for (let i = 0; i < depth; i++) await null
      return engine.run(minilm, [`row ${depth}`], { account })
    }),
  )
  expect(sizes).toEqual(new Array(8).fill(8))
})

test('too many waiting rows are refused with a typed error, nothing is lost, and the account says so', async () => {
  make({ queueLimit: 40 })
  await engine.warm(minilm)
  const kept = engine.run(minilm, busy(30))
  await expect(engine.run(minilm, busy(30))).rejects.toMatchObject({ code: 'queue-full', value: 40 })
  expect(await kept).toHaveLength(30)
  expect(engine.stats().models['all-minilm-l6-v2']?.rejected).toEqual({ 'queue-full': 30 })
})

test('rows that can not be done by their deadline are refused at once, those that go first are done [G127]', async () => {
  make()
  await engine.warm(minilm)
  // The time a row takes is learned.
  for (let i = 0; i < 4; i++) await engine.run(minilm, busy())
  const startedAt = kernel.clock.monotonic()
  await engine.run(
    minilm,
    busy().map((row) => `${row} again`),
  )
  const rowMs = (kernel.clock.monotonic() - startedAt) / 16
  const flood = engine.run(
    minilm,
    Array.from({ length: 200 }, (_, i) => `${'a long row '.repeat(60)} of the flood ${i}`),
    { priority: 1 },
  )
  const deadline = kernel.clock.monotonic() + rowMs * 50
  const late = engine.run(minilm, ['a row behind the flood'], { deadline })
  await expect(late).rejects.toMatchObject({ code: 'overloaded', path: 'deadline' })
  const error = (await late.catch((one: unknown) => one)) as InferenceOverloadedError
  expect(error.estimate).toBeGreaterThan(rowMs * 50)
  expect(error.retryAfter).toBeGreaterThan(0)
  const far = kernel.clock.monotonic() + 600_000
  expect(await engine.run(minilm, ['a row before it'], { deadline: far, priority: 2 })).toHaveLength(1)
  expect(await engine.run(minilm, ['a row that may wait'], { deadline: far })).toHaveLength(1)
  expect(await flood).toHaveLength(200)
  expect(engine.stats().models['all-minilm-l6-v2']?.rejected).toEqual({ overloaded: 1 })
})

test("a pipeline's tenants share the workers: one row is not held up by another tenant's hundred [G147]", async () => {
  const inference = make({ maxBatch: 1 })
  await engine.warm(minilm)
  const system = createSystem({ inference })
  const Texts = z.array(z.string())
  const Embed = defineProcessor({
    name: 'embed',
    concurrency: 4,
    input: Texts,
    output: z.number(),
    models: { minilm },
    process: async (texts, ctx) => (await ctx.inferAll('minilm', texts)).length,
  })
  const running = await system.run(
    pipeline('shared', Texts, { timeout: '60s', admission: { tenants: { small: 2 } } }).to(Embed),
  )
  const order: string[] = []
  const floods = ['a', 'b', 'c'].map((name) =>
    running
      .ask(
        busy(40).map((row) => `${row} of ${name}`),
        { tenant: 'flood' },
      )
      .then(() => order.push(name)),
  )
  await pause(5)
  const small = running.ask(['one row'], { tenant: 'small' }).then(() => order.push('small'))
  await Promise.all([...floods, small])
  expect(order[0]).toBe('small')
  await system.stop()
})

test('a row is not joined to the same row of a tenant whose turn comes later [G147]', async () => {
  make({ maxBatch: 1 })
  await engine.warm(minilm)
  const order: string[] = []
  const flood = engine
    .run(minilm, [...busy(12), 'wanted by two'], { tenant: 'flood' })
    .then(() => order.push('flood'))
  const small = engine.run(minilm, ['wanted by two'], { tenant: 'small' }).then(() => order.push('small'))
  await Promise.all([flood, small])
  expect(order).toEqual(['small', 'flood'])
})

describe('identical rows', () => {
  test('in flight are computed once, and each caller has its own vector', async () => {
    make()
    await engine.warm(minilm)
    const hops: InferenceHop[] = []
    const account = (hop: InferenceHop) => hops.push(hop)
    const results = await Promise.all(
      Array.from({ length: 20 }, () => engine.run(minilm, ['the same question'], { account })),
    )
    const vectors = results.map(([vector]) => vector as Float32Array)
    ;(vectors[0] as Float32Array).fill(0)
    expect(vectors[1]).toEqual(vectors[19])
    expect(Math.hypot(...(vectors[1] as Float32Array))).toBeCloseTo(1, 3)
    expect(engine.stats().models['all-minilm-l6-v2']).toMatchObject({ rows: 1, coalesced: 19 })
    expect(hops.filter(({ cache }) => cache === 'coalesced')).toHaveLength(19)
    expect(hops.filter(({ cache }) => cache === 'miss')).toHaveLength(1)
  })

  test('continue when the caller who asked first leaves', async () => {
    make({ maxBatch: 1 })
    await engine.warm(minilm)
    const blocked = engine.run(minilm, busy(2))
    const first = new AbortController()
    const left = engine.run(minilm, ['wanted by two'], { signal: first.signal })
    const stays = engine.run(minilm, ['wanted by two'])
    first.abort()
    await expect(left).rejects.toMatchObject({ code: 'cancelled' })
    expect(await stays).toHaveLength(1)
    await blocked
  })

  test('do not hold a more urgent caller behind a less urgent one', async () => {
    make({ maxBatch: 1 })
    await engine.warm(minilm)
    const order: string[] = []
    await Promise.all([
      engine.run(minilm, busy(2)),
      engine.run(minilm, ['in between'], { priority: 1 }).then(() => order.push('in between')),
      engine.run(minilm, ['shared']).then(() => order.push('patient')),
      engine.run(minilm, ['shared'], { priority: 2 }).then(() => order.push('urgent')),
    ])
    expect(order[0]).toBe('urgent')
  })

  test('come from the cache afterwards, where there is one', async () => {
    make({ cache: { maxBytes: 1e6, ttl: '1m' } })
    const [fresh] = await engine.run(minilm, ['asked again and again'])
    const hops: InferenceHop[] = []
    const [cached] = await engine.run(minilm, ['asked again and again'], { account: (hop) => hops.push(hop) })
    expect(cached).toEqual(fresh)
    expect(cached).not.toBe(fresh)
    expect(hops).toMatchObject([{ cache: 'hit', batchSize: 0, computeMs: 0, worker: 0 }])
    expect(engine.stats()).toMatchObject({ rows: 1, cache: { hits: 1, entries: 1 } })
  })

  test('are computed for each where that is asked for', async () => {
    make({ coalesce: false })
    await Promise.all([engine.run(minilm, ['twice']), engine.run(minilm, ['twice'])])
    expect(engine.stats()).toMatchObject({ rows: 2 })
  })
})

test('each row’s cost is charged to who asked, and the accounts add up to what the workers computed', async () => {
  make()
  await Promise.all([
    engine.run(minilm, busy(6), { owner: 'answers' }),
    engine.run(minilm, ['short one'], { owner: 'opinions' }),
    engine.run(minilm, ['short two']),
  ])
  const totals = engine.stats().models['all-minilm-l6-v2']
  expect(totals).toMatchObject({ rows: 8, rejected: {} })
  const { answers = 0, opinions = 0, unnamed = 0 } = totals?.costMs ?? {}
  expect(answers + opinions + unnamed).toBeCloseTo(totals?.computeMs ?? 0, 6)
  expect(answers).toBeGreaterThan(opinions)
})

test('the account of a call says what its rows waited for, in what batch, and how much of it was padding', async () => {
  make()
  const hops: InferenceHop[] = []
  const account = (hop: InferenceHop) => hops.push(hop)
  await Promise.all(
    ['one two', 'three four', 'five six'].map((text) => engine.run(minilm, [text], { account })),
  )
  for (const hop of hops) {
    expect(hop).toMatchObject({ batchSize: 3, rows: 1, worker: 1, cache: 'miss', fill: 1 })
    expect(hop.batchWaitMs).toBeLessThanOrEqual(hop.queueMs)
    expect(hop.computeMs).toBeGreaterThan(0)
  }
})

test('padding is at most a tenth on a mix of lengths', async () => {
  make()
  const texts = Array.from({ length: 400 }, (_, i) => `row ${i} ${'of some words '.repeat((i * 7) % 23)}`)
  await engine.run(minilm, texts)
  expect(engine.stats().models['all-minilm-l6-v2']?.fill).toBeGreaterThan(0.9)
})

test('warming up measures batch sizes when it is asked to', async () => {
  make()
  await engine.warm(minilm, { learn: '300ms' })
  const [shortest] = engine.stats().sizes['embeddings all-minilm-l6-v2'] ?? []
  expect(Object.keys(shortest?.costs ?? {}).length).toBeGreaterThan(1)
  const { costs = {}, rows = 0 } = shortest ?? {}
  expect(costs[rows]).toBeLessThanOrEqual((costs[1] as number) / 0.97)
})

describe('workers', () => {
  test('start when rows wait too long, up to the most, and end when they have nothing to do', async () => {
    const events: RuntimeEvent[] = []
    let noticed: (event: RuntimeEvent) => void = () => {}
    const sink = {
      active: true,
      emit(event: RuntimeEvent) {
        events.push(event)
        noticed(event)
      },
    }
    make({ workers: { min: 1, max: 2 }, growAfter: '5ms', shrinkAfter: 0, events: sink })
    const stopped = new Promise<void>((resolve) => {
      noticed = (event) => {
        if (event.type === 'worker' && event.state === 'stopped') resolve()
      }
    })
    await engine.warm(minilm)
    expect(engine.stats().workers).toBe(1)
    const running = engine.run(minilm, busy(120))
    await running
    expect(events).toContainEqual(expect.objectContaining({ type: 'worker', state: 'started', worker: 2 }))
    await stopped
    expect(engine.stats().workers).toBe(1)
    expect(await engine.run(minilm, ['still works'])).toHaveLength(1)
  })

  test('are recycled twenty times under load, and no row is lost [G40]', async () => {
    make({ workers: 2 })
    await engine.warm(minilm)
    const texts = Array.from({ length: 720 }, (_, i) => `row ${i} of many ${'word '.repeat(i % 20)}`)
    const waves = texts.map((text) => engine.run(minilm, [text]))
    for (let round = 0; round < 10; round++) await engine.recycle()
    const vectors = (await Promise.all(waves)).flat()
    expect(vectors).toHaveLength(720)
    expect(engine.stats()).toMatchObject({ workersRecycled: 20, workerDeaths: 0 })
  })

  test('are recycled after that many batches', async () => {
    make({ recycle: { runs: 5 }, maxBatch: 1 })
    for (let wave = 0; engine.stats().workersRecycled < 2; wave++) {
      const texts = Array.from({ length: 8 }, (_, i) => `row ${i} of wave ${wave}`)
      expect(await engine.run(minilm, texts)).toHaveLength(8)
    }
    expect(engine.stats().workerDeaths).toBe(0)
  })

  test('are recycled, one after another, when the process has grown by that many bytes, and no row is lost', async () => {
    const folders = new ModelFolders()
    const affine = tensors(await folders.tensor('affine'))
    make({ workers: 2, recycle: { growthBytes: 150_000_000 }, batchSize: 1 })
    await engine.warm(affine)
    let sent = 0
    const rows = async (count: number): Promise<void> => {
      const values = Array.from({ length: count }, () => Float32Array.of(sent++, 0, 0))
      const results = await engine.run(affine, values)
      expect(results.map(({ total }) => total?.data[0])).toEqual(values.map(([first]) => first))
    }
    await rows(200)
    expect(engine.stats().workersRecycled).toBe(0)
    const leak = Buffer.alloc(300_000_000, 1)
    for (let i = 0; i < 1_000 && engine.stats().workersRecycled < 2; i += 1) await rows(64)
    expect(leak.at(-1)).toBe(1)
    // What it has grown to by then is what it grows from: the workers are not recycled for the same bytes again.
    await rows(200)
    expect(engine.stats()).toMatchObject({ workersRecycled: 2, workerDeaths: 0 })
    await folders.remove()
  })
})
