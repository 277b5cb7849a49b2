import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type ActorRef, defineActor, defineProcessor, pipeline, weightedAverage } from '../../src/index.ts'
import { embeddings } from '../../src/inference/index.ts'
import { explore, type Simulation, simulate } from '../../src/simulation/index.ts'
import { Counter } from './counter.ts'
import './with-matchers.ts'

import unheld from './unheld.sim.ts'

const Number_ = z.number()
const Double = defineProcessor({ name: 'double', input: Number_, output: Number_, process: (x) => x * 2 })
const Square = defineProcessor({ name: 'square', input: Number_, output: Number_, process: (x) => x * x })
const averaged = () =>
  pipeline('averaged', Number_, { timeout: '5s' })
    .fan({ double: Double, square: Square }, { weights: { double: 0.5, square: 0.5 } })
    .merge(weightedAverage())

async function averages(sim: Simulation): Promise<void> {
  const running = await sim.system().run(averaged())
  await Promise.all(
    [...sim.times(5)].map(async (x) => {
      const value = await running.ask(x).catch(() => undefined)
      if (value !== undefined && value !== (2 * x + x * x) / 2) sim.unreachable('the average is right')
    }),
  )
}

describe('one run', () => {
  test('a day of virtual time passes at once, and the clock is the simulation’s', async () => {
    const result = await simulate({ timeLimit: '2d' }, async (sim) => {
      const system = sim.system()
      const counter = system.spawn(Counter)
      const before = sim.kernel.clock.monotonic()
      await sim.sleep('1d')
      counter.tell('add', sim.kernel.clock.monotonic() - before)
      if ((await counter.ask('total')) !== 86_400_000) sim.unreachable('a day has passed')
    })
    expect(result).toHold()
    expect(result.virtualMs).toBeGreaterThanOrEqual(86_400_000)
  })

  test('the same seed gives the same run, another seed another one', async () => {
    const options = { faults: { drop: 0.1, duplicate: 0.1, slow: 0.1, delay: ['0ms', '50ms'] } } as const
    const one = await simulate({ ...options, seed: 5 }, averages)
    const again = await simulate({ ...options, seed: 5 }, averages)
    const other = await simulate({ ...options, seed: 6 }, averages)
    expect(again).toMatchObject({ hash: one.hash, steps: one.steps, faults: one.faults, story: one.story })
    expect(other.hash).not.toBe(one.hash)
  })

  test('what the scenario throws fails the run, with its error', async () => {
    const result = await simulate(async () => {
      throw new RangeError('as it happens')
    })
    expect(result).toViolate('the scenario')
    expect(result.failure?.error).toBeInstanceOf(RangeError)
    expect((await simulate(() => expect(1).toBe(2))).failure?.message).toContain('expected 1 to be 2')
  })

  test('a check reads the state by the definition, and only of an actor that has it [G198]', async () => {
    const Other = defineActor({ name: 'other', state: () => ({ text: '' }), on: { go: () => 0 } })
    const seen: unknown[] = []
    const result = await simulate(async (sim) => {
      const counter = sim.system().spawn(Counter, { name: 'counter' })
      sim.invariant('small', (world) => (world.state(counter, Counter)?.n ?? 0) < 2)
      sim.sometimes('another', (world) => {
        try {
          return world.state(counter, Other)?.text === ''
        } catch (error) {
          seen.push(error)
          return false
        }
      })
      counter.tell('add', 1)
      counter.tell('add', 1)
      await sim.settle()
    })
    expect(result).toViolate('small')
    expect(seen[0]).toMatchObject({ code: 'invalid-argument', path: 'definition' })
  })

  test('an invariant that throws names what it threw', async () => {
    const result = await simulate(async (sim) => {
      sim.invariant('small', () => {
        throw new Error('it is large')
      })
      sim.system().spawn(Counter).tell('add', 1)
      await sim.settle()
    })
    expect(result.failure).toMatchObject({ invariant: 'small', message: 'small: it is large' })
  })

  test('a scenario that never ends is stopped, and what it waits for is named', async () => {
    const waits = await simulate(() => new Promise(() => {}))
    expect(waits.failure).toMatchObject({ invariant: 'it settles' })
    expect(waits.failure?.message).toContain('the scenario')
    const Stuck = defineActor({ name: 'stuck', on: { wait: () => new Promise<void>(() => {}) } })
    const stuck = await simulate(async (sim) => {
      sim.system().spawn(Stuck, { name: 'stuck' }).tell('wait')
      await sim.settle()
    })
    expect(stuck.failure?.message).toContain('sim/stuck: 1, running')
    const Ticking = defineActor({
      name: 'ticking',
      on: {
        start: (ctx) => ctx.timers.every('tick', '1s', 'start'),
      },
    })
    const endless = await simulate({ timeLimit: '1h' }, async (sim) => {
      sim.system().spawn(Ticking).tell('start')
      await new Promise(() => {})
    })
    expect(endless).toViolate('time limit')
    const loops = await simulate({ maxSteps: 500 }, async (sim) => {
      const Loop = defineActor({
        name: 'loop',
        on: {
          go(ctx) {
            ctx.self.tell('go')
          },
        },
      })
      sim.system().spawn(Loop).tell('go')
      await sim.settle()
    })
    expect(loops).toViolate('step limit')
  })

  test('a fault kind that never struck and a hope that never came true make the run vacuous', async () => {
    const result = await simulate({ faults: { drop: 0.000001 } }, async (sim) => {
      sim.sometimes('ten', () => false)
      sim.reachable('here')
      sim.system().spawn(Counter).tell('add', 1)
      await sim.settle()
    })
    expect(result).toHold()
    expect(result.vacuous).toEqual(['fault drop never struck', "sometimes 'ten' never came true"])
    expect(result.sometimes).toEqual({ ten: 0, here: 1 })
  })
})

test('what is on its way to a processor that has been stopped still counts, until it ends there', async () => {
  const result = await simulate({ faults: { delay: ['1s', '1s'] } }, async (sim) => {
    const system = sim.system()
    const double = system.spawn(Double, { name: 'one' })
    double.tell(1)
    await double.stop()
    sim.expect.conserved()
    await sim.settle()
    expect(system.ledger()).toMatchObject({ balanced: true, deadLettered: { stopped: 1 } })
  })
  expect(result).toHold()
})

describe('faults that the scenario aims', () => {
  test('a partition and its end, a crash and a jump of the wall clock happen at their times', async () => {
    const result = await simulate(async (sim) => {
      const system = sim.system()
      const b: ActorRef<{ add: (ctx: never, by: number) => void; total: (ctx: never) => number }> =
        system.spawn(Counter, { name: 'b' })
      const a = system.spawn(
        defineActor({
          name: 'a',
          on: {
            send(ctx, by: number) {
              ctx.tell(b, 'add', by)
            },
          },
        }),
        { name: 'a' },
      )
      sim.at('30s').partition('a', 'b').heal('90s').jump(3_600_000)
      const wall = sim.kernel.clock.now()
      for (let i = 0; i < 12; i++) {
        a.tell('send', 1)
        await sim.sleep('10s')
      }
      // At 30, 40, 50, 60, 70 and 80 s nothing came through.
      expect(await b.ask('total')).toBe(6)
      expect(sim.kernel.clock.now() - wall).toBe(120_000 + 3_600_000)
      sim.at('130s').crash('b')
      await sim.sleep('20s')
      expect(await b.ask('total')).toBe(0)
    })
    expect(result).toHold()
  })

  test('each fault for one actor strikes once, at its next opportunity', async () => {
    const result = await simulate(async (sim) => {
      const counter = sim.system().spawn(Counter, { name: 'counter' })
      const send = async (): Promise<number> => {
        counter.tell('add', 1)
        await sim.settle()
        return counter.ask('total')
      }
      expect(await send()).toBe(1)
      sim.on('counter').drop()
      expect(await send()).toBe(1)
      sim.on('counter').duplicate()
      expect(await send()).toBe(3)
      sim.on('counter').throw()
      // The instance has failed: its state is new.
      expect(await send()).toBe(0)
      sim.on('counter').loseReply()
      await expect(counter.ask('total', undefined, { timeout: '1s' })).rejects.toMatchObject({
        code: 'ask-timeout',
      })
      sim.on('counter').hang()
      await expect(counter.ask('total', undefined, { timeout: '1s' })).rejects.toMatchObject({
        code: 'ask-timeout',
      })
      counter.kill('it hangs')
      expect(await counter.ask('total')).toBe(0)
    })
    expect(result).toHold()
    expect(result.faults).toEqual({ drop: 1, duplicate: 1, throw: 1, ackLost: 1, hang: 1 })
  })

  test('a promise that rejects and nobody holds is a violation, and ends no process', async () => {
    // In threads of its own: the test runner hears of such promises too.
    const found = await explore({ runs: 40, workers: 2 }, unheld)
    expect(found).toViolate('no rejection unheld')
    expect(found.failure?.message).toContain('nobody holds this')
  })

  test('faults strike the replicas of a router', async () => {
    const result = await explore({ runs: 20, faults: { throw: 0.2, crash: 0.1 } }, async (sim) => {
      const router = sim.system().router(Counter, { replicas: 2 })
      for (const _ of sim.times(10)) await router.ask('total').catch(() => undefined)
    })
    expect(result).toHold()
    expect(result).toHaveSeenEverything()
  })

  test('outcomes that wait for their order key are no handlers that run', async () => {
    const result = await explore({ runs: 50, faults: { slow: 0.1 } }, async (sim) => {
      const Step = defineProcessor({
        name: 'step',
        input: Number_,
        output: Number_,
        concurrency: 2,
        process: async (x) => {
          await sim.sleep(sim.random.integer(5))
          return x
        },
      })
      const running = await sim.system().run(pipeline('p', Number_).to(Step))
      await Promise.all([...sim.times(8)].map((x) => running.ask(x, { orderKey: `k${x % 2}` })))
    })
    expect(result).toHold()
  })

  test('a fault point of the author’s own strikes in an actor and in a processor', async () => {
    const result = await explore({ runs: 50, faults: { maybe: 0.5 } }, async (sim) => {
      let charged = 0
      const Charge = defineActor({
        name: 'charge',
        on: {
          charge(ctx) {
            charged += 1
            ctx.maybe('after-charge')
          },
        },
      })
      const Ship = defineProcessor({
        name: 'ship',
        input: Number_,
        output: Number_,
        process(x, ctx) {
          ctx.maybe('before-shipping')
          return x
        },
      })
      const system = sim.system()
      const failed = await system
        .spawn(Charge)
        .ask('charge')
        .then(
          () => false,
          () => true,
        )
      if (failed && charged === 1) sim.reachable('charged and failed')
      await (await system.run(pipeline('p', Number_).to(Ship)))
        .ask(1)
        .catch(() => sim.reachable('never shipped'))
    })
    expect(result).toHold()
    expect(result).toHaveSeenEverything()
    expect(result.sometimes['charged and failed']).toBeGreaterThan(0)
  })
})

describe('models', () => {
  const minilm = embeddings('all-minilm-l6-v2')
  const Embed = defineProcessor({
    name: 'embed',
    input: z.string(),
    output: z.number(),
    models: { minilm },
    retry: { attempts: 2 },
    process: async (text, ctx) => (await ctx.infer('minilm', text)).length,
  })

  test('a model answers from a function, a table, or by itself, after its latency', async () => {
    const result = await simulate(async (sim) => {
      sim.model('minilm', { latency: ['40ms', '40ms'], run: (text: string) => new Float32Array(text.length) })
      const running = await sim.system().run(pipeline('p', z.string()).to(Embed))
      const startedAt = sim.now
      expect(await running.ask('four')).toBe(4)
      expect(sim.now - startedAt).toBe(40)
      sim.model('all-minilm-l6-v2', { table: { known: new Float32Array(7) } })
      expect(await running.ask('known')).toBe(7)
      await expect(running.ask('unknown')).rejects.toMatchObject({ code: 'processor-failed' })
      sim.model('all-minilm-l6-v2', { dimensions: 12 })
      expect(await running.ask('anything')).toBe(12)
    })
    expect(result).toHold()
  })

  test('the pool’s faults strike, and every ask settles', async () => {
    const faults = {
      workerDeath: 0.1,
      outOfMemory: 0.1,
      inferenceHang: 0.1,
      abortRace: 0.1,
      lateResult: 0.1,
      uncloneable: 0.1,
      queueFull: 0.1,
    }
    const result = await explore({ runs: 60, faults }, async (sim) => {
      sim.model('minilm', {})
      const running = await sim.system().run(pipeline('p', z.string(), { timeout: '10s' }).to(Embed))
      let settled = 0
      for (const i of sim.times(4))
        await running.ask(`text ${i}`).then(
          () => settled++,
          () => settled++,
        )
      expect(settled).toBe(4)
    })
    expect(result).toHold()
    expect(result).toHaveSeenEverything()
  })
})

describe('code that reaches for the real world', () => {
  const reach = (what: () => unknown) =>
    simulate(async (sim) => {
      const Reacher = defineActor({
        name: 'reacher',
        on: {
          go() {
            what()
          },
        },
      })
      await sim
        .system()
        .spawn(Reacher)
        .ask('go')
        .catch(() => {})
    })

  test.each([
    ['Date.now', () => Date.now()],
    ['new Date()', () => new Date()],
    ['Math.random', () => Math.random()],
    ['setTimeout', () => setTimeout(() => {}, 1)],
    ['performance.now', () => performance.now()],
    ['crypto.randomUUID', () => crypto.randomUUID()],
    ['fetch', () => void fetch('http://localhost:1')],
    ['AbortSignal.timeout', () => AbortSignal.timeout(5)],
  ])('%s is stopped, and the caller’s line is named', async (what, call) => {
    const result = await reach(call)
    expect(result).toViolate('no escape')
    expect(result.failure?.error).toMatchObject({ code: 'simulation-escape', value: what })
    expect(result.failure?.error).toHaveProperty('path', expect.stringMatching(/simulate\.test\.ts:\d+/))
  })

  test('fs too, by its named import', async () => {
    expect(await reach(() => readFileSync('package.json'))).toViolate('no escape')
  })

  test('a conversion of a date is no look at the clock, and outside of a run everything is as it was', async () => {
    expect(await reach(() => new Date(0).toISOString())).toHold()
    expect(new Date()).toBeInstanceOf(Date)
    expect(Date.now()).toBeGreaterThan(1_700_000_000_000)
    expect(Math.random()).toBeLessThan(1)
  })

  test('traps can be left out', async () => {
    const result = await simulate({ traps: false }, async () => {
      Date.now()
    })
    expect(result).toHold()
  })
})

describe('bad input', () => {
  afterEach(() => {
    expect(Date.now.toString()).toContain('native code')
  })

  test.each([
    [{ faults: { drop: 2 } }, 'faults.drop'],
    [{ faults: { drop: Number.NaN } }, 'faults.drop'],
    [{ faults: { drop: 0.6, duplicate: 0.6 } }, 'faults.duplicate'],
    [{ faults: { delay: ['1s', '1ms'] } }, 'faults.delay'],
    [{ faults: { slow: { rate: 0.1, range: ['1s', '2 parsecs'] } } }, 'faults.slow'],
    [{ faults: { gremlins: 0.1 } }, 'faults.gremlins'],
    [{ faults: { crash: { rate: 0.1, points: ['sometime'] } } }, 'faults.crash.points'],
    [{ faults: { budget: -1 } }, 'faults.budget'],
    [{ seed: -1 }, 'seed'],
    [{ seed: 1.5 }, 'seed'],
    [{ maxSteps: 0 }, 'maxSteps'],
    [{ strategy: 'lucky' }, 'strategy'],
    [{ timeLimit: 'soon' }, 'timeLimit'],
  ])('%j is refused at %s', async (options, path) => {
    await expect(simulate(options as never, averages)).rejects.toMatchObject({
      code: 'invalid-argument',
      path,
    })
  })

  test('a scenario that is none, and a loop without an end', async () => {
    await expect(simulate({}, {} as never)).rejects.toMatchObject({
      code: 'invalid-argument',
      path: 'scenario',
    })
    const endless = await simulate((sim) => [...sim.times(Number.POSITIVE_INFINITY)])
    expect(endless.failure?.error).toMatchObject({ code: 'invalid-argument', path: 'times' })
  })
})
