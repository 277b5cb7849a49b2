import { describe, expect, test } from 'vitest'
import { defineActor } from '../../src/behavior/define-actor.ts'
import { onManualClock } from './on-manual-clock.ts'

/** An actor with a timer, and a handler during which the timer's message comes into the mailbox. */
function withTimer(options: { attempts?: number; on?: 'resume' } = {}) {
  const { on } = options
  const supervision = on === undefined ? {} : { supervision: { on: { Error: on } } }
  const { kernel, system, wait } = onManualClock(supervision)
  const seen: string[] = []
  const Actor = defineActor({
    name: 'actor',
    retry: { attempts: options.attempts ?? 1, backoff: '500ms' },
    on: {
      after(ctx, body: string) {
        ctx.timers.after('key', '10ms', 'tick', body)
      },
      every(ctx, body: string) {
        ctx.timers.every('key', '10ms', 'tick', body)
      },
      busy: (_ctx, ms: number) => wait(ms),
      cancel(ctx) {
        seen.push(`cancelled: ${ctx.timers.cancel('key')}`)
      },
      crash() {
        throw new Error('crash')
      },
      async tick(ctx, body: string) {
        seen.push(`${body} ${kernel.clock.monotonic()}`)
        if (body === 'slow') await wait(35)
        if (body === 'failing') throw new Error(`attempt ${ctx.attempt}`)
      },
    },
  })
  const ref = system.spawn(Actor)
  const lost = () => system.deadLetters.list({ type: 'tick' }).map(({ body, reason }) => ({ body, reason }))
  const books = () => system.ledger()
  return { kernel, system, ref, seen, lost, books }
}

describe('[G148] a timer that holds no more is not handled, although its message waits in the mailbox', () => {
  for (const kind of ['after', 'every'] as const) {
    test(`cancelled: ${kind}`, async () => {
      const { kernel, ref, seen, lost, books } = withTimer()
      ref.tell(kind, 'old')
      ref.tell('busy', 15)
      ref.tell('cancel')
      ref.tell('cancel')
      await kernel.advance(100)
      expect(seen).toEqual(['cancelled: true', 'cancelled: false'])
      expect(lost()).toEqual([{ body: 'old', reason: 'cancelled' }])
      expect(books()).toMatchObject({ inFlight: 0, balanced: true })
    })

    test(`replaced: ${kind}`, async () => {
      const { kernel, ref, seen, lost } = withTimer()
      ref.tell(kind, 'old')
      ref.tell('busy', 15)
      ref.tell('after', 'new')
      await kernel.advance(100)
      expect(seen).toEqual(['new 25'])
      expect(lost()).toEqual([{ body: 'old', reason: 'cancelled' }])
    })

    test(`set by an instance that has crashed: ${kind}`, async () => {
      const { kernel, ref, seen, lost, books } = withTimer()
      ref.tell(kind, 'old')
      ref.tell('busy', 15)
      ref.tell('crash')
      await kernel.advance(100)
      expect(ref.states).toContain('restarting')
      expect(seen).toEqual([])
      expect(lost()).toEqual([{ body: 'old', reason: 'cancelled' }])
      expect(books()).toMatchObject({ inFlight: 0, balanced: true })
    })
  }

  test('its message between two attempts: the next instance does not get it', async () => {
    const { kernel, ref, seen, system, books } = withTimer({ attempts: 3 })
    ref.tell('after', 'failing')
    await kernel.advance(500)
    expect(seen).toEqual(['failing 10'])
    expect(system.deadLetters.list()).toMatchObject([
      { reason: 'cancelled', errors: [{ code: 'cancelled' }, { message: 'attempt 1' }] },
    ])
    expect(books()).toMatchObject({ inFlight: 0, balanced: true })
  })

  test('what was set aside: cancelled, it does not come back', async () => {
    const { kernel, system } = onManualClock()
    const seen: unknown[] = []
    const Actor = defineActor({
      name: 'stasher',
      states: {
        aside: {
          set: (ctx, key: string) => ctx.timers.after(key, 1, 'tick', key),
          tick: (ctx, _key: string) => ctx.stash(),
          cancel: (ctx, key: string) => void seen.push(ctx.timers.cancel(key)),
          open(ctx, cancelled: string) {
            ctx.become('open')
            ctx.unstash()
            if (cancelled !== '') seen.push(ctx.timers.cancel(cancelled))
          },
        },
        open: { tick: (_ctx, key: string) => void seen.push(key) },
      },
      initial: 'aside',
    })
    const ref = system.spawn(Actor)
    for (const key of ['a', 'b']) ref.tell('set', key)
    await kernel.advance(10)
    ref.tell('cancel', 'a')
    ref.tell('cancel', 'a')
    await kernel.settle()
    ref.tell('open', '')
    await kernel.advance(10)
    expect(seen).toEqual([true, false, 'b'])
    const other = system.spawn(Actor)
    other.tell('set', 'c')
    await kernel.advance(10)
    other.tell('open', 'c')
    await kernel.advance(10)
    expect(seen.slice(3)).toEqual([true])
  })
})

describe('every', () => {
  test('[G148] one beat waits at most, however slow the handler', async () => {
    const { kernel, ref, seen, lost } = withTimer()
    ref.tell('every', 'beat')
    ref.tell('busy', 1000)
    await kernel.advance(999)
    // The handler in progress, and one beat; the next one is due as the handler ends.
    expect(ref.load).toBe(2)
    await kernel.advance(22)
    expect(seen).toEqual(['beat 1000', 'beat 1000', 'beat 1010', 'beat 1020'])
    expect(lost()).toEqual([])
  })

  test('beats of a handler slower than the interval follow each other, and none is made up for', async () => {
    const { kernel, ref, seen } = withTimer()
    ref.tell('every', 'slow')
    await kernel.advance(120)
    expect(seen).toEqual(['slow 10', 'slow 45', 'slow 80', 'slow 115'])
    ref.tell('cancel')
    await kernel.advance(500)
    // The beat of 120 waited in front of it.
    expect(seen.slice(4)).toEqual(['slow 150', 'cancelled: true'])
  })

  test('a beat between two attempts waits as well', async () => {
    const { kernel, ref, seen, books } = withTimer({ attempts: 2, on: 'resume' })
    ref.tell('every', 'failing')
    await kernel.advance(45)
    expect(seen).toEqual(['failing 10'])
    expect(ref.load).toBe(1)
    expect(books().inFlight).toBe(1)
  })
})

describe('a full mailbox takes the messages of timers, and keeps them [G172]', () => {
  for (const overflow of ['reject', 'backpressure', 'drop-oldest', 'drop-newest'] as const) {
    test(overflow, async () => {
      const { kernel, system, wait } = onManualClock()
      const seen: string[] = []
      const Actor = defineActor({
        name: 'narrow',
        mailbox: { capacity: 2, overflow },
        on: {
          set(ctx) {
            ctx.timers.after('once', 10, 'once')
            ctx.timers.every('each', 10, 'each')
          },
          busy: (_ctx, ms: number) => wait(ms),
          other: () => undefined,
          once: () => void seen.push(`once ${kernel.clock.monotonic()}`),
          each: () => void seen.push(`each ${kernel.clock.monotonic()}`),
        },
      })
      const ref = system.spawn(Actor)
      const fill = () => {
        for (let i = 0; i < 4; i++)
          try {
            ref.tell('other')
          } catch {}
      }
      ref.tell('set')
      await kernel.settle()
      ref.tell('busy', 35)
      await kernel.settle()
      fill()
      await kernel.advance(25)
      fill()
      // Two others and two timers, one message each, beside the handler: senders still find it full.
      expect(ref.load).toBe(overflow === 'drop-oldest' ? 3 : 5)
      await kernel.advance(10)
      expect(seen).toEqual(['once 35', 'each 35'])
      const lost = system.deadLetters.list().map(({ type }) => type)
      expect(new Set(lost)).toEqual(new Set(overflow.startsWith('drop') ? ['other'] : []))
      await system.stop()
      expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
    })
  }
})

test('one message of a key waits in a full mailbox, however often a handler sets it again [G172]', async () => {
  const { kernel, system, wait } = onManualClock()
  const seen: number[] = []
  const Actor = defineActor({
    name: 'narrow',
    mailbox: { capacity: 2 },
    on: {
      async set(ctx) {
        for (let i = 0; i < 50; i++) {
          ctx.timers.after('key', 1, 'tick', i)
          await wait(2)
        }
      },
      tick: (_ctx, i: number) => void seen.push(i),
    },
  })
  const ref = system.spawn(Actor)
  ref.tell('set')
  await kernel.advance(95)
  // The handler, and the message of the last setting that was due.
  expect(ref.load).toBe(2)
  await kernel.advance(20)
  expect(seen).toEqual([49])
  expect(system.ledger()).toMatchObject({ inFlight: 0, balanced: true })
})

test('what an actor has scheduled outlives it, and is gone once its system has stopped', async () => {
  const { kernel, system } = onManualClock()
  const seen: string[] = []
  const Clock = defineActor({ name: 'clock', on: { tick: (_ctx, what: string) => void seen.push(what) } })
  const clock = system.spawn(Clock)
  const Planner = defineActor({
    name: 'planner',
    on: {
      plan(ctx) {
        ctx.schedule('10ms', clock, 'tick', 'soon')
        ctx.schedule('1h', clock, 'tick', 'late')
        ctx.schedule('20d', clock, 'tick', 'never')
        ctx.stopSelf()
      },
    },
  })
  system.spawn(Planner).tell('plan')
  await kernel.advance(20)
  expect(seen).toEqual(['soon'])
  expect(system.pending()).toMatchObject({ timers: 2 })
  await Promise.all([system.stop(), kernel.settle()])
  // They were taken away, which a test for leaks wants to know.
  expect(system.pending()).toEqual({ actors: [], timers: 2, asks: 0 })
  await kernel.advance(4_000_000)
  expect(seen).toEqual(['soon'])
  expect(system.deadLetters.size).toBe(0)
})
