import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { createInference, type InferenceEngine, type InferenceOptions } from '../../src/index.ts'
import { custom } from '../../src/inference/tasks/custom.ts'
import { embeddings } from '../../src/inference/tasks/embeddings.ts'
import { platformKernel } from '../../src/kernel/platform-kernel.ts'
import type { RuntimeEvent } from '../../src/ports/events.ts'
import { turns } from '../../src/testkit/until.ts'
import { inRepository } from './tasks/model-folders.ts'

const minilm = embeddings('all-minilm-l6-v2')
const kernel = platformKernel()
let engine: InferenceEngine

/** Resolves with the first event that fits. */
function listener(fits: (event: RuntimeEvent) => boolean) {
  let found: () => void = () => {}
  const seen = new Promise<void>((resolve) => {
    found = resolve
  })
  return { seen, sink: { active: true, emit: (event: RuntimeEvent) => void (fits(event) && found()) } }
}

const make = (options: Partial<InferenceOptions> = {}): InferenceEngine => {
  engine = createInference({ kernel, workers: 1, isolation: 'process', ...options })
  return engine
}
afterEach(() => engine.stop())

/** Process ids of the workers: the children of this process that run ours. */
function workerPids(): number[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ')
  return children
    .map(Number)
    .filter(
      (pid) =>
        pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('inference/worker/entry/process'),
    )
}

/** After this turn of the event loop the dispatcher has taken what is queued. */
const isLinux = process.platform === 'linux'
const texts = (count: number) =>
  Array.from({ length: count }, (_, i) => `passage ${i} ${'some words '.repeat(i % 9)}`)

describe.skipIf(!isLinux)("isolation: 'process' (needs Linux: it finds the workers in /proc)", () => {
  test('a worker process that is killed again and again loses no row, and the service lives [G37]', async () => {
    let died: () => void = () => {}
    const emit = (event: RuntimeEvent) => {
      if (event.type === 'worker' && event.state === 'died') died()
    }
    make({ events: { active: true, emit } })
    await engine.warm(minilm)
    const expected = await engine.run(minilm, texts(5))
    const calls = texts(120).map((text) => engine.run(minilm, [text]))
    for (let kills = 0; kills < 2; kills++) {
      // Answered by whichever worker lives now.
      await engine.run(minilm, [`alive ${kills}`])
      const death = new Promise<void>((resolve) => {
        died = resolve
      })
      for (const pid of workerPids()) process.kill(pid, 'SIGKILL')
      await death
    }
    const vectors = (await Promise.all(calls)).flat()
    expect(vectors).toHaveLength(120)
    expect(engine.stats().workerDeaths).toBe(2)
    expected.forEach((vector, i) => {
      expect(
        vector.reduce((sum, x, at) => sum + x * ((vectors[i] as Float32Array)[at] as number), 0),
      ).toBeGreaterThan(0.98)
    })
  })

  test('a worker that hangs is killed and replaced, and its rows are answered [G37]', async () => {
    const { seen, sink } = listener((event) => event.type === 'worker' && event.state === 'died')
    make({ hang: '3s', events: sink })
    await engine.warm(minilm)
    const [pid] = workerPids()
    process.kill(pid as number, 'SIGSTOP')
    const answered = engine.run(minilm, texts(10))
    await seen
    expect(await answered).toHaveLength(10)
    expect(workerPids()).not.toContain(pid)
  })

  test('a worker that ends while it has nothing to do is replaced before anybody asks', async () => {
    const { seen, sink } = listener((event) => event.type === 'worker' && event.state === 'died')
    make({ events: sink })
    await engine.run(minilm, texts(2))
    for (const pid of workerPids()) process.kill(pid, 'SIGKILL')
    await seen
    expect(await engine.run(minilm, ['still answered'])).toHaveLength(1)
    expect(engine.stats()).toMatchObject({ workerDeaths: 1 })
  })

  test('a batch that fails while the engine stops starts no worker anew', async () => {
    make()
    const task = custom<string, string>(inRepository('test/inference/fixtures/modules/hostile.mjs'), {
      model: 'all-minilm-l6-v2',
    })
    await engine.run(task, ['short'])
    const rows = ['block shortly and throw', 'a', 'b', 'c'].map((row) => engine.run(task, [row]))
    const settled = Promise.allSettled(rows)
    await turns()
    await engine.stop()
    for (const one of await settled) expect(one).toMatchObject({ reason: { code: 'stopped' } })
    expect(workerPids()).toEqual([])
    expect(engine.stats()).toMatchObject({ queued: 0, workerDeaths: 0 })
  })

  test('stopping while sizes are learned ends the learning, and leaves no worker', async () => {
    make()
    await engine.warm(minilm)
    const learning = engine.warm(minilm, { learn: '8s' }).catch((error: unknown) => error)
    await turns(5)
    await engine.stop()
    await learning
    expect(workerPids()).toEqual([])
    await expect(engine.warm(minilm)).rejects.toMatchObject({ code: 'stopped' })
  })

  test('no worker process outlives its engine', async () => {
    make()
    await engine.run(minilm, texts(3))
    expect(workerPids()).toHaveLength(1)
    await engine.stop()
    expect(workerPids()).toEqual([])
  })

  test('workers are recycled when their own processes have grown by that many bytes', async () => {
    make({ recycle: { growthBytes: 150_000_000 } })
    const task = custom<string, string>(inRepository('test/inference/fixtures/modules/hostile.mjs'), {
      model: 'all-minilm-l6-v2',
    })
    const rows = async (row: string, count: number) => {
      for (let i = 0; i < count; i++) expect(await engine.run(task, [row])).toEqual([row])
    }
    await rows('small', 128)
    expect(engine.stats().workersRecycled).toBe(0)
    const [before] = workerPids()
    await rows('keep 60 MB', 4)
    for (let i = 0; i < 10_000 && engine.stats().workersRecycled === 0; i += 1) await rows('small', 1)
    await rows('small', 128)
    expect(workerPids()).not.toContain(before)
    expect(engine.stats()).toMatchObject({ workersRecycled: 1, workerDeaths: 0 })
  })

  test('the allocator of a worker process is told to keep its threshold, unless the service has said otherwise', async () => {
    const threshold = () => {
      const [pid] = workerPids()
      return /MALLOC_MMAP_THRESHOLD_=(\d+)/u.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1]
    }
    make()
    await engine.run(minilm, ['a'])
    expect(threshold()).toBe('131072')
    await engine.stop()
    process.env.MALLOC_MMAP_THRESHOLD_ = '1000000'
    make()
    await engine.run(minilm, ['a'])
    delete process.env.MALLOC_MMAP_THRESHOLD_
    expect(threshold()).toBe('1000000')
  })
})
