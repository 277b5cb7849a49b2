import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline, weightedAverage } from '../../src/index.ts'
import { embeddings } from '../../src/inference/index.ts'
import type { InferencePort } from '../../src/ports/inference.ts'
import { onManualClock } from './on-manual-clock.ts'

const N = z.number()

describe('the mailbox of a processor', () => {
  test('reject hands the message back, the drop strategies shed as they say', async () => {
    const { kernel, system, wait } = onManualClock()
    const done: Record<string, number[]> = { reject: [], 'drop-oldest': [], 'drop-newest': [] }
    for (const overflow of ['reject', 'drop-oldest', 'drop-newest'] as const) {
      const ref = system.spawn(
        defineProcessor({
          name: overflow,
          input: N,
          output: N,
          mailbox: { capacity: 2, overflow },
          async process(x) {
            await wait(10)
            done[overflow]?.push(x)
            return x
          },
        }),
      )
      const told = [0, 1, 2, 3].map((n) => {
        try {
          ref.tell(n)
          return 'taken'
        } catch (error) {
          return (error as { code: string; undelivered: { body: number } }).undelivered.body
        }
      })
      expect(told).toEqual(
        overflow === 'reject' ? ['taken', 'taken', 2, 3] : ['taken', 'taken', 'taken', 'taken'],
      )
    }
    await kernel.advance(200)
    expect(done).toEqual({ reject: [0, 1], 'drop-oldest': [2, 3], 'drop-newest': [0, 1] })
    expect(system.ledger()).toMatchObject({ balanced: true, inFlight: 0, deadLettered: { shed: 4 } })
  })

  test('a waiting ask that is shed or cancelled settles; one cancelled before it is sent is never sent', async () => {
    const { kernel, system, outcome, wait } = onManualClock()
    let ran = 0
    const ref = system.spawn(
      defineProcessor({
        name: 'slow',
        input: N,
        output: N,
        mailbox: { capacity: 1, overflow: 'drop-oldest' },
        async process(x) {
          ran += 1
          await wait(50)
          return x
        },
      }),
    )
    const first = ref.ask(1)
    first.catch(() => {})
    await kernel.settle()
    const shed = outcome(ref.ask(2))
    const controller = new AbortController()
    const cancelled = ref.ask(3, { signal: controller.signal })
    cancelled.catch(() => {})
    expect(await shed).toMatchObject({ error: { code: 'message-lost', reason: 'shed' } })
    controller.abort(new Error('no longer'))
    expect(await outcome(cancelled)).toMatchObject({ error: { code: 'cancelled' } })
    expect(await outcome(ref.ask(4, { signal: AbortSignal.abort() }))).toMatchObject({
      error: { code: 'cancelled' },
    })
    expect(await outcome(first, 60)).toEqual({ value: 1 })
    expect(ran).toBe(1)
    const expires = ref.tell(5, { timeout: 10, orderKey: 'k' })
    expect(expires).toBeUndefined()
    await kernel.advance(100)
    expect(system.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
  })
})

describe('attempts of a processor', () => {
  test('a retry that would come after the deadline is not waited for', async () => {
    const { system, outcome } = onManualClock()
    const ref = system.spawn(
      defineProcessor({
        name: 'failing',
        input: N,
        output: N,
        retry: { attempts: 3, backoff: '1m' },
        process(): number {
          throw new Error('no')
        },
      }),
    )
    expect(await outcome(ref.ask(1, { timeout: '1s' }), 1)).toMatchObject({
      error: { code: 'message-lost', reason: 'expired' },
    })
  })

  test('an attempt beyond its timeout fails and is fenced off; a message beyond its deadline has expired', async () => {
    const { kernel, system, outcome, wait } = onManualClock()
    const logs: string[] = []
    system.events.subscribe((event) => {
      if (event.type === 'log') logs.push(event.text)
    })
    let attempts = 0
    const ref = system.spawn(
      defineProcessor({
        name: 'slow',
        input: N,
        output: N,
        timeout: '20ms',
        retry: { attempts: 2, backoff: 0 },
        async process(x, ctx) {
          attempts += 1
          ctx.log('info', `attempt ${ctx.attempt}, ${ctx.deadline - kernel.clock.monotonic()} ms`)
          await wait(attempts === 1 ? 100 : 5)
          return x
        },
      }),
    )
    expect(await outcome(ref.ask(1), 200)).toEqual({ value: 1 })
    expect(logs).toEqual(['attempt 1, 20 ms', 'attempt 2, 20 ms'])
    attempts = 0
    expect(await outcome(ref.ask(2, { timeout: 10 }), 30)).toMatchObject({ error: { code: 'ask-timeout' } })
    await kernel.advance(200)
    expect(system.ledger()).toMatchObject({ balanced: true, inFlight: 0 })
  })

  test('calls its models with its deadline and signal, and waits for nobody without', async () => {
    const calls: unknown[] = []
    const engine: InferencePort = {
      run: async (_task, rows, call) => {
        calls.push(call?.deadline)
        return rows.map(() => new Float32Array(3)) as never
      },
      warm: () => Promise.reject(new Error('not asked for')),
      stop: async () => {},
    }
    const { system, outcome } = onManualClock({ inference: engine })
    const Embed = defineProcessor({
      name: 'embed',
      input: z.string(),
      output: N,
      models: { minilm: embeddings('all-minilm-l6-v2') },
      process: async (text, ctx) => (await ctx.infer('minilm', text)).length,
    })
    const ref = system.spawn(Embed)
    expect(await outcome(ref.ask('a', { timeout: 500 }))).toEqual({ value: 3 })
    ref.tell('b')
    await outcome(Promise.resolve())
    expect(calls).toEqual([500, undefined])
  })
})

describe('crashes of a stage', () => {
  test('beyond its restarts everything starts again, and beyond that it stops for good', async () => {
    const { kernel, system, outcome } = onManualClock()
    const events: string[] = []
    system.events.subscribe(({ type }) => events.push(type))
    const running = await system.run(
      pipeline('p', N, { timeout: '1m' }).to(
        defineProcessor({ name: 'one', input: N, output: N, process: (x) => x }),
      ),
    )
    expect(await outcome(running.ask(1))).toEqual({ value: 1 })
    const state = () => running.processors()[0]?.state
    for (let i = 0; i < 500 && state() !== 'stopped'; i++) {
      if (state() === 'running') running.kill('one')
      await kernel.advance(5)
    }
    expect(events).toContain('escalate')
    expect(state()).toBe('stopped')
    // Killing what has stopped does nothing.
    running.kill('one')
    const states = running.processors()[0]?.states ?? []
    expect(states.length).toBeLessThanOrEqual(32)
    expect(await outcome(running.ask(2))).toMatchObject({ error: { code: 'actor-stopped' } })
  })

  test('a stop while a restart waits for its backoff leaves no timer', async () => {
    const { kernel, system } = onManualClock()
    const ref = system.spawn(defineProcessor({ name: 'one', input: N, output: N, process: (x) => x }))
    for (let i = 0; i < 3; i++) ref.kill('test')
    expect(ref.state).toBe('restarting')
    const stopped = system.stop()
    await kernel.settle()
    await stopped
    expect(ref.state).toBe('stopped')
    expect(system.pending()).toEqual({ actors: [], timers: 0, asks: 0 })
  })

  test('a processor that is stopped dead-letters what it holds, and a second stop does nothing', async () => {
    const { kernel, system, outcome, wait } = onManualClock()
    const ref = system.spawn(
      defineProcessor({
        name: 'one',
        input: N,
        output: N,
        async process(x) {
          await wait(100)
          return x
        },
      }),
      { name: 'one' },
    )
    const asked = ref.ask(1)
    asked.catch(() => {})
    await kernel.settle()
    await ref.stop()
    await ref.stop()
    expect(await outcome(asked)).toMatchObject({ error: { code: 'actor-stopped' } })
    expect(() => ref.tell(2)).toThrow(expect.objectContaining({ code: 'actor-stopped' }))
    await kernel.advance(200)
    expect(system.ledger()).toMatchObject({ balanced: true, inFlight: 0, deadLettered: { stopped: 1 } })
    // Its name is free again.
    expect(
      system.spawn(defineProcessor({ name: 'one', input: N, output: N, process: (x) => x }), { name: 'one' })
        .state,
    ).toBe('running')
  })
})

test('the ledger of one pipeline, and a dead letter of a run that has settled, which can’t be replayed', async () => {
  const { system, outcome } = onManualClock()
  const Fails = defineProcessor({
    name: 'fails',
    input: N,
    output: N,
    retry: { attempts: 1 },
    process(): number {
      throw new Error('no')
    },
  })
  const Good = defineProcessor({ name: 'good', input: N, output: N, process: (x) => x })
  const running = await system.run(
    pipeline('p', N, { timeout: '1s' })
      .fan({ fails: Fails, good: Good }, { weights: { fails: 0.5, good: 0.5 } })
      .merge(weightedAverage(), { quorum: 1 }),
  )
  await outcome(running.ask(1))
  expect(system.ledger('p')).toMatchObject({ balanced: true, inFlight: 0, deadLettered: { failed: 1 } })
  expect(system.deadLetters.replay()).toMatchObject({
    replayed: 0,
    refused: [{ error: { code: 'not-replayable' } }],
  })
})
