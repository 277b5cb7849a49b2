import { describe, expect, test } from 'vitest'
import { type ActorRef, type Duration, defineActor } from '../../src/index.ts'
import { explore, type FaultOptions, replay, type Simulation, simulate } from '../../src/simulation/index.ts'
import './with-matchers.ts'

interface Card {
  charge: (ctx: never, n: number) => number
}

/** Two tills ask one card; `after-charge` and `before-charge` are points of its handler. */
async function shop(sim: Simulation): Promise<void> {
  const system = sim.system()
  const card: ActorRef<Card> = system.spawn(
    defineActor({
      name: 'card',
      on: {
        charge(ctx, n: number) {
          ctx.maybe('before-charge')
          ctx.maybe('after-charge')
          return n
        },
      },
    }),
    { name: 'card' },
  )
  const till = (name: string) =>
    system.spawn(
      defineActor({ name, on: { pay: (ctx, n: number) => ctx.ask(card, 'charge', n, { timeout: '1s' }) } }),
      { name },
    )
  for (const one of [till('left'), till('right')])
    for (const n of sim.times(6)) await one.ask('pay', n).catch(() => {})
}

/** Where the faults of many runs struck, by the lines of their stories. */
async function struck(faults: FaultOptions): Promise<Set<string>> {
  const lines = new Set<string>()
  for (let seed = 1; seed <= 5; seed++) {
    const { trace } = await simulate({ seed, faults }, shop)
    for (const { kind, from, to, what } of trace) if (kind === 'fault') lines.add(`${from} ${to} ${what}`)
  }
  return lines
}

/** Rates for single places: G104. */
describe('a rate for a place', () => {
  test('strikes there alone: an edge, an actor, a point of maybe [G104]', async () => {
    expect(await struck({ drop: { at: { 'left → card': 0.4 } } })).toEqual(
      new Set(['left card drop on charge']),
    )
    expect(await struck({ ackLost: { at: { '* -> card': 0.4 } } })).toEqual(
      new Set(['card left ackLost of the reply to charge', 'card right ackLost of the reply to charge']),
    )
    expect(await struck({ throw: { at: { right: 0.4 } } })).toEqual(new Set(['right right throw']))
    expect(await struck({ maybe: { at: { 'after-charge': 0.4 } } })).toEqual(
      new Set(["card card maybe at 'after-charge'"]),
    )
    expect(await struck({ crash: { points: ['handled'], at: { card: 0.4 } } })).toEqual(
      new Set(['card card crashHandled']),
    )
  })

  test('goes before the rate of the rest; an edge goes before an actor', async () => {
    const faults = { drop: { rate: 1, at: { card: 1, 'left → card': 0, 'outside → left': 0, right: 0 } } }
    expect(await struck(faults)).toEqual(new Set(['right card drop on charge']))
  })

  test('has its own range, and replays from a token', async () => {
    const faults = { slow: { at: { card: { rate: 0.5, range: ['7ms', '7ms'] } } } } as const
    const run = await simulate({ faults }, shop)
    expect(run.trace.some(({ what }) => what === 'slow 7')).toBe(true)
    expect((await replay(run.token, shop)).hash).toBe(run.hash)
  })

  test('that no run strikes is told; a name that nothing has is a failure with the nearest [G104]', async () => {
    const never = await explore({ runs: 20, faults: { drop: { at: { 'card → left': 0.5 } } } }, shop)
    expect(never.vacuous).toEqual(["fault drop at 'card → left' never struck"])
    expect(never).toHold()

    const strange: readonly (readonly [FaultOptions, string])[] = [
      [{ throw: { at: { crad: 0.1 } } }, "nothing is called 'crad' (there is card, left, right, sim)"],
      [{ drop: { at: { 'rigth → card': 0.1 } } }, "the nearest is 'right'"],
      [{ maybe: { at: { 'after-charg': 0.1 } } }, "the nearest is 'after-charge'"],
    ]
    for (const [faults, says] of strange) {
      for (const result of [await simulate({ faults }, shop), await explore({ runs: 5, faults }, shop)]) {
        expect(result).toViolate('aimed faults strike')
        expect(result.failure?.message).toContain(says)
      }
    }
  })

  test('that can never strike, or is misspelt, is refused [G104]', async () => {
    const wrong: readonly (readonly [unknown, string, string])[] = [
      [{ dorp: 0.1 }, 'faults.dorp', "The nearest is 'drop'"],
      [{ drop: { rat: 0.1 } }, 'faults.drop.rat', "The nearest is 'rate'"],
      [{ drop: {} }, 'faults.drop', 'probability'],
      [{ drop: { at: { card: 2 } } }, 'faults.drop.at.card', 'probability'],
      [{ drop: { at: { 'a → b → c': 0.1 } } }, 'faults.drop.at.a → b → c', "'till → card'"],
      [{ throw: { at: { 'left → card': 0.1 } } }, 'faults.throw.at.left → card', 'name the actor'],
      [{ clockJump: { at: { card: 0.1 } } }, 'faults.clockJump.at.card', 'no place'],
      [{ drop: { at: { card: 0.6 } }, delay: { at: { 'left → card': 0.6 } } }, 'faults.delay', 'add up'],
    ]
    for (const [faults, path, remedy] of wrong) {
      const refused = await simulate({ faults: faults as FaultOptions }, shop).catch((error) => error)
      expect(refused).toMatchObject({ code: 'invalid-argument', path })
      expect(refused.remedy).toContain(remedy)
    }
  })
})

test('every message takes its latency, and a rare one is delayed besides [G104]', async () => {
  const faults = {
    delay: { latency: ['1ms', '5ms'], at: { 'right → card': { rate: 0.3, range: ['600ms', '700ms'] } } },
  } as const
  let longest = 0
  let delays = 0
  for (let seed = 1; seed <= 3; seed++) {
    const { faults: found, trace, virtualMs } = await simulate({ seed, faults }, shop)
    const kinds = trace.filter(({ kind }) => kind === 'fault')
    expect(kinds.every(({ from, to }) => from === 'right' && to === 'card')).toBe(true)
    delays += found.delay ?? 0
    longest = Math.max(longest, virtualMs)
  }
  expect(delays).toBeGreaterThan(2)
  expect(longest).toBeGreaterThan(600 + 12 * 4)
})

/** What `settle` waits for, and what it says of the rest: G105. */
describe('settle', () => {
  const Alarm = defineActor({
    name: 'alarm',
    state: () => ({ rung: 0 }),
    on: {
      set(ctx, at: string) {
        ctx.timers.after('alarm', at as '1s', 'ring')
      },
      later(ctx) {
        ctx.schedule('2s', ctx.self as never, 'ring' as never, undefined as never)
      },
      tick(ctx) {
        ctx.timers.every('tick', '1s', 'ring')
      },
      ring(ctx) {
        ctx.state.rung += 1
      },
    },
  })

  test('waits for timers, scheduled messages, sleeps and aims [G105]', async () => {
    const rung: number[] = []
    const result = await simulate(async (sim) => {
      const alarm = sim.system().spawn(Alarm, { name: 'alarm' })
      alarm.tell('set', '3s')
      alarm.tell('later')
      let slept = false
      void sim.sleep('4s').then(() => {
        slept = true
      })
      sim.at('5s').crash('alarm')
      expect(await sim.settle()).toEqual([])
      expect([sim.now >= 5000, slept]).toEqual([true, true])
      sim.invariant('both rang', ({ deadLetters }) => deadLetters() === 0)
      rung.push(sim.now)
    })
    expect(result).toHold()
    expect(rung).toEqual([5000])
  })

  test('says what it leaves: timers that repeat, and those due later [G105]', async () => {
    const result = await simulate(async (sim) => {
      const alarm = sim.system().spawn(Alarm, { name: 'alarm' })
      alarm.tell('set', '2h')
      alarm.tell('tick')
      const left = await sim.settle()
      expect(left).toEqual(["timer 'tick' of alarm again and again", "timer 'alarm' of alarm in 7200 s"])
      expect(sim.now).toBeLessThan(10)
      sim.unreachable('the end')
    })
    expect(result.failure?.invariant).toBe('the end')
    expect(result.story).toContain("at rest, and left: timer 'tick' of alarm again and again")
  })

  test('waits for durable timers, and says which it leaves [G105]', async () => {
    const Reminder = defineActor({
      name: 'reminder',
      durable: true,
      state: () => ({ rung: 0 }),
      on: {
        set(ctx, [key, when]: [string, Duration]) {
          ctx.timers.durable(key, when, 'ring')
        },
        ring: (ctx) => ++ctx.state.rung,
        rung: (ctx) => ctx.state.rung,
      },
    })
    const result = await simulate(async (sim) => {
      const disk = sim.disk()
      const first = sim.system({ name: 'shop', journal: await disk.openJournal() })
      const reminder = first.spawn(Reminder, { name: 'reminder' })
      await reminder.ask('set', ['soon', '30s'])
      await reminder.ask('set', ['late', '2h'])
      const left = await sim.settle()
      expect(left).toHaveLength(1)
      expect(left[0]).toMatch(/^durable timer 'late' of reminder in 71\d\d s$/)
      expect(sim.now).toBeGreaterThanOrEqual(30_000)
      expect(await reminder.ask('rung')).toBe(1)
      disk.kill()
      await first.stop({ drain: 0 })
      // The next process does not start the actor whose timer comes due meanwhile.
      sim.system({ name: 'shop', journal: await disk.openJournal() })
      await sim.sleep('3h')
      expect(await sim.settle()).toEqual([
        "durable timer 'late' of reminder which waits until its actor runs",
      ])
    })
    expect(result).toHold()
  })

  test('leaves timers alone where it is told to', async () => {
    const result = await simulate(async (sim) => {
      const alarm = sim.system().spawn(Alarm, { name: 'alarm' })
      alarm.tell('set', '3s')
      expect(await sim.settle({ timers: false })).toEqual(["timer 'alarm' of alarm in 3.0 s"])
    })
    expect(result).toHold()
    const wrong = await simulate((sim) => sim.settle({ timer: false } as never))
    expect(wrong.failure?.message).toContain("settle has no option 'timer'")
  })

  test('waits for redeliveries and slow flushes [G105]', async () => {
    for (const faults of [
      { lostFrame: 0.5 },
      { redeliver: 0.5 },
      { reconnect: 0.5 },
      { transportAckLost: 0.5 },
      { slowFlush: 0.5 },
    ] satisfies FaultOptions[]) {
      const found = await explore({ runs: 20, faults }, async (sim) => {
        const store = sim.store()
        const transport = sim.transport()
        const kept = new Set<number>()
        await transport.subscribe('orders', async ({ frame, ack, attempt, nack }) => {
          if (attempt === 1 && frame[0] === 2) return nack(500)
          await store.commit([{ key: 'order', value: frame }])
          await store.flushed()
          kept.add(frame[0] as number)
          await ack()
        })
        for (const n of sim.times(4)) await transport.send('orders', Uint8Array.of(n))
        await sim.settle()
        if (kept.size < 4) sim.unreachable('an order was left behind')
      })
      expect(found).toHold()
    }
  })

  test('gives up on an actor that sets its timer again', async () => {
    const result = await simulate(async (sim) => {
      const counter = sim.system().spawn(
        defineActor({
          name: 'beat',
          on: {
            beat(ctx) {
              ctx.timers.after('beat', '1s', 'beat')
            },
          },
        }),
        { name: 'beat' },
      )
      counter.tell('beat')
      const left = await sim.settle({ within: '10s' })
      expect(left).toHaveLength(1)
      expect(sim.now).toBeLessThanOrEqual(10_000)
    })
    expect(result).toHold()
  })
})
