import { getEventListeners } from 'node:events'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  createInference,
  type InferenceEngine,
  type InferenceOptions,
  platformKernel,
} from '../../src/index.ts'
import { custom, embeddings, questionAnswering } from '../../src/inference/index.ts'
import type { RuntimeEvent } from '../../src/ports/events.ts'
import { turns } from '../../src/testkit/until.ts'
import { inRepository, ModelFolders } from './tasks/model-folders.ts'

const kernel = platformKernel()
const folders = new ModelFolders()
const module = inRepository('test/inference/fixtures/modules/hostile.mjs')
const minilm = embeddings('all-minilm-l6-v2')
let model: string
let engine: InferenceEngine
const make = (options: Partial<InferenceOptions> = {}): InferenceEngine => {
  engine = createInference({ kernel, workers: 1, ...options })
  return engine
}
const hostile = () => custom<unknown, unknown>(module, { model, timeoutMs: 600_000 })

beforeAll(async () => {
  model = await folders.tensor('fixed')
})
afterEach(() => engine.stop())
afterAll(() => folders.remove())

/** In Node since 16; in TypeScript's library with es2024. */
interface WaitsAsync {
  waitAsync(view: Int32Array, index: number, value: number): { readonly value: unknown }
}

describe('workers', () => {
  test('a promise that a module leaves to reject costs nobody an answer', async () => {
    make()
    expect(await engine.run(hostile(), ['reject afterwards'])).toEqual(['reject afterwards'])
    expect(await engine.run(hostile(), ['next'])).toEqual(['next'])
    expect(await engine.run(hostile(), ['and next'])).toEqual(['and next'])
  })

  test('a row that kills takes no other row along, however short their batches are', async () => {
    make()
    await engine.run(hostile(), ['short'])
    const rows = ['exit', 'innocent', 'harmless', 'good'].map((row) => engine.run(hostile(), [row]))
    const [bad, ...rest] = await Promise.allSettled(rows)
    expect(bad).toMatchObject({ reason: { code: 'worker-died', value: 'exit' } })
    expect(rest.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  })

  test('what was sent behind a batch that hangs is answered by another worker', async () => {
    make({ hang: '300ms', batchSize: 1 })
    await engine.run(hostile(), ['short'])
    const [hangs, behind] = await Promise.allSettled([
      engine.run(hostile(), ['block']),
      engine.run(hostile(), ['behind']),
    ])
    expect(hangs).toMatchObject({ reason: { code: 'worker-hung', value: 300 } })
    expect(behind).toMatchObject({ status: 'fulfilled', value: ['behind'] })
  })

  test('of a batch that fails, one half is answered though the other hangs', async () => {
    make({ hang: '300ms' })
    await engine.run(hostile(), ['short'])
    const [hangs, other] = await Promise.allSettled([
      engine.run(hostile(), ['never alone']),
      engine.run(hostile(), ['other']),
    ])
    expect(hangs).toMatchObject({ reason: { code: 'worker-hung', value: 300 } })
    expect(other).toMatchObject({ status: 'fulfilled', value: ['other'] })
  })

  test('halves of a batch that fails have as much time each as the whole had', async () => {
    make({ hang: '1s' })
    await engine.run(hostile(), ['short'])
    const rows = ['slow and together no', 'slow too'].map((row) => engine.run(hostile(), [row]))
    expect(await Promise.all(rows)).toEqual([['slow and together no'], ['slow too']])
    expect(engine.stats()).toMatchObject({ workers: 1, workerDeaths: 0 })
  })

  test('a list of results that is a proxy, or carries more than its items, costs no worker', async () => {
    make()
    expect(await engine.run(hostile(), ['as a proxy'])).toEqual(['as a proxy'])
    expect(await engine.run(hostile(), ['with a method'])).toEqual(['with a method'])
    expect(engine.stats()).toMatchObject({ workerDeaths: 0 })
  })

  test("sockets and timers get their turn while a lone caller's rows fail on this side", async () => {
    make()
    await engine.run(hostile(), ['short'])
    let passed = 0
    let asking = true
    const counting = (async () => {
      for (; asking; passed += 1) await turns()
    })()
    for (let i = 0; i < 640; i++) {
      await expect(engine.run(hostile(), [() => i])).rejects.toMatchObject({ code: 'bad-input' })
    }
    asking = false
    await counting
    expect(passed).toBeGreaterThanOrEqual(8)
  })

  test('stop returns while a batch never settles, whose caller hears of it', async () => {
    make({ hang: '300ms' })
    const began = new Int32Array(new SharedArrayBuffer(4))
    const never = engine.run(hostile(), [{ began }]).catch((error: unknown) => error)
    // On a loaded machine a worker may need longer than `hang` to begin: then the caller has heard already.
    await Promise.race([(Atomics as unknown as WaitsAsync).waitAsync(began, 0, 0).value, never])
    await engine.stop()
    expect(await never).toMatchObject({ code: 'worker-hung' })
  })

  test('stop returns while a process never settles: it is killed', async () => {
    make({ hang: '300ms', isolation: 'process' })
    await engine.run(hostile(), ['short'])
    const never = engine.run(hostile(), ['never']).catch((error: unknown) => error)
    await turns()
    await engine.stop()
    expect(await never).toMatchObject({ code: 'stopped' })
  })

  test('a row that hangs every process it runs in is told as that, and not as a death', async () => {
    make({ hang: '300ms', isolation: 'process' })
    await engine.run(hostile(), ['short'])
    await expect(engine.run(hostile(), ['never'])).rejects.toMatchObject({ code: 'worker-hung', value: 300 })
    expect(await engine.run(hostile(), ['next'])).toEqual(['next'])
  })

  test('a deadline of the wall clock is refused, and says which clock counts', async () => {
    make()
    const deadline = Date.now() + 100
    await expect(engine.run(hostile(), ['a'], { deadline })).rejects.toMatchObject({
      code: 'invalid-argument',
      path: 'deadline',
      remedy: expect.stringContaining('kernel.clock.monotonic()') as string,
    })
  })

  test('one that hangs is replaced, and the engine lives on', async () => {
    make({ hang: '300ms' })
    await expect(engine.run(hostile(), ['never'])).rejects.toMatchObject({ code: 'worker-hung' })
    expect(await engine.run(hostile(), ['next'])).toEqual(['next'])
    await engine.stop()
  })

  test('one that dies while a model is loaded everywhere fails neither the warming nor a swap', async () => {
    make({ workers: 2 })
    await engine.warm(minilm)
    const kill = engine.killWorker(minilm)
    expect(await engine.warm(minilm)).toMatchObject({ dimensions: 384 })
    await kill
  })

  test('a batch that fails while its worker is replaced is halved by the new one', async () => {
    make()
    await engine.run(hostile(), ['short'])
    const rows = ['block shortly and throw', 'a', 'b', 'c'].map((row) => engine.run(hostile(), [row]))
    const settled = Promise.allSettled(rows)
    await turns()
    await Promise.all([engine.recycle(), engine.recycle()])
    expect((await settled).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ])
    expect(engine.stats()).toMatchObject({ workersRecycled: 2, workerDeaths: 0 })
  })
})

describe('callers', () => {
  test('whose account receiver throws fail alone', async () => {
    make()
    const account = () => {
      throw new Error('no room for figures')
    }
    const [bad, good] = await Promise.allSettled([
      engine.run(hostile(), ['a'], { account }),
      engine.run(hostile(), ['b']),
    ])
    expect(bad).toMatchObject({ reason: { message: 'no room for figures' } })
    expect(good).toMatchObject({ value: ['b'] })
  })

  test('hear of a bad row by its place in their own list, also where it was computed once', async () => {
    make()
    const bad = 7 as unknown as string
    const [one, other] = await Promise.allSettled([
      engine.run(minilm, [bad]),
      engine.run(minilm, ['ok', bad]),
    ])
    expect(one).toMatchObject({ reason: { code: 'bad-input', path: 'rows[0]' } })
    expect(other).toMatchObject({ reason: { code: 'bad-input', path: 'rows[1]' } })
  })

  test('who gave a row that cannot be read leave no listener and no row behind', async () => {
    make()
    const { signal } = new AbortController()
    const unreadable = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    const running = engine.run(hostile(), ['good', unreadable], {
      signal,
      deadline: kernel.clock.monotonic() + 6e5,
    })
    await expect(running).rejects.toMatchObject({ code: 'bad-input', path: 'rows[1]' })
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(engine.stats().queued).toBe(0)
  })

  test('who leave before their rows are queued are counted like others', async () => {
    make()
    const signal = AbortSignal.abort()
    await expect(engine.run(hostile(), ['a', 'b'], { signal })).rejects.toMatchObject({ code: 'cancelled' })
    const late = engine.run(hostile(), ['a'], { deadline: kernel.clock.monotonic() - 1 })
    await expect(late).rejects.toMatchObject({ code: 'deadline' })
    // The accounts are by the name on the model's card.
    await engine.warm(hostile())
    expect(engine.stats().models.fixture?.rejected).toEqual({ cancelled: 2, deadline: 1 })
  })

  test('whose rows wait when the engine stops are told, and nothing is counted twice', async () => {
    make()
    const task = hostile()
    await engine.run(task, ['short'])
    const calls = ['a', 'a', 'b'].map((row) => engine.run(task, [row]).catch((error: unknown) => error))
    await engine.stop()
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ code: 'stopped' })
    expect(engine.stats().queued).toBe(0)
  })

  test('of two rows that only JSON takes for equal get two answers', async () => {
    make({ cache: {} })
    const rows = [new Map([[1, 2]]), new Map([[3, 4]])]
    expect(await engine.run(hostile(), rows)).toEqual([[[1, 2]], [[3, 4]]])
    const buffers = [{ b: Uint8Array.of(1).buffer }, { b: Uint8Array.of(2).buffer }]
    expect(await engine.run(hostile(), buffers)).toEqual(buffers)
  })

  test('get a cyclic result, which no cache keeps', async () => {
    make({ cache: {} })
    const [first, second] = (await engine.run(hostile(), ['cycle', 'plain'])) as [{ self: unknown }, string]
    expect(first.self).toBe(first)
    expect(second).toBe('plain')
    expect(engine.stats().cache?.entries).toBe(1)
  })

  test('whose row makes a module answer too few rows fail alone', async () => {
    make()
    const rows = ['a', 'too few', 'b'].map((row) => engine.run(hostile(), [row]))
    const [a, bad, b] = await Promise.allSettled(rows)
    expect([a?.status, b?.status]).toEqual(['fulfilled', 'fulfilled'])
    expect(bad).toMatchObject({ reason: { code: 'model-unsupported' } })
  })
})

describe('models', () => {
  test('a swap to files of the same version that do not suit the task leaves the old version in use', async () => {
    make()
    const of = (file: string) => inRepository(`models/all-minilm-l6-v2/${file}`)
    const card = { task: 'embeddings', pooling: 'mean', normalize: true }
    const folder = await folders.make(of('model.onnx'), { 'tokenizer.json': of('tokenizer.json') }, card)
    const before = await engine.run(embeddings(folder), ['x'])
    await copyFile(inRepository('test/inference/fixtures/models/affine.onnx'), join(folder, 'model.onnx'))
    await expect(engine.swap(folder)).rejects.toMatchObject({ code: 'model-unsupported' })
    expect(await engine.run(embeddings(folder), ['x'])).toEqual(before)
  })

  test('asking one for a task that it is not made for does not unload it for others', async () => {
    const states: string[] = []
    const emit = (event: RuntimeEvent) => {
      if (event.type === 'model') states.push(event.state)
    }
    make({ events: { active: true, emit } })
    await engine.run(minilm, ['x'])
    const wrong = engine.run(questionAnswering('all-minilm-l6-v2'), [{ question: 'x', context: 'y' }])
    await expect(wrong).rejects.toMatchObject({ code: 'model-unsupported' })
    expect(await engine.run(minilm, ['y'])).toHaveLength(1)
    expect(states).toEqual([])
  })
})
