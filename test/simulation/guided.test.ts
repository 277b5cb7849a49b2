import { describe, expect, test } from 'vitest'
import { defineActor } from '../../src/index.ts'
import { explore, replay, type Simulation, shrink } from '../../src/simulation/index.ts'
import { Counter } from './counter.ts'
import ladder from './ladder.sim.ts'
import './with-matchers.ts'

/** Exploration that its own runs lead: G106. */
describe('a guided exploration', () => {
  test('finds what needs three rare faults in a row, where chance does not [G106]', async () => {
    expect(await explore({ runs: 2000 }, ladder)).toHold()
    const { failure, runs } = await explore({ runs: 2000, strategy: 'guided' }, ladder)
    expect(failure?.invariant).toBe('the link is down')
    expect(runs).toBeLessThan(1000)

    const token = failure?.token as string
    expect((await replay(token, ladder, { strict: true })).failure).toMatchObject({
      invariant: 'the link is down',
      step: failure?.step,
    })
    const shrunk = await shrink(token, ladder)
    expect(shrunk.after).toMatchObject({ faults: 3, reorderings: 0, delays: 0 })
    expect((await replay(shrunk.token, ladder, { strict: true })).hash).toBe(shrunk.hash)
  })

  test('is the same again, and in a thread of its own [G106]', async () => {
    const options = { runs: 150, strategy: 'guided', keepGoing: true } as const
    const one = await explore(options, ladder)
    for (const again of [
      await explore(options, ladder),
      await explore({ ...options, isolate: true }, ladder),
      await explore({ ...options, workers: 2 }, ladder),
    ])
      expect({ ...again, elapsedMs: 0, failures: 0, failure: again.failure?.token }).toEqual({
        ...one,
        elapsedMs: 0,
        failures: 0,
        failure: one.failure?.token,
      })
    expect((await explore({ ...options, seed: 2 }, ladder)).hash).not.toBe(one.hash)
  })

  test('keeps to what may strike: the kinds and places with a rate, the budget, the quiet at the end [G106]', async () => {
    const Clerk = defineActor({ name: 'clerk', on: { work: (_ctx, n: number) => n } })
    const seen = new Set<string>()
    const faults = {
      drop: { at: { 'outside → clerk': 0.01 } },
      slow: { rate: 0.01, range: ['3s', '5s'] },
      budget: 2,
      quietAfter: '20s',
    } as const
    const found = await explore({ runs: 600, faults, strategy: 'guided' }, async (sim: Simulation) => {
      const system = sim.system()
      const clerk = system.spawn(Clerk, { name: 'clerk' })
      const counter = system.spawn(Counter, { name: 'counter' })
      let lost = 0
      for (const n of sim.times(12)) {
        const before = sim.now
        const answer = await clerk.ask('work', n, { timeout: '2s' }).catch(() => undefined)
        if (answer === undefined) {
          lost += 1
          seen.add(`lost ${lost}`)
          if (before > 20_000) sim.unreachable('a fault in the quiet time')
        }
        if (lost > 2) sim.unreachable('more faults than the budget')
        counter.tell('add', 1)
        await sim.sleep('2s')
      }
      await sim.settle()
    })
    expect(found).toHold()
    expect(Object.keys(found.faults).sort()).toEqual(['drop', 'slow'])
    expect([...seen].sort()).toEqual(['lost 1', 'lost 2'])
  })

  test('tells a run that its thread does not survive by a token that repeats it [G106]', async () => {
    const { default: lost } = await import('./lost-guided.sim.ts')
    const { failure } = await explore({ runs: 1000, strategy: 'guided', isolate: true, stall: '1s' }, lost)
    expect(failure?.invariant).toBe('it yields')
    process.env.GANGLION_TEST_STAY = '1'
    try {
      const result = await replay(failure?.token as string, lost)
      expect(result.failure?.invariant).toBe('two in a row')
    } finally {
      delete process.env.GANGLION_TEST_STAY
    }
  })
})
