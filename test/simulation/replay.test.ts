import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineActor } from '../../src/index.ts'
import { explore, mermaidOf, replay, type Simulation, shrink, simulate } from '../../src/simulation/index.ts'
import { decodeToken } from '../../src/simulation/token.ts'
import { delivery } from './planted/delivery.ts'
import type { Planted } from './planted/planted.ts'
import { state } from './planted/state.ts'
import fanIn from './scenarios/fan-in.sim.ts'

const { doubleCharge, effectBeforeCrash } = delivery as Record<string, Planted> & {
  doubleCharge: Planted
  effectBeforeCrash: Planted
}
const charging = (sim: Simulation) => doubleCharge.scenario(sim, false)

async function failing() {
  const { failure } = await explore({ runs: 200, faults: doubleCharge.faults ?? {} }, charging)
  return failure as NonNullable<typeof failure>
}

describe('a token', () => {
  test('holds the whole run: it replays to the same step, and fits into an issue', async () => {
    const { token, step, invariant } = await failing()
    const again = await replay(token, charging)
    expect(again.failure).toMatchObject({ step, invariant, token })
    expect(token.length).toBeLessThan(1500)
  })

  test('of a run that passed replays too', async () => {
    const held = await simulate({ seed: 9 }, charging)
    expect(await replay(held.token, charging)).toMatchObject({ ok: true, hash: held.hash })
  })

  test('whatever is done to it, it is refused or it is the same', async () => {
    const { token } = await failing()
    const whole = decodeToken(token)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('', 'A', '_', '.', '\u0000', 'zz'), (at, put) => {
        const changed = token.slice(0, at) + put + token.slice(at + 1)
        try {
          expect(decodeToken(changed)).toEqual(whole)
        } catch (error) {
          if (!/^token-/.test((error as { code?: string }).code ?? '')) throw error
        }
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  test.each([
    ['', 'token-damaged'],
    ['sim1.', 'token-damaged'],
    ['sim2.abcdef', 'token-version'],
    [`sim1.${'A'.repeat(300_000)}`, 'token-too-large'],
    [undefined, 'token-damaged'],
  ])('%.20s is refused as %s', async (token, code) => {
    await expect(replay(token as string, charging)).rejects.toMatchObject({ code, path: 'token' })
    await expect(shrink(token as string, charging)).rejects.toMatchObject({ code })
  })
})

describe('a replay that leaves the recorded way', () => {
  const fixed = (sim: Simulation) => doubleCharge.scenario(sim, true)

  test('strikes with the same faults as far as they go, and is judged: what was fixed holds [G66]', async () => {
    const { token } = await failing()
    const shrunk = await shrink(token, charging)
    for (const one of [token, shrunk.token]) {
      const held = await replay(one, fixed)
      expect(held).toMatchObject({ ok: true, diverged: { why: 'the scenario has changed' } })
      expect(held.faults).not.toEqual({})
      // The bug is back.
      expect(await replay(one, charging)).toMatchObject({ ok: false, diverged: undefined })
    }
  })

  test('a change elsewhere leaves the faults where they were', async () => {
    const { token, invariant } = await failing()
    const longer = async (sim: Simulation) => {
      const Other = defineActor({ name: 'other', on: { hello: () => 1 } })
      const other = sim.system().spawn(Other)
      for (let i = 0; i < 3; i++) await other.ask('hello').catch(() => {})
      await charging(sim)
    }
    expect((await replay(token, longer)).failure?.invariant).toBe(invariant)
  })

  test('rejects at the first step that differs where that is asked for', async () => {
    const { token } = await failing()
    const changed = async (sim: Simulation) => {
      await effectBeforeCrash.scenario(sim, false)
    }
    await expect(replay(token, changed, { strict: true })).rejects.toMatchObject({
      code: 'diverged',
      step: expect.any(Number),
      message: expect.stringContaining('the scenario has changed'),
    })
    await expect(replay(token, changed, { strictly: true } as never)).rejects.toMatchObject({
      code: 'invalid-argument',
    })
  })

  test('says that code it calls has changed', async () => {
    let extra = 0
    const calls = { more: (_sim: Simulation): void => {} }
    const Counter = defineActor({ name: 'counter', on: { add: () => ++extra } })
    const scenario = async (sim: Simulation) => {
      const counter = sim.system().spawn(Counter)
      calls.more(sim)
      await counter.ask('add')
    }
    const { token } = await simulate(scenario)
    calls.more = (sim) => void sim.system().spawn(Counter).tell('add')
    expect(await replay(token, scenario)).toMatchObject({
      ok: true,
      diverged: { why: 'code that it calls has changed', step: expect.any(Number) },
    })
  })

  test('and a scenario that is not deterministic is named, with the step', async () => {
    let runs = 0
    const Counter = defineActor({ name: 'counter', on: { add: () => 1 } })
    async function moody(sim: Simulation) {
      runs += 1
      const counter = sim.system().spawn(Counter)
      for (let i = 0; i < runs; i++) await counter.ask('add')
    }
    await expect(explore({ runs: 3 }, moody)).rejects.toMatchObject({
      code: 'not-deterministic',
      path: 'moody',
      value: expect.any(Number),
    })
    const { token } = await simulate(moody)
    expect((await replay(token, moody)).diverged?.why).toBe('it is not deterministic')
  })
})

describe('shrinking', () => {
  test('a run that did not fail has nothing to shrink', async () => {
    const { token } = await simulate({ seed: 9 }, charging)
    await expect(shrink(token, charging)).rejects.toMatchObject({ code: 'invalid-argument', path: 'token' })
  })

  test('keeps to its budget and tells its progress', async () => {
    const { token } = await failing()
    const told: number[] = []
    const none = await shrink(token, charging, { budget: 0 })
    expect(none).toMatchObject({ minimal: false, failure: { invariant: doubleCharge.invariant } })
    const all = await shrink(token, charging, { onProgress: ({ size }) => told.push(size.messages) })
    expect(told.length).toBeGreaterThan(0)
    expect(told.at(-1)).toBeLessThanOrEqual(told[0] as number)
    expect(all.after).toMatchObject({ faults: 1, messages: 3, delays: 0, reorderings: 0 })
  })

  test('the story is short, marks the fault, and is drawn', async () => {
    const { token } = await failing()
    const shrunk = await shrink(token, charging)
    const lines = shrunk.story.split('\n')
    expect(lines.length).toBeLessThanOrEqual(12)
    expect(lines.filter((line) => line.includes('⚡'))).toHaveLength(1)
    expect(lines.at(-1)).toContain(doubleCharge.invariant)
    expect(mermaidOf(shrunk.trace)).toMatch(/^sequenceDiagram\n {2}participant p0 as outside/)
  })
})

describe('exploring', () => {
  test('every order of a tiny scenario is tried: the bug needs one of them', async () => {
    const { checkThenAct } = state as { checkThenAct: Planted }
    const found = await explore({ runs: 5000, strategy: 'exhaustive' }, (sim) =>
      checkThenAct.scenario(sim, false),
    )
    expect(found.failure?.invariant).toBe(checkThenAct.invariant)
    const fixed = await explore({ runs: 5000, strategy: 'exhaustive' }, (sim) =>
      checkThenAct.scenario(sim, true),
    )
    expect(fixed.ok).toBe(true)
    // All of them, each once; and it says so.
    expect(fixed.runs).toBeLessThan(5000)
    expect(fixed).toMatchObject({ schedules: fixed.runs, complete: true })
    for (const some of [
      await explore({ runs: fixed.runs - 1, strategy: 'exhaustive' }, (sim) =>
        checkThenAct.scenario(sim, true),
      ),
      await explore({ runs: 5, strategy: 'fifo' }, (sim) => checkThenAct.scenario(sim, true)),
      found,
    ])
      expect(some.complete).toBe(false)
  })

  test.each(['random', 'pct'] as const)('%s finds the order that the bug needs', async (strategy) => {
    const { checkThenAct } = state as { checkThenAct: Planted }
    const found = await explore({ runs: 200, strategy }, (sim) => checkThenAct.scenario(sim, false))
    expect(found.failure?.invariant).toBe(checkThenAct.invariant)
  })

  test('inputs from fast-check’s arbitraries compose with schedules and faults', async () => {
    const Amount = fc.integer({ min: -5, max: 1000 })
    const found = await explore({ runs: 200, faults: { delay: ['0ms', '10ms'] } }, async (sim) => {
      const amounts = fc.sample(Amount, { seed: sim.seed, numRuns: 6 })
      const Account = defineActor({
        name: 'account',
        state: () => ({ sum: 0 }),
        on: {
          deposit(ctx, by: number) {
            ctx.state.sum += by
            return ctx.state.sum
          },
        },
      })
      const account = sim.system().spawn(Account)
      let before = 0
      for (const i of sim.times(6)) {
        const now = await account.ask('deposit', amounts[i] as number)
        if (now < before) sim.unreachable('a deposit adds')
        before = now
      }
    })
    expect(found.failure?.invariant).toBe('a deposit adds')
    expect(found.runs).toBeGreaterThan(1)
  })

  test('continues after a failure where it is told to, and lists one of each', async () => {
    const found = await explore({ runs: 100, keepGoing: true, faults: doubleCharge.faults ?? {} }, charging)
    expect(found.runs).toBe(100)
    expect(found.failures.map(({ invariant }) => invariant)).toEqual([doubleCharge.invariant])
  })

  test('in threads it gives the same result as in one', async () => {
    const serial = await explore({ runs: 120, workers: 1 }, fanIn)
    const parallel = await explore({ runs: 120, workers: 2 }, fanIn)
    const { elapsedMs: one, ...first } = serial
    const { elapsedMs: two, ...second } = parallel
    expect(second).toEqual(first)
    expect(one).toBeGreaterThan(0)
    expect(two).toBeGreaterThan(0)
  })

  test.each([{ runs: 0 }, { runs: 1.5 }, { workers: -1 }])('%j is refused', async (options) => {
    await expect(explore(options, charging)).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})
