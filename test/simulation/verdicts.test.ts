import { afterEach, describe, expect, test } from 'vitest'
import { defineActor } from '../../src/index.ts'
import { explore, type Simulation, simulate } from '../../src/simulation/index.ts'
import { Counter } from './counter.ts'
import './with-matchers.ts'
import lost, { WAYS } from './lost.sim.ts'

async function counting(sim: Simulation) {
  const counter = sim.system().spawn(Counter, { name: 'counter' })
  for (const _ of sim.times(3)) counter.tell('add', 1)
  await sim.settle()
}

/** No green without a check that ran: G67. */
describe('an asynchronous check', () => {
  test('that answers false, rejects, or never answers does not hold [G67]', async () => {
    const checks: readonly (readonly [() => unknown, string])[] = [
      [async () => false, 'it does not hold'],
      [async () => Promise.reject(new Error('as it happens')), 'as it happens'],
      [() => new Promise(() => {}), 'has not settled'],
    ]
    for (const [check, says] of checks) {
      const result = await simulate(async (sim) => {
        sim.invariant('small', check)
        await counting(sim)
      })
      expect(result).toViolate('small')
      expect(result.failure?.message).toContain(says)
    }
  })

  test.each([0, '', Number.NaN, null, 0n])(
    'that answers %s does not hold, at once or later [G67]',
    async (nothing) => {
      for (const check of [() => nothing, async () => nothing]) {
        const result = await simulate(async (sim) => {
          sim.invariant('small', check)
          await counting(sim)
        })
        expect(result).toViolate('small')
        expect(result.failure?.message).toContain('the check returned')
      }
    },
  )

  test('that answers true holds, and a hope counts when its promise does', async () => {
    const result = await simulate(async (sim) => {
      sim.invariant('small', async () => true)
      sim.sometimes('yes', async () => true)
      sim.sometimes('no', async () => false)
      await counting(sim)
    })
    expect(result).toHold()
    expect(result.sometimes).toEqual({ yes: 1, no: 0 })
  })

  test('that throws in a hope fails the run', async () => {
    const result = await simulate(async (sim) => {
      sim.sometimes('hope', () => {
        throw new Error('as it happens')
      })
      await counting(sim)
    })
    expect(result).toMatchObject({ seed: expect.any(Number) })
    expect(result.failure).toMatchObject({
      invariant: 'hope',
      message: 'hope: as it happens',
      token: expect.stringMatching(/^sim1\./),
    })
  })
})

describe('a scenario of which a part never runs', () => {
  test.each<readonly [string, (sim: Simulation) => unknown, string]>([
    ['a generator', (sim) => failing(sim), 'is a generator'],
    ['a function in place of a promise', (sim) => () => sim.unreachable('reached'), 'returned a function'],
    [
      'code that nobody awaits',
      (sim) => {
        void sim.sleep('1s').then(() => sim.unreachable('reached'))
      },
      'before any time had passed',
    ],
  ])('%s fails [G67]', async (_what, scenario, says) => {
    const result = await simulate(scenario)
    expect(result).toViolate('the scenario')
    expect(result.failure?.message).toContain(says)
  })

  test('a limit on the wait for something else leaves a sleep behind, and holds', async () => {
    const result = await simulate(async (sim) => {
      const counter = sim.system().spawn(Counter, { name: 'counter' })
      await sim.sleep('1ms')
      await Promise.race([counter.ask('add', 1), sim.sleep('10s')])
    })
    expect(result).toHold()
  })
})

async function* failing(sim: Simulation) {
  yield sim.unreachable('reached')
}

describe('an aim that strikes nothing', () => {
  test.each<readonly [string, (sim: Simulation) => unknown, string]>([
    ['a fault for a name that is misspelt', (sim) => sim.on('conter').drop(), "nothing is called 'conter'"],
    ['a fault without an opportunity', (sim) => sim.on('counter').loseReply(), 'it had no opportunity'],
    [
      'a crash of a name that is misspelt',
      (sim) => sim.at('0ms').crash('conter'),
      "nothing is called 'conter'",
    ],
    [
      'a partition of one',
      (sim) => sim.at('0ms').partition('conter', 'counter'),
      "nothing is called 'conter'",
    ],
    ['an edge that is remote', (sim) => sim.remote('conter'), "nothing is called 'conter'"],
    ['a time after the end', (sim) => sim.at('1h').crash('counter'), 'it had no opportunity'],
  ])('%s fails one run, and an exploration [G67]', async (_what, aim, says) => {
    const scenario = async (sim: Simulation) => {
      aim(sim)
      await counting(sim)
    }
    for (const result of [await simulate(scenario), await explore({ runs: 20 }, scenario)]) {
      expect(result).toViolate('aimed faults strike')
      expect(result.failure?.message).toContain(says)
      expect(result.failure?.token).toMatch(/^sim1\./)
    }
  })

  test('is none where it strikes in some run', async () => {
    const found = await explore({ runs: 50, faults: { drop: 0.5 } }, async (sim) => {
      const counter = sim.system().spawn(Counter, { name: 'counter' })
      sim.on('counter').throw()
      counter.tell('add', 1)
      await sim.settle()
    })
    expect(found).toHold()
  })

  test('finds an actor that has no name of its own by its definition', async () => {
    const result = await simulate(async (sim) => {
      sim.on('counter').throw()
      sim.at('1s').crash('counter')
      sim.system().spawn(Counter).tell('add', 1)
      await sim.sleep('2s')
    })
    expect(result).toHold()
    expect(result.faults).toEqual({ throw: 1 })
  })
})

test('a line that no run reaches is told, though it never runs [G67]', async () => {
  const found = await explore({ runs: 5 }, async (sim) => {
    // sim.reachable('only a comment')
    if (sim.seed === 1_000_000) sim.reachable('far away')
    sim.reachable('here')
    await counting(sim)
  })
  expect(found.vacuous).toEqual(["reachable 'far away' was never reached"])
  expect(found.sometimes).toEqual({ 'far away': 0, here: 5 })
})

test('a scenario that does nothing holds, and is told to have shown nothing [G199]', async () => {
  const nothing = 'the scenario did nothing: it starts no system and checks nothing'
  expect((await simulate(() => undefined)).vacuous).toEqual([nothing])
  expect((await explore({ runs: 3 }, () => undefined)).vacuous).toEqual([nothing])
  expect((await simulate(counting)).vacuous).toEqual([])
  expect((await simulate((sim) => sim.effect('paid'))).vacuous).toEqual([])
  expect((await simulate((sim) => sim.invariant('small', () => 1))).vacuous).toEqual([])
})

test('the story says which sleeps of the scenario its end cuts off [G199]', async () => {
  const result = await simulate(async (sim) => {
    void sim.sleep('3s').then(() => sim.unreachable('reached'))
    await sim.sleep('1s')
  })
  expect(result).toHold()
  expect(result.story).toContain(
    'the scenario is over; what follows a sleep that ends in 2.0 s is not played',
  )
})

describe('what a scenario puts off', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('as it happens')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('as it happens')
      },
    ],
  ])('fails the run when it %s', async (_how, action) => {
    const result = await simulate(async (sim) => {
      sim.at('1s').run(action)
      await sim.sleep('2s')
    })
    expect(result.failure).toMatchObject({
      invariant: 'the scenario',
      message: expect.stringContaining('as it happens'),
      token: expect.stringMatching(/^sim1\./),
    })
  })
})

describe('code that would end the process', () => {
  afterEach(() => {
    delete process.env.GANGLION_TEST_WAY
  })

  test.each([
    ['loop', 'it yields'],
    ['rejection', 'no rejection unheld'],
    ['tick', 'no error uncaught'],
  ])('fails its run with its seed, without a thread too: %s [G67]', async (way, invariant) => {
    const found = await explore({ runs: 20, stall: '300ms', seed: 5 }, async (sim) => {
      const Loser = defineActor({
        name: 'loser',
        on: { go: () => (sim.seed === 7 ? WAYS[way]?.() : undefined) },
      })
      await sim
        .system()
        .spawn(Loser)
        .ask('go')
        .catch(() => {})
    })
    expect(found).toViolate(invariant)
    expect(found.failure).toMatchObject({ seed: 7, token: expect.stringMatching(/^sim1\./) })
  })

  test.each([
    ['exit', 'no escape'],
    ['loop', 'it yields'],
    ['memory', 'the thread lives'],
    ['rejection', 'no rejection unheld'],
    ['tick', 'no error uncaught'],
  ])(
    'fails its run with its seed, in threads: %s [G67]',
    async (way, invariant) => {
      process.env.GANGLION_TEST_WAY = way
      const found = await explore({ runs: 30, workers: 2, stall: way === 'loop' ? '1s' : '1m' }, lost)
      expect(found).toViolate(invariant)
      expect(found).toMatchObject({ runs: 7, failure: { seed: 7, token: expect.stringMatching(/^sim1\./) } })
    },
    60_000,
  )

  test('does not keep the other runs from being told', async () => {
    process.env.GANGLION_TEST_WAY = 'memory'
    const found = await explore({ runs: 30, workers: 2, keepGoing: true, stall: '1m' }, lost)
    expect(found.runs).toBe(30)
    expect(found.failures.map(({ seed }) => seed)).toEqual([7])
  }, 60_000)
})
