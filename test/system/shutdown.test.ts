import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import type { ModelTask } from '../../src/ports/inference.ts'
import { createSystem } from '../../src/system/actor-system.ts'

test('a stop refuses what comes from outside, lets work in flight end, and settles every ask [G33]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const stopped: string[] = []
  const Leaf = defineActor({
    name: 'leaf',
    signals: { stopping: () => void stopped.push('leaf') },
    on: { work: (_ctx, n: number) => n * 2 },
  })
  const leaf = system.spawn(Leaf)
  let release = (): void => {}
  const Busy = defineActor({
    name: 'busy',
    signals: { stopping: () => void stopped.push('busy') },
    on: {
      async work(ctx, n: number) {
        await new Promise<void>((resolve) => {
          release = resolve
        })
        return ctx.ask(leaf, 'work', n)
      },
    },
  })
  const busy = system.spawn(Busy)
  const answer = busy.ask('work', 21)
  await kernel.settle()
  const stop = system.stop({ drain: '5s' })
  expect(system.stop()).toBe(stop)
  expect(() => busy.tell('work', 1)).toThrow(expect.objectContaining({ code: 'system-stopped' }) as Error)
  expect(() => system.spawn(Leaf)).toThrow(expect.objectContaining({ code: 'system-stopped' }) as Error)
  await kernel.advance(100)
  release()
  await kernel.settle()
  expect(await answer).toBe(42)
  await stop
  expect(stopped).toEqual(['busy', 'leaf'])
  expect(system.ledger()).toMatchObject({ answered: 2, deadLettered: {}, inFlight: 0, balanced: true })
  expect(system.pending()).toEqual({ actors: [], timers: 0, asks: 0 })
})

test('work that has not ended within the drain time is abandoned, and says what had begun [G33] [G160]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const Hanging = defineActor({ name: 'hanging', on: { hang: () => new Promise<void>(() => {}) } })
  const hanging = system.spawn(Hanging)
  const asks = [hanging.ask('hang'), hanging.ask('hang')].map((ask) =>
    ask.catch((error: { code: string; cause?: { code: string } }) => [error.code, error.cause?.code]),
  )
  await kernel.settle()
  void system.stop({ drain: '1s' })
  await kernel.advance(1500)
  expect(await Promise.all(asks)).toEqual([
    ['handler-failed', 'actor-stopped'],
    ['actor-stopped', undefined],
  ])
  expect(system.ledger()).toMatchObject({
    deadLettered: { failed: 1, stopped: 1 },
    inFlight: 0,
    balanced: true,
  })
  expect(system.pending()).toEqual({ actors: [], timers: 0, asks: 0 })
})

test('await using stops the system', async () => {
  let outlived: ReturnType<typeof createSystem> | undefined
  {
    await using system = createSystem()
    outlived = system
    expect(system.accepting).toBe(true)
  }
  expect(outlived.accepting).toBe(false)
})

test('an actor that keeps sending to itself leaves turns to timers: counted, not timed [G4]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  let handled = 0
  const Selfish = defineActor({
    name: 'selfish',
    on: {
      again(ctx) {
        handled += 1
        ctx.self.tell('again')
      },
    },
  })
  system.spawn(Selfish).tell('again')
  let others = 0
  const other = (): void => {
    others += 1
    if (others < 5) kernel.turns.later(other)
  }
  kernel.turns.later(other)
  for (let i = 0; i < 20; i++) await kernel.turn()
  expect(others).toBe(5)
  expect(handled).toBeGreaterThan(10_000)
  expect(kernel.turnsRun).toBe(20)
})

const Text = z.object({ text: z.string() })

test('a processor stands alone: schemas, parameters, attempts, and its error as cause', async () => {
  await using system = createSystem({ serializeMessages: true })
  let tries = 0
  const Shout = defineProcessor({
    name: 'shout',
    input: Text,
    output: z.string(),
    params: { mark: '!' },
    process(x, ctx) {
      tries += 1
      if (x.text === 'flaky' && ctx.attempt < 3) throw new Error('not yet')
      if (x.text === 'never') throw new Error('never')
      return x.text.toUpperCase() + ctx.params.mark
    },
  })
  const shout = system.spawn(Shout, { name: 'shout' })
  expect(await shout.ask({ text: 'hi' })).toBe('HI!')
  expect(await shout.ask({ text: 'flaky' })).toBe('FLAKY!')
  shout.tell({ text: 'told' })
  await expect(shout.ask({ text: 'never' })).rejects.toMatchObject({
    code: 'handler-failed',
    cause: { message: 'never' },
  })
  await expect(shout.ask({ text: 7 } as never)).rejects.toMatchObject({ cause: { code: 'schema' } })
  expect(tries).toBe(1 + 3 + 1 + 3)
  expect(shout.path).toBe('ganglion/shout')
  expect(() => system.spawn(Shout, { name: 'shout' })).toThrow(
    expect.objectContaining({ code: 'name-taken' }) as Error,
  )
  shout.kill('test')
  expect(await shout.ask({ text: 'after' })).toBe('AFTER!')
  expect(shout.states).toEqual(['starting', 'running', 'restarting', 'running'])
  await shout.stop()
  await expect(shout.ask({ text: 'late' })).rejects.toMatchObject({ code: 'actor-stopped' })
  expect(system.ledger().balanced).toBe(true)
})

test('a stand-alone processor: timeout, cancellation, and results in the order of their key [G7]', async () => {
  const kernel = new ManualKernel()
  const system = createSystem({ kernel })
  const Wait = defineProcessor({
    name: 'wait',
    input: z.object({ ms: z.number() }),
    output: z.number(),
    concurrency: 4,
    process: ({ ms }) =>
      new Promise<number>((resolve) => {
        kernel.timers.after(ms, () => resolve(ms), undefined)
      }),
  })
  const wait = system.spawn(Wait)
  const order: number[] = []
  for (const [ms, orderKey] of [
    [30, 'a'],
    [10, 'a'],
    [20, 'b'],
  ] as const) {
    void wait.ask({ ms }, { orderKey }).then((n) => order.push(n))
  }
  await kernel.advance(50)
  expect(order).toEqual([20, 30, 10])
  const late = wait.ask({ ms: 100 }, { timeout: '40ms' }).catch((error: unknown) => error)
  const gone = new AbortController()
  const cancelled = wait.ask({ ms: 100 }, { signal: gone.signal }).catch((error: unknown) => error)
  await kernel.advance(10)
  gone.abort()
  await kernel.advance(50)
  expect(await late).toMatchObject({ code: 'ask-timeout', report: { runMs: 40 } })
  expect(await cancelled).toMatchObject({ code: 'cancelled' })
  expect(system.deadLetters.list().map((letter) => letter.reason)).toEqual(['cancelled', 'expired'])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('a processor infers through the injected engine', async () => {
  const double: ModelTask<number, number> = { kind: 'double', model: 'm', options: {} }
  await using system = createSystem({
    inference: {
      run: async (_task, rows) => rows.map((row) => (row as number) * 2) as never,
      warm: () => Promise.reject(new Error('not needed')),
      stop: async () => {},
    },
  })
  const Twice = defineProcessor({
    name: 'twice',
    input: z.number(),
    output: z.number(),
    models: { double },
    process: (x, ctx) => ctx.infer('double', x),
  })
  expect(await system.spawn(Twice).ask(21)).toBe(42)
})
