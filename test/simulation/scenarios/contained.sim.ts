import { z } from 'zod'
import { defineActor, defineProcessor, pipeline, thompson } from '../../../src/index.ts'
import { canary } from '../../../src/routing/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'
import type { ActorSystem } from '../../../src/system/actor-system.ts'
import { GIVEN, THROWN } from '../hostile.ts'

const Job = z.object({ id: z.number(), at: z.string(), what: z.number() })
type Job = z.infer<typeof Job>

/** Where user code of ours throws, or returns what bites. */
const IN_ACTORS = ['now', 'later', 'gives', 'start'] as const
const IN_PIPELINES = ['process', 'rejects', 'returns', 'merge', 'map', 'select', 'tap', 'none'] as const

const nth = (from: readonly [string, () => unknown][], n: number): unknown => from[n % from.length]?.[1]()

/** What looks on, and throws, changes nothing. */
const passes = (at: string): boolean => at === 'none' || at === 'tap'

function hurt(job: Job, at: string): Job {
  if (job.at === at) throw nth(THROWN, job.what)
  return job
}

const FAULTS = {
  slow: { rate: 0.05, range: ['5ms', '100ms'] },
  crash: 0.02,
  delay: ['0ms', '10ms'],
  crashDuringRestart: 0.05,
  quietAfter: '60s',
} as const

/** One that hears everything, and throws at it; made once, so that it is told of once. */
const deaf = (): never => {
  throw Object.create(null)
}

/** What is asked, with a place where it goes wrong: it settles with its answer, or an error of ours. */
type Ask = (id: number) => Promise<readonly [where: string, right: boolean]>

/** An actor that throws in handlers, starts and signals, and one beside it. */
function actors(sim: Simulation, system: ActorSystem, chance: () => boolean): { ask: Ask; calm: Ask } {
  const Bad = defineActor({
    name: 'bad',
    state: () => {
      if (chance()) throw nth(THROWN, sim.random.integer(20))
      return {}
    },
    signals: {
      stopping: (async () => {
        throw nth(THROWN, 0)
      }) as () => void,
      restarting() {
        throw nth(THROWN, 2)
      },
    },
    on: {
      now(_ctx, what: number) {
        throw nth(THROWN, what)
      },
      async later(_ctx, what: number) {
        await sim.sleep('2ms')
        throw nth(THROWN, what)
      },
      gives: (_ctx, what: number) => nth(GIVEN, what),
      start: (ctx, _what: number) => void ctx.spawn(Bad, { restart: 'temporary' }),
      fine: () => 'fine',
    },
  })
  const bad = system.spawn(Bad, { name: 'bad' })
  const neighbour = system.spawn(defineActor({ name: 'neighbour', on: { ping: () => 'pong' } }))
  return {
    async ask() {
      const at = sim.pick(IN_ACTORS)
      const [asked, pinged] = await Promise.all([
        settled(bad.ask(at, sim.random.integer(20), { timeout: '10s' }), () => at === 'start'),
        settled(neighbour.ask('ping', undefined, { timeout: '10s' }), (value) => value === 'pong'),
      ])
      return [at, asked && pinged]
    },
    async calm() {
      return ['fine', (await bad.ask('fine')) === 'fine' && (await neighbour.ask('ping')) === 'pong']
    },
  }
}

/** A pipeline whose every function throws at its time: steps, merges, maps, selectors, rewards and rollbacks. */
async function pipelines(
  sim: Simulation,
  system: ActorSystem,
  chance: () => boolean,
): Promise<{ ask: Ask; calm: Ask }> {
  const step = (name: string) =>
    defineProcessor({
      name,
      input: Job,
      output: z.any(),
      retry: { attempts: 2, backoff: '5ms' },
      process: (job) => {
        if (job.at === 'rejects') return Promise.reject(nth(THROWN, job.what))
        if (job.at === 'returns') return nth(GIVEN, job.what)
        return hurt(job, 'process')
      },
    })
  const orThrow = (n: number): number => {
    if (chance()) throw nth(THROWN, n)
    return 1
  }
  const one = (parts: object): Job => Object.values(parts).find((part) => part !== undefined) as Job
  const part = step('part')
  const route = sim.pick([
    thompson({ reward: { kind: 'mine', reward: () => orThrow(3) } }),
    canary({ stable: 'a', canary: 'b', share: 0.5, window: 2, onRollback: () => void orThrow(4) }),
  ])
  const running = await system.run(
    pipeline('bad', Job, { timeout: '20s' })
      .fan({ a: part, b: part }, { route })
      .merge((parts) => hurt(one(parts), 'merge'))
      .map((job) => hurt(job, 'map'))
      .tap((job) => void hurt(job, 'tap'))
      .branch((job) => hurt(job, 'select') && 'only', { only: part }),
  )
  return {
    async ask(id) {
      const [at, what] = [sim.pick(IN_PIPELINES), sim.random.integer(20)]
      const right = (value: unknown): boolean => passes(at) && (value as Job).id === id
      return [at, await settled(running.ask({ id, at, what }), right)]
    },
    async calm(id) {
      return ['none', ((await running.ask({ id, at: 'none', what: 0 })) as Job).id === id]
    },
  }
}

/** Whether it came to what it could come to. */
function settled(asked: Promise<unknown>, right: (value: unknown) => boolean): Promise<boolean> {
  return asked.then(right, (error: unknown) => typeof (error as { code?: unknown }).code === 'string')
}

/** Whatever user code throws, anywhere: what fails is that one message, and everybody works on afterwards. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const system = sim.system({ supervision: { intensity: { restarts: 100, within: '1s', per: 'child' } } })
  system.events.subscribe(deaf)
  let troubled = true
  const chance = (): boolean => troubled && sim.random.next() < 0.1
  const inActors = sim.random.integer(2) === 0
  const { ask, calm } = inActors ? actors(sim, system, chance) : await pipelines(sim, system, chance)
  const seen = new Set<string>()
  for (const hope of [...IN_ACTORS, ...IN_PIPELINES]) sim.sometimes(hope, () => seen.has(hope))
  const asked = [...sim.times(5)].map(async (id) => {
    const [where, right] = await ask(id)
    if (!right) sim.unreachable(`${where} settles with its answer, or an error of ours`)
    seen.add(where)
  })
  await Promise.all(asked)
  await sim.settle()
  sim.expect.conserved()
  troubled = false
  await sim.sleep('2m')
  if (!(await calm(99))[1]) sim.unreachable('what has failed works on')
  await sim.settle()
  sim.expect.quiescent()
})
