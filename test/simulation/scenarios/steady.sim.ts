import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const Item = z.object({ tenant: z.string() })

const TIMEOUT_MS = 2000
const HOPES = ['a run of the flood was refused', 'the flood was answered']

/**
 * Three times what a pipeline can do, by one tenant, while service times hold: the small tenant waits for what has begun, never for
 * what the flood still has in line [G59].
 */
export default scenario(import.meta.url, {}, async (sim) => {
  const seen = new Set<string>()
  for (const hope of HOPES) sim.sometimes(hope, () => seen.has(hope))
  const atOnce = sim.pick([1, 2, 4])
  const serviceMs = sim.pick([20, 60])
  const work = defineProcessor({
    name: 'work',
    input: Item,
    output: Item,
    concurrency: atOnce,
    async process(item) {
      await sim.sleep(serviceMs * (0.9 + 0.2 * sim.random.next()))
      return item
    },
  })
  const running = await sim
    .system()
    .run(pipeline('steady', Item, { timeout: TIMEOUT_MS, admission: { limit: { initial: 8 } } }).to(work))
  const ask = async (tenant: string): Promise<number> => {
    const startedAt = sim.now
    try {
      await running.ask({ tenant }, { tenant })
      if (tenant === 'flood') seen.add('the flood was answered')
      return sim.now - startedAt
    } catch (error) {
      const { code } = error as { code: string }
      if (code === 'overloaded' && tenant === 'flood') seen.add('a run of the flood was refused')
      return Number.NaN
    }
  }
  const everyMs = serviceMs / atOnce
  const flood = async (turns: number, times: number, others: Promise<number>[]): Promise<void> => {
    for (const turn of sim.times(turns)) {
      for (let n = 0; n < times; n++) void ask('flood')
      if (turn % 10 === 5) others.push(ask('small'))
      await sim.sleep(everyMs)
    }
  }
  // What runs take is learned, and how many may be in flight.
  await flood(80, 3, [])
  let most = running.load().limit
  const small: Promise<number>[] = []
  for (const _ of sim.times(8)) {
    await flood(10, 3, small)
    most = Math.max(most, running.load().limit)
  }
  // It waits for what has begun, not for the flood that waits: twice that is for times that vary.
  const bound = 2 * serviceMs * (most / atOnce + 1)
  const worst = Math.max(...(await Promise.all(small)))
  if (!(worst <= bound)) sim.unreachable(`fair within the bound: ${worst} ms instead of ${bound}`)
  await sim.settle()
  // Times vary, and the door reckons with all but one in 200 of them: of 1,443 schedules one had one such run.
  const { expired } = running.load()
  if (expired > 1) sim.unreachable(`no admitted run expires while service times hold: ${expired} did`)
  sim.expect.conserved()
})
