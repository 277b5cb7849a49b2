import { z } from 'zod'
import { defineActor, defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const N = z.number()
const HOWS = ['at once', 'later', 'never', 'two'] as const

const FAULTS = {
  drop: 0.02,
  throw: 0.03,
  reject: 0.05,
  crash: 0.03,
  replyTwice: 0.02,
  ackLost: 0.02,
  slow: { rate: 0.03, range: ['5ms', '100ms'] },
  delay: ['0ms', '5ms'],
} as const

/**
 * Questions to people that are awaited late or never, asks whose retries outlive their patience, streams that are left: no promise
 * of the runtime rejects unheld (the simulation looks), and whatever somebody waits for settles.
 */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const system = sim.system({ supervision: { intensity: { restarts: 200, within: '1s', per: 'child' } } })
  const Asks = defineProcessor({
    name: 'asks',
    input: N,
    output: N,
    retry: { attempts: 3, backoff: ['20ms', '40ms'] },
    async process(x, ctx) {
      const how = HOWS[x % HOWS.length]
      if (sim.random.next() < 0.2) throw new Error('once more')
      const first = ctx.human({ question: 'ok?', answer: z.boolean() })
      if (how === 'at once') await first
      else await sim.sleep(sim.random.integer(8))
      if (how === 'later') await first
      if (how === 'two') await Promise.all([first, ctx.human({ question: 'sure?', answer: z.boolean() })])
      return x
    },
  })
  const running = await system.run(pipeline('asking', N, { timeout: '3s' }).to(Asks))
  const Flaky = defineActor({
    name: 'flaky',
    retry: { attempts: 3, backoff: ['30ms', '60ms'] },
    on: {
      async go(ctx, x: number) {
        await sim.sleep(sim.random.integer(5))
        if (ctx.attempt < 3 && sim.random.next() < 0.5) throw new Error('once more')
        return x
      },
    },
  })
  const flaky = system.spawn(Flaky, { name: 'flaky' })
  let settled = 0
  const heard = async (asked: Promise<unknown>): Promise<void> => {
    await asked.then(
      () => sim.reachable('answered'),
      () => sim.reachable('failed'),
    )
    settled += 1
  }
  const leaves = async (x: number): Promise<void> => {
    for await (const _ of running.stream(x)) break
  }
  const all: Promise<void>[] = []
  for (const x of sim.times(4)) {
    const controller = new AbortController()
    all.push(
      heard(running.ask(x, { signal: controller.signal })),
      heard(flaky.ask('go', x, { timeout: `${10 + sim.random.integer(150)}ms` })),
      heard(leaves(x)),
    )
    await sim.sleep(sim.random.integer(15))
    if (sim.random.integer(6) === 0) controller.abort()
    if (sim.random.integer(6) === 0) running.kill('asks')
    for (const { id } of running.pending()) {
      if (sim.random.integer(3) === 0) continue
      sim.reachable('a person is asked')
      await running.answer(id, true).catch(() => undefined)
    }
  }
  await Promise.all(all)
  if (settled !== all.length) sim.unreachable('every ask settles')
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
