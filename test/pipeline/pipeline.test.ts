import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { concat } from '../../src/merge/concat.ts'
import { weightedAverage } from '../../src/merge/weighted-average.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import {
  PipelineCancelledError,
  PipelineDeadlineError,
  PipelineFullError,
  PipelinePlanError,
  PipelineStoppedError,
  ProcessorFailedError,
} from '../../src/pipeline/errors.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { turns } from '../../src/testkit/until.ts'

const Count = z.object({ n: z.number() })
const Num = z.number()
const times = (name: string, factor: number) =>
  defineProcessor({ name, input: Count, output: Num, process: ({ n }) => n * factor })
const failing = (name: string) =>
  defineProcessor({
    name,
    input: Count,
    output: Num,
    process: () => {
      throw new Error(`${name} is broken`)
    },
  })
/** Runs until its signal is aborted: a processor that hangs. */
const hanging = (name: string, started?: () => void) =>
  defineProcessor({
    name,
    input: Count,
    output: Num,
    process: (_x, ctx) =>
      new Promise<number>((_resolve, reject) => {
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error))
        started?.()
      }),
  })

test('y = A·x: a weighted fan-out comes back as one average', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Count)
      .fan({ two: times('two', 2), ten: times('ten', 10) }, { weights: { two: 0.75, ten: 0.25 } })
      .merge(weightedAverage())
      .map((mean, { input }) => ({ mean, of: input.n })),
  )
  expect(await running.ask({ n: 4 })).toEqual({ mean: 0.75 * 8 + 0.25 * 40, of: 4 })
  const { names, A } = running.matrix()
  expect(names).toEqual(['input', 'two', 'ten', 'merge', 'map'])
  expect(A[3]).toEqual([0, 0.75, 0.25, 0, 0])
})

test('a trace shows every hop with its weight, attempt, times and outcome, and the ledger balances [G19]', async () => {
  await using system = createSystem({ serializeMessages: true })
  const running = await system.run(
    pipeline('p', Count)
      .fan({ a: times('a', 1), b: times('b', 2) }, { weights: { a: 3, b: 1 } })
      .merge(weightedAverage()),
  )
  const trace = await running.trace({ n: 1 })
  expect(trace.value).toBe(1.25)
  expect(
    trace.hops.map(({ processor, weight, attempt, outcome }) => ({ processor, weight, attempt, outcome })),
  ).toEqual([
    { processor: 'a', weight: 3, attempt: 1, outcome: 'forwarded' },
    { processor: 'b', weight: 1, attempt: 1, outcome: 'forwarded' },
    { processor: 'merge', weight: 1, attempt: 1, outcome: 'merged' },
    { processor: 'merge', weight: 1, attempt: 1, outcome: 'answered' },
  ])
  expect(trace.hops.every((hop) => (hop.frameBytes ?? 0) > 0 && hop.queueMs >= 0 && hop.runMs >= 0)).toBe(
    true,
  )
  expect(trace.joins).toEqual([
    {
      merge: 'merge',
      weights: { a: 0.75, b: 0.25 },
      arrived: ['a', 'b'],
      failed: [],
      missing: [],
      defaulted: [],
      late: [],
    },
  ])
  expect(trace.messages[0]?.header).toMatchObject({
    type: 'a',
    next: 'merge',
    attempt: 1,
    source: { state: 'running' },
  })
  expect(system.ledger()).toMatchObject({
    accepted: 4,
    forwarded: 2,
    merged: 1,
    answered: 1,
    inFlight: 0,
    balanced: true,
  })
})

test('killing any one processor in the middle of a question still answers it [G29]', async () => {
  for (const victim of ['slow', 'quick', 'merge', 'map']) {
    await using system = createSystem()
    let begun = 0
    let begin = () => {}
    const hasBegun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const slow = defineProcessor({
      name: 'slow',
      input: Count,
      output: Num,
      process: async ({ n }) => {
        begun += 1
        if (begun === 1) begin()
        // The first attempt waits for the kill; the second finishes.
        if (begun === 1) await turns()
        return n
      },
    })
    // Asynchronous, so that it has not ended when the kill comes.
    const quick = defineProcessor({
      name: 'quick',
      input: Count,
      output: Num,
      process: async ({ n }) => n * 10,
    })
    const running = await system.run(
      pipeline('p', Count)
        .fan({ slow, quick })
        .merge((parts) => [parts.slow, parts.quick])
        .map((list) => list),
    )
    const answer = running.ask({ n: 1 })
    await hasBegun
    running.kill(victim)
    expect(await answer).toEqual([1, 10])
    expect(running.processors().find((p) => p.name === victim)?.states).toEqual([
      'starting',
      'running',
      'restarting',
      'running',
    ])
    expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
  }
})

test('a processor that fails for good fails the run with its cause, and leaves a dead letter', async () => {
  await using system = createSystem()
  const running = await system.run(pipeline('p', Count).to(failing('broken')))
  const error = await running.ask({ n: 1 }).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(ProcessorFailedError)
  expect((error as ProcessorFailedError).cause).toMatchObject({ message: 'broken is broken' })
  expect((error as ProcessorFailedError).attempts).toBe(3)
  const [letter] = system.deadLetters.list({ reason: 'failed' })
  expect(letter).toMatchObject({ type: 'broken', body: { n: 1 }, attempt: 3 })
  expect(system.ledger()).toMatchObject({
    accepted: 1,
    deadLettered: { failed: 1 },
    retried: 2,
    balanced: true,
  })
})

test('a join with a quorum answers without a failed or a hanging branch, and says so [G30]', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Count)
      .fan({ ok: times('ok', 2), broken: failing('broken'), stuck: hanging('stuck') })
      .merge((parts) => parts, { quorum: 1, grace: 20, onMissing: 'partial' }),
  )
  const trace = await running.trace({ n: 1 })
  expect(trace.value).toEqual({ ok: 2, broken: undefined, stuck: undefined })
  expect(trace.joins[0]).toMatchObject({
    arrived: ['ok'],
    failed: ['broken'],
    missing: ['stuck'],
    weights: { ok: 1 },
  })
})

test('without a quorum a lost part fails the run and names the branch [G30]', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Count)
      .fan({ ok: times('ok', 2), broken: failing('broken') })
      .merge((parts) => parts),
  )
  await expect(running.ask({ n: 1 })).rejects.toThrow(/processor 'merge' failed/)
  const error = (await running.ask({ n: 1 }).catch((e: unknown) => e)) as ProcessorFailedError
  expect(error.cause).toMatchObject({ code: 'quorum-missed', failed: ['broken'] })
})

test('a deadline settles the run, says where the time went, and cancels what is left [G31]', async () => {
  await using system = createSystem()
  const running = await system.run(
    pipeline('p', Count, { timeout: 500 })
      .map((x) => x)
      .to(hanging('stuck')),
  )
  const error = (await running.ask({ n: 1 }).catch((e: unknown) => e)) as PipelineDeadlineError
  expect(error).toBeInstanceOf(PipelineDeadlineError)
  expect(error.waitingFor).toEqual(['stuck'])
  expect(error.hops.map((hop) => hop.processor)).toEqual(['map'])
  expect(system.ledger()).toMatchObject({ inFlight: 0, deadLettered: { cancelled: 1 }, balanced: true })
})

test('an aborted signal cancels the run and its running attempts [G31]', async () => {
  await using system = createSystem()
  const controller = new AbortController()
  const running = await system.run(
    pipeline('p', Count).to(hanging('stuck', () => controller.abort(new Error('gone')))),
  )
  const error = await running.ask({ n: 1 }, { signal: controller.signal }).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(PipelineCancelledError)
  expect((error as Error).cause).toMatchObject({ message: 'gone' })
  expect(running.inFlight).toBe(0)
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('an attempt beyond its timeout is tried again', async () => {
  await using system = createSystem()
  let attempts = 0
  const flaky = defineProcessor({
    name: 'flaky',
    input: Count,
    output: Num,
    timeout: 20,
    process: ({ n }, ctx) => {
      attempts = ctx.attempt
      return ctx.attempt < 3 ? new Promise<number>(() => {}) : n
    },
  })
  const running = await system.run(pipeline('p', Count, { timeout: '5s' }).to(flaky))
  expect(await running.ask({ n: 7 })).toBe(7)
  expect(attempts).toBe(3)
})

test('a full pipeline refuses with the input handed back, and a stopped one too', async () => {
  const system = createSystem()
  const running = await system.run(
    pipeline('p', Count, { maxInFlight: 1, timeout: '10s' }).to(hanging('stuck')),
  )
  const first = running.ask({ n: 1 }).catch((e: unknown) => e)
  const full = await running.ask({ n: 2 }).catch((e: unknown) => e)
  expect(full).toBeInstanceOf(PipelineFullError)
  expect((full as PipelineFullError).input).toEqual({ n: 2 })
  await system.stop({ drain: 0 })
  expect(await first).toMatchObject({ code: 'processor-failed', cause: { code: 'actor-stopped' } })
  expect(await running.ask({ n: 3 }).catch((e: unknown) => e)).toBeInstanceOf(PipelineStoppedError)
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('stop lets work in flight end within its drain [G33]', async () => {
  const system = createSystem()
  const slow = defineProcessor({
    name: 'slow',
    input: Count,
    output: Num,
    process: async ({ n }) => {
      await turns(20)
      return n
    },
  })
  const running = await system.run(
    pipeline('p', Count)
      .to(slow)
      .map((n) => n + 1),
  )
  const answers = Promise.all([1, 2, 3].map((n) => running.ask({ n })))
  await Promise.resolve()
  await system.stop({ drain: '5s' })
  expect(await answers).toEqual([2, 3, 4])
})

test('input and output schemas are checked, with the path of the value', async () => {
  await using system = createSystem()
  const liar = defineProcessor({
    name: 'liar',
    input: Count,
    output: Num,
    process: () => 'x' as unknown as number,
  })
  const running = await system.run(pipeline('p', Count).to(liar))
  await expect(running.ask({ n: 'one' as unknown as number })).rejects.toMatchObject({
    code: 'schema',
    path: 'p.input.n',
  })
  await expect(running.ask({ n: 1 })).rejects.toMatchObject({
    cause: { code: 'schema', path: 'liar.output' },
  })
})

test('a plan whose attempts cannot fit its timeout is refused with the arithmetic [G32]', async () => {
  await using system = createSystem()
  const slow = defineProcessor({
    name: 'slow',
    input: Count,
    output: Num,
    timeout: '2s',
    retry: { attempts: 3, backoff: '1s' },
    process: ({ n }) => n,
  })
  const refused = system.run(pipeline('p', Count, { timeout: '5s' }).to(slow))
  await expect(refused).rejects.toBeInstanceOf(PipelinePlanError)
  await expect(refused).rejects.toThrow(/slow 3 × 2000 ms \+ 2000 ms = 8000 ms/)
  await expect(system.run(pipeline('p', Count))).rejects.toThrow(/no processors/)
})

test('partial results and hops reach whoever watches the run', async () => {
  await using system = createSystem()
  const chatty = defineProcessor({
    name: 'chatty',
    input: Count,
    output: Num,
    process: ({ n }, ctx) => {
      ctx.emit({ half: n / 2 })
      return n
    },
  })
  const running = await system.run(pipeline('p', Count).to(chatty))
  const events: unknown[] = []
  await running.ask(
    { n: 4 },
    { onEvent: (event) => events.push(event.type === 'partial' ? event.value : event.type) },
  )
  expect(events).toEqual([{ half: 2 }, 'hop'])
})

test('lists concatenate in the order of the branches', async () => {
  await using system = createSystem()
  const List = z.array(z.number())
  const lister = (name: string, items: number[]) =>
    defineProcessor({ name, input: Count, output: List, process: () => items })
  const running = await system.run(
    pipeline('p', Count)
      .fan({ b: lister('b', [1]), a: lister('a', [2, 3]) })
      .merge(concat()),
  )
  expect(await running.ask({ n: 0 })).toEqual([1, 2, 3])
})
