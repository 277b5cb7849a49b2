import { z } from 'zod'
import { type ActorRef, defineActor, defineProcessor, pipeline } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

const N = z.number()

const FAULTS = {
  reject: 0.02,
  crash: 0.03,
  slow: { rate: 0.05, range: ['5ms', '60ms'] },
  crashDuringRestart: 0.05,
  delay: ['0ms', '5ms'],
} as const

interface Worker {
  go: (ctx: never, id: number) => Promise<unknown>
}

/** An attempt that was given up, a start that was overtaken, a step that came later: what is over says nothing any more. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  await sim.pick([actors, pipelines])(sim)
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})

async function actors(sim: Simulation): Promise<void> {
  const system = sim.system({ supervision: { intensity: { restarts: 200, within: '1s', per: 'child' } } })
  const starting = new Map<object, number>()
  const Worker = defineActor({
    name: 'worker',
    timeout: '10ms',
    shutdown: '1h',
    signals: {
      async started(ctx) {
        const { self } = ctx
        const now = (starting.get(self) ?? 0) + 1
        starting.set(self, now)
        if (now > 1) sim.unreachable('one start at a time')
        await sim.sleep(sim.random.integer(12))
        starting.set(self, now - 1)
      },
    },
    on: {
      // Answers late, long after it was given up: never the next one's question.
      async go(ctx, id: number): Promise<unknown> {
        const { signal } = ctx
        const afterwards = (): void => ctx.reply(id)
        sim
          .sleep(sim.random.integer(60))
          .then(afterwards)
          .catch(() => sim.reachable('too late to answer'))
        await sim.sleep(sim.random.integer(40))
        try {
          const { state } = ctx
          const gaveUp = signal.aborted && (signal.reason as { code?: string }).code === 'attempt-timeout'
          if (gaveUp) sim.unreachable('a handler that was given up uses nothing')
          if (sim.random.integer(2) === 0) return id + (state ?? 0)
          return ctx.reply(id)
        } catch {
          sim.reachable('a handler that was given up can’t answer')
          return id
        }
      },
    },
  })
  const Parent = defineActor({
    name: 'parent',
    supervision: {
      strategy: 'one-for-all',
      on: { 'attempt-timeout': 'resume' },
      intensity: { restarts: 200, within: '1s' },
      backoff: { min: 1, max: 3 },
    },
    state: () => ({ workers: [] as ActorRef<Worker>[] }),
    signals: {
      started(ctx) {
        for (const name of ['ann', 'bob']) ctx.state.workers.push(ctx.spawn(Worker, { name }))
      },
    },
    on: { workers: ({ state }) => state.workers },
  })
  const parent = system.spawn(Parent, { name: 'parent', restart: 'permanent' })
  const asks: Promise<void>[] = []
  for (const id of sim.times(8)) {
    const workers = await parent.ask('workers', undefined, { timeout: '1s' }).catch(() => [])
    const worker = workers[id % 2]
    if (worker === undefined) continue
    asks.push(
      worker.ask('go', id, { timeout: '500ms' }).then(
        (answer) => {
          if (answer !== id) sim.unreachable('an answer belongs to its question')
          sim.reachable('answered')
        },
        () => sim.reachable('failed'),
      ),
    )
    await sim.sleep(sim.random.integer(15))
    if (sim.random.integer(4) === 0) worker.kill('while it may be starting')
  }
  await Promise.all(asks)
}

/** Runs with keys, steps that are added and replaced meanwhile. */
async function pipelines(sim: Simulation): Promise<void> {
  const step = (name: string) =>
    defineProcessor({
      name,
      input: N,
      output: N,
      retry: { attempts: 3, backoff: ['1ms', '3ms'] },
      process: async (x) => {
        await sim.sleep(sim.random.integer(5))
        return x
      },
    })
  const running = await sim.system().run(
    pipeline('p', N, { timeout: '20s' })
      .fan({ a: step('a'), b: step('b') })
      .merge((parts) => parts.a)
      .to(step('last')),
  )
  const changes = [
    () => running.add('c', step('c'), { at: 'merge' }),
    () => running.replace('last', step('last')),
    () => running.replace('a', step('a')),
    () => running.remove('b'),
  ]
  let settled = 0
  const ask = (x: number): Promise<void> =>
    running.ask(x, { orderKey: `k${x % 2}`, timeout: '10s' }).then(
      (value) => {
        if (value !== x) sim.unreachable('an answer belongs to its question')
        settled += 1
      },
      () => {
        settled += 1
      },
    )
  const asks: Promise<void>[] = []
  for (const x of sim.times(8)) {
    asks.push(ask(x))
    await sim.sleep(sim.random.integer(4))
    const [change] = sim.random.integer(2) === 0 ? changes.splice(0, 1) : []
    await change?.()
  }
  await Promise.all(asks)
  if (settled !== asks.length) sim.unreachable('every ask settles')
}
