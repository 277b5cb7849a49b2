import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { pipeline, pipelineFromJSON } from '../../src/pipeline/builder.ts'
import type { PipelineOptions } from '../../src/pipeline/pipeline.ts'
import { BreakerOpenError } from '../../src/supervision/errors.ts'
import { createSystem } from '../../src/system/actor-system.ts'

const Num = z.number()

/** A step of three attempts that fails while `fails` holds. */
function flaky(fails: () => boolean) {
  const attempts: number[] = []
  const step = defineProcessor({
    name: 'flaky',
    input: Num,
    output: Num,
    retry: { attempts: 3 },
    process: (n, ctx) => {
      attempts.push(ctx.attempt)
      if (fails()) throw new Error('the backend is down')
      return n
    },
  })
  return { step, attempts }
}

const started = async (fails: () => boolean, options: PipelineOptions) => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel, log: false })
  const { step, attempts } = flaky(fails)
  const running = await system.run(pipeline('p', Num, options).to(step))
  const ask = async (n: number) => {
    const asked = running.ask(n)
    asked.catch(() => {})
    await kernel.settle()
    return asked
  }
  return { kernel, ask, attempts, system }
}

test('beyond the budget a message gets no further attempt: its error says so, and holds its own [G64]', async () => {
  const { ask, attempts, system } = await started(() => true, {
    retryBudget: { share: 0.1, minPerSecond: 0.5 },
  })
  const errors: unknown[] = []
  for (let n = 0; n < 200; n++) await ask(n).catch((error: unknown) => errors.push(error))
  const retries = attempts.filter((attempt) => attempt > 1).length
  expect(errors).toHaveLength(200)
  expect(retries).toBeLessThanOrEqual(200 * 0.1)
  expect(retries).toBeGreaterThanOrEqual(200 * 0.1 - 1)
  expect(errors.at(-2)).toMatchObject({
    code: 'processor-failed',
    attempts: 1,
    cause: { code: 'retry-budget', path: 'ganglion/p/flaky', cause: { message: 'the backend is down' } },
  })
  const [letter] = system.deadLetters.list().slice(-2, -1)
  expect(letter?.errors.map(({ code }) => code)).toEqual(['retry-budget', 'thrown'])
  await system.stop()
})

test('a pipeline with few runs gets all of its attempts, by default', async () => {
  const { ask, attempts, system } = await started(() => true, {})
  for (let n = 0; n < 20; n++) await ask(n).catch(() => undefined)
  expect(attempts).toHaveLength(60)
  await system.stop()
})

test('the budget comes back with time; false allows every retry', async () => {
  let down = true
  const { ask, attempts, system, kernel } = await started(() => down, {
    retryBudget: { share: 0, minPerSecond: 0.1 },
  })
  await expect(ask(1)).rejects.toMatchObject({ cause: { code: 'retry-budget' } })
  expect(attempts).toEqual([1, 2])
  await kernel.advance(10_000)
  await expect(ask(2)).rejects.toMatchObject({ attempts: 2 })
  down = false
  expect(await ask(3)).toBe(3)
  await system.stop()
  const unbounded = await started(() => true, { retryBudget: false })
  for (let n = 0; n < 300; n++) await unbounded.ask(n).catch(() => undefined)
  expect(unbounded.attempts).toHaveLength(900)
  await unbounded.system.stop()
})

test('what a killed processor was doing is repeated without the budget [G29]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel, log: false })
  const begun: number[] = []
  const step = defineProcessor({
    name: 'held',
    input: Num,
    output: Num,
    concurrency: 8,
    process: (n, ctx) => {
      begun.push(n)
      return ctx.attempt === 1 ? new Promise<number>(() => {}) : n
    },
  })
  const options = { retryBudget: { share: 0, minPerSecond: 0 } }
  const running = await system.run(pipeline('p', Num, options).to(step))
  const asked = Promise.all([1, 2, 3].map((n) => running.ask(n)))
  await kernel.settle()
  running.kill('held')
  // Its supervisor waits a little before it starts another.
  await kernel.advance(10_000)
  expect(await asked).toEqual([1, 2, 3])
  await system.stop()
})

test('a callee that says when to come back is not asked before [G65]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel, log: false })
  const at: number[] = []
  const step = defineProcessor({
    name: 'caller',
    input: Num,
    output: Num,
    retry: { attempts: 2, backoff: '10ms' },
    process: (n) => {
      at.push(kernel.clock.monotonic())
      if (at.length === 1) throw new BreakerOpenError('the backend', 400)
      return n
    },
  })
  const running = await system.run(pipeline('p', Num).to(step))
  const asked = running.ask(1)
  await kernel.advance(399)
  expect(at).toHaveLength(1)
  await kernel.advance(2)
  expect(await asked).toBe(1)
  // One that could only begin after the deadline is not waited for.
  at.length = 0
  const late = running.ask(2, { timeout: 300 })
  late.catch(() => {})
  await kernel.settle()
  await expect(late).rejects.toMatchObject({
    code: 'processor-failed',
    cause: { code: 'breaker-open' },
  })
  await system.stop()
})

test('it is in the plan, and goes through JSON', () => {
  const { step } = flaky(() => false)
  const json = pipeline('p', Num, { retryBudget: { share: 0.2 } })
    .to(step)
    .toJSON()
  expect(json.retryBudget).toEqual({ share: 0.2, minPerSecond: 10 })
  const registry = { processors: [step], schemas: { p: Num } }
  expect(pipelineFromJSON(json, registry).toJSON()).toEqual(json)
  const none = { ...json, retryBudget: false }
  expect(pipelineFromJSON(none, registry).toJSON()).toEqual(none)
  for (const [retryBudget, path] of [
    [{ share: -1, minPerSecond: 1 }, 'p.retryBudget.share'],
    [{ share: 'all', minPerSecond: 1 }, 'retryBudget.share'],
    [true, 'retryBudget'],
  ] as const) {
    expect(() => pipelineFromJSON({ ...json, retryBudget }, registry)).toThrow(
      expect.objectContaining({ code: 'pipeline-plan', path }),
    )
  }
  expect(() => pipeline('p', Num, { retryBudget: { share: Number.NaN } })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path: 'p.retryBudget.share' }),
  )
})
