import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, MemoryStore, pipeline } from '../../src/index.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { until } from '../../src/testkit/until.ts'

const plain = (name: string, input: typeof same.input) =>
  defineProcessor({ name, input, output: z.unknown(), process: (x: unknown) => x })
const same = defineProcessor({ name: 'same', input: z.unknown(), output: z.unknown(), process: (x) => x })
const schema = (validate: () => unknown): typeof same.input =>
  ({ '~standard': { version: 1, vendor: 'test', validate } }) as never

describe('an input whose schema never answers', () => {
  const never = pipeline(
    'never',
    schema(() => new Promise(() => {})),
  ).to(same)

  test('ends with the timeout of its ask, trace or stream [G31]', async () => {
    await using system = createSystem()
    const running = await system.run(never)
    const late = { code: 'deadline', waitingFor: ['never.input'] }
    await expect(running.ask(1, { timeout: 5 })).rejects.toMatchObject(late)
    await expect(running.trace(1, { timeout: 5 })).rejects.toMatchObject(late)
    await expect(running.stream(1, { timeout: 5 }).next()).rejects.toMatchObject(late)
  })

  test('ends with its signal', async () => {
    await using system = createSystem()
    const running = await system.run(never)
    const controller = new AbortController()
    const asked = running.ask(1, { signal: controller.signal, timeout: Number.POSITIVE_INFINITY })
    controller.abort('enough')
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
  })

  test.each(['pipeline', 'system'])('ends with its %s', async (what) => {
    const system = createSystem()
    const running = await system.run(never)
    const asked = running.ask(1, { timeout: Number.POSITIVE_INFINITY }).catch((error) => error)
    await (what === 'pipeline' ? running : system).stop({ drain: 0 })
    expect(await asked).toMatchObject({ code: 'pipeline-stopped' })
    await system.stop()
  })
})

describe('a schema that never answers', () => {
  const Never = schema(() => new Promise(() => {}))

  test('holds no durable run: its ask ends with the timeout, and leaves nothing [G128]', async () => {
    await using system = createSystem()
    const running = await system.run(pipeline('never', Never, { maxInFlight: 1 }).to(same))
    const store = new MemoryStore()
    const runs = await running.durable(store)
    const late = { code: 'deadline', waitingFor: ['never.input'] }
    await expect(runs.ask('one', 1, { timeout: 5 })).rejects.toMatchObject(late)
    expect([running.inFlight, runs.keys(), await runs.outcome('one')]).toEqual([0, [], undefined])
    const asked = runs.ask('two', 1).catch((error) => error)
    await running.stop({ drain: 0 })
    expect(await asked).toMatchObject({ code: 'pipeline-stopped' })
  })

  test('ends a durable run of an earlier process at its deadline, and leaves it open at a stop before [G128]', async () => {
    const store = new MemoryStore()
    const kernel = new ManualKernel()
    const first = createSystem({ kernel })
    const Ask = defineProcessor({
      name: 'same',
      input: z.unknown(),
      output: z.unknown(),
      process: (_, ctx) => ctx.human({ question: 'Go on?' }),
    })
    const before = await first.run(pipeline('runs', z.unknown(), { timeout: '1d' }).to(Ask))
    const open = await before.durable(store)
    open.ask('short', 1, { timeout: 200 }).catch(() => {})
    open.ask('long', 1).catch(() => {})
    await kernel.settle()
    expect(before.pending()).toHaveLength(2)
    await before.stop({ drain: 0 })

    const second = createSystem({ kernel })
    // Another step: each begins again from its input.
    const other = plain('other', z.unknown())
    const after = await second.run(pipeline('runs', Never, { timeout: '1d' }).to(other))
    const runs = await after.durable(store)
    const short = runs.outcome('short').catch((error) => error)
    await kernel.advance(200)
    expect(await short).toMatchObject({
      code: 'deadline',
      waitingFor: ['runs.input'],
    })
    expect([after.inFlight, runs.keys()]).toEqual([0, ['long']])
    const long = runs.outcome('long').catch((error) => error)
    await after.stop({ drain: 0 })
    expect(await long).toMatchObject({ code: 'pipeline-stopped' })

    const third = createSystem({ kernel })
    const last = await third.run(pipeline('runs', z.unknown(), { timeout: '1d' }).to(same))
    expect(await (await last.durable(store)).outcome('long')).toBe(1)
    await Promise.all([first.stop(), second.stop(), third.stop()])
  })

  test('of an answer ends with the question: by another answer, by the deadline, by a stop', async () => {
    await using system = createSystem()
    let validate: (value: unknown) => unknown = () => new Promise(() => {})
    const Ask = defineProcessor({
      name: 'ask',
      input: z.unknown(),
      output: z.unknown(),
      process: (_, ctx) => ctx.human({ question: 'Go on?', answer: schema(() => validate(0)) }),
    })
    const running = await system.run(pipeline('people', z.unknown()).to(Ask))
    const asked = async (timeout: number | 'none') => {
      const outcome = running.ask(1, timeout === 'none' ? {} : { timeout }).catch((error) => error.code)
      await until(() => running.pending().length === 1)
      validate = () => new Promise(() => {})
      const answer = running.answer(running.pending()[0]?.id ?? '', 'yes').catch((error) => error.code)
      return { outcome, answer }
    }
    const overtaken = await asked('none')
    validate = () => ({ value: 'by another' })
    await running.answer(running.pending()[0]?.id ?? '', 1)
    expect([await overtaken.outcome, await overtaken.answer]).toEqual(['by another', 'unknown-question'])

    const late = await asked(20)
    expect([await late.outcome, await late.answer]).toEqual(['deadline', 'unknown-question'])

    const stopped = await asked('none')
    await running.stop({ drain: 0 })
    expect([await stopped.outcome, await stopped.answer]).toEqual(['pipeline-stopped', 'unknown-question'])
  })

  test('of a new processor ends the replacement with the pipeline, and after 30 s', async () => {
    const kernel = new ManualKernel()
    const system = createSystem({ kernel })
    const running = await system.run(pipeline('replaced', z.unknown()).to(same))
    expect(await running.ask(1)).toBe(1)
    const next = plain('same', Never)
    const replaced = running.replace('same', next).catch((error) => error)
    await kernel.advance(30_000)
    expect(await replaced).toMatchObject({ code: 'deadline', waitingFor: ['same'] })
    expect(await running.ask(2)).toBe(2)
    const stopped = running.replace('same', next).catch((error) => error)
    await running.stop({ drain: 0 })
    expect(await stopped).toMatchObject({ code: 'pipeline-stopped' })
    await system.stop()
  })
})
