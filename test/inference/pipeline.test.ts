import { AsyncLocalStorage } from 'node:async_hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import {
  createInference,
  createSystem,
  defineProcessor,
  type InferenceEngine,
  pipeline,
  platformKernel,
} from '../../src/index.ts'
import { custom } from '../../src/inference/index.ts'
import { inRepository, ModelFolders } from './tasks/model-folders.ts'

const folders = new ModelFolders()
const module = inRepository('test/inference/fixtures/modules/hostile.mjs')
let engine: InferenceEngine
let model: string

beforeAll(async () => {
  engine = createInference({ kernel: platformKernel(), workers: 1 })
  model = await folders.tensor('fixed')
})
afterAll(async () => {
  await engine.stop()
  await folders.remove()
})

const step = (attempts: number) =>
  defineProcessor({
    name: 'echo',
    input: z.string(),
    output: z.string(),
    retry: { attempts },
    models: { echo: custom<string, string>(module, { model }) },
    process: (text, ctx) => ctx.infer('echo', text),
  })

test('a row that kills its workers becomes a dead letter with its reason; all others are answered', async () => {
  await using system = createSystem({ inference: engine })
  const running = await system.run(pipeline('echoes', z.string()).to(step(1)))
  const texts = ['a', 'b', 'exit', 'c', 'd']
  const settled = await Promise.allSettled(texts.map((text) => running.ask(text)))
  expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, true, true])
  const letters = system.deadLetters.list({ reason: 'failed' })
  expect(letters).toHaveLength(1)
  expect(letters[0]?.errors.map(({ code }) => code)).toContain('worker-died')
  expect(system.ledger()).toMatchObject({ inFlight: 0, deadLettered: { failed: 1 }, balanced: true })
  expect(await running.ask('still here')).toBe('still here')
})

test('what a model computes is charged to the pipeline that asked', async () => {
  await using system = createSystem({ inference: engine })
  const running = await system.run(pipeline('payers', z.string()).to(step(1)))
  await running.ask('once')
  const costMs = engine.stats().models.fixture?.costMs ?? {}
  expect(costMs.payers).toBeGreaterThan(0)
  expect(costMs).not.toHaveProperty('unnamed')
})

test('rows of many callers share batches, and each handler goes on in its own caller’s context [G51]', async () => {
  const caller = new AsyncLocalStorage<number>()
  const wrong: string[] = []
  const same = (who: number, where: string) => {
    if (caller.getStore() !== who) wrong.push(`${who} ${where}: ${caller.getStore()}`)
  }
  const asking = defineProcessor({
    name: 'asking',
    input: z.number(),
    output: z.number(),
    concurrency: 100,
    retry: { attempts: 2 },
    models: { echo: custom<string, string>(module, { model }) },
    async process(who, ctx) {
      same(who, 'before')
      // Half of them find their row in the cache.
      await ctx.infer('echo', `row ${who % 50}`)
      same(who, 'after the model')
      if (ctx.attempt === 1 && who % 7 === 0) throw new Error('again')
      await Promise.allSettled([ctx.infer('echo', `more ${who}`).finally(() => same(who, 'in a callback'))])
      same(who, 'at the end')
      return who
    },
  })
  await using system = createSystem({ inference: engine })
  const running = await system.run(pipeline('callers', z.number()).to(asking))
  const asked = Array.from({ length: 100 }, (_, who) => caller.run(who, () => running.ask(who)))
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 100 }, (_, who) => who))
  expect(wrong).toEqual([])
})
