import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import type { ActorRef } from '../../src/behavior/ref.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import type { RuntimeEvent } from '../../src/ports/events.ts'
import { createSystem } from '../../src/system/actor-system.ts'
import { onManualClock } from '../system/on-manual-clock.ts'

const Num = z.number()
const A = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`
const B = `00-${'b'.repeat(32)}-${'2'.repeat(16)}-00`

/** Steps that note who they work for, as `name#attempt run trace`. */
function noting() {
  const seen: { step: string; attempt: number; run: number; trace: string | undefined }[] = []
  const step = (name: string, fails = 0) =>
    defineProcessor({
      name,
      input: Num,
      output: Num,
      process: async (n, ctx) => {
        seen.push({ step: name, attempt: ctx.attempt, run: ctx.runId, trace: ctx.trace })
        if (ctx.attempt <= fails) throw new Error('again')
        return n + 1
      },
    })
  return { seen, step }
}

test('every step of a run knows its id and its trace: retries, branches, loops, sub-pipelines [G53]', async () => {
  await using system = createSystem({ log: false, serializeMessages: true })
  const { seen, step } = noting()
  const inner = pipeline('inner', Num).loop(step('turn'), { until: (n) => n > 2, max: 5 })
  const outer = pipeline('outer', Num)
    .fan({ a: step('a', 1), b: inner })
    .merge(({ a, b }) => a + b)
    .to(step('last'))
  const running = await system.run(outer)
  const [one, two] = await Promise.all([running.trace(0, { trace: A }), running.trace(0, { trace: B })])
  await running.trace(0)
  expect(new Set(seen.map(({ step: name, attempt }) => `${name}#${attempt}`))).toEqual(
    new Set(['a#1', 'a#2', 'turn#1', 'last#1']),
  )
  const tracesOf = (id: number) => new Set(seen.filter(({ run }) => run === id).map(({ trace }) => trace))
  expect(tracesOf(one.id)).toEqual(new Set([A]))
  expect(tracesOf(two.id)).toEqual(new Set([B]))
  expect(new Set(seen.map(({ run }) => run)).size).toBe(3)
  expect(one.messages.every(({ header }) => header.trace === A)).toBe(true)
})

test.each([
  '',
  'abc',
  A.toUpperCase(),
  `ff${A.slice(2)}`,
  `${A}-more`,
  `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
  `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`,
  7,
])('a trace that is no traceparent is refused, and nothing is started: %j', async (trace) => {
  await using system = createSystem({ log: false })
  const { seen, step } = noting()
  const running = await system.run(pipeline('p', Num).to(step('a')))
  const alone = system.spawn(step('alone'))
  const actor = system.spawn(defineActor({ name: 'actor', on: { go: () => seen.push() } }))
  const bad = { trace: trace as string }
  const refusal = { code: 'invalid-argument' }
  await expect(running.ask(1, bad)).rejects.toMatchObject({ ...refusal, path: 'p.trace' })
  await expect(running.trace(1, bad)).rejects.toMatchObject(refusal)
  await expect(running.stream(1, bad).next()).rejects.toMatchObject(refusal)
  await expect(alone.ask(1, bad)).rejects.toMatchObject(refusal)
  await expect(actor.ask('go', undefined, bad)).rejects.toMatchObject(refusal)
  expect(() => actor.tell('go', undefined, bad)).toThrow(expect.objectContaining(refusal))
  expect(seen).toEqual([])
  expect(running.inFlight).toBe(0)
  expect(system.ledger()).toMatchObject({ accepted: 0, inFlight: 0 })
})

test('a later version of the trace context may say more', async () => {
  await using system = createSystem()
  const { seen, step } = noting()
  const later = `01${A.slice(2)}-more`
  await (await system.run(pipeline('p', Num).to(step('a')))).ask(1, { trace: later })
  expect(seen).toMatchObject([{ trace: later }])
})

test('what an actor sends for a message inherits its trace: tell, ask, offer, schedule, and no other [G53]', async () => {
  const { kernel, system } = onManualClock()
  const seen: (string | undefined)[] = []
  const End = defineActor({
    name: 'end',
    on: {
      note: (ctx, _how: string) => {
        seen.push(ctx.trace)
      },
    },
  })
  const Relay = defineActor({
    name: 'relay',
    on: {
      async go(ctx, to: ActorRef<{ note: (ctx: never, how: string) => void }>) {
        ctx.tell(to, 'note', 'tell')
        ctx.schedule('1s', to, 'note', 'schedule')
        await ctx.offer(to, 'note', 'offer')
        await ctx.ask(to, 'note', 'ask')
        ctx.tell(to, 'note', 'other', { trace: B })
      },
    },
  })
  const end = system.spawn(End)
  const relay = system.spawn(Relay)
  relay.tell('go', end as never, { trace: A })
  await kernel.settle()
  await kernel.advance(1000)
  expect(seen).toEqual([A, A, A, B, A])
  relay.tell('go', end as never)
  await kernel.settle()
  expect(seen.slice(5)).toEqual([undefined, undefined, undefined, B])
})

test('a run continues with its trace in another process, or with one of its own', async () => {
  await using system = createSystem({ log: false })
  const { seen, step } = noting()
  const ask = defineProcessor({
    name: 'ask',
    input: Num,
    output: Num,
    process: async (n, ctx) => ((await ctx.human({ question: 'go on?' })) === true ? n : -1),
  })
  const running = await system.run(pipeline('p', Num).to(ask).to(step('after')))
  const bytesOf = async () => {
    const moved = running.ask(1, { trace: A }).catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    const bytes = await running.checkpoint(running.runs()[0] as number)
    await moved
    return bytes
  }
  for (const trace of [undefined, B]) {
    const done = running.resume(await bytesOf(), trace === undefined ? {} : { trace })
    await new Promise((resolve) => setImmediate(resolve))
    await running.answer(running.pending()[0]?.id as string, true)
    await done
  }
  expect(seen.map(({ trace }) => trace)).toEqual([A, B])
})

test('listeners of the system hear when a run begins and how it ends, once each [G54]', async () => {
  await using system = createSystem({ log: false })
  const heard: Extract<RuntimeEvent, { type: 'run-started' | 'run-ended' }>[] = []
  system.events.subscribe((event) => {
    if (event.type === 'run-started' || event.type === 'run-ended') heard.push(event)
  })
  const step = defineProcessor({
    name: 'step',
    input: Num,
    output: Num,
    retry: { attempts: 1 },
    process: async (n, { signal }) => {
      if (n === 1) throw new Error('no')
      if (n > 1) await new Promise((_, reject) => signal.addEventListener('abort', reject))
      return n
    },
  })
  const running = await system.run(pipeline('p', Num, { timeout: '10s' }).to(step, { concurrency: 8 }))
  const told = async (ask: Promise<unknown>) => {
    await ask.catch(() => undefined)
    const [began, ended, ...more] = heard.splice(0)
    expect(more).toEqual([])
    expect(began).toMatchObject({ type: 'run-started', pipeline: 'p', run: ended?.run })
    expect(ended).toMatchObject({ type: 'run-ended', pipeline: 'p' })
    expect(ended?.trace).toBe(began?.trace)
    return ended
  }
  expect(await told(running.ask(0, { trace: A }))).toMatchObject({
    outcome: 'answered',
    errors: [],
    trace: A,
  })
  expect(await told(running.ask(1))).toMatchObject({
    outcome: 'failed',
    errors: [{ code: 'processor-failed' }, { message: 'no' }],
  })
  expect(await told(running.ask(2, { timeout: 1 }))).toMatchObject({ outcome: 'late' })
  const giveUp = new AbortController()
  const given = running.ask(2, { signal: giveUp.signal })
  giveUp.abort()
  expect(await told(given)).toMatchObject({ outcome: 'cancelled' })
  const moved = running.ask(2)
  await running.checkpoint(running.runs()[0] as number)
  expect(await told(moved)).toMatchObject({ outcome: 'moved' })
  await expect(running.ask('x' as never)).rejects.toMatchObject({ code: 'schema' })
  expect(heard).toEqual([])
})
