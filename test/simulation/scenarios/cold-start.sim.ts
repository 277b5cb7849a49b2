import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const Work = z.object({ ms: z.number() })

const TIMEOUT_MS = 1000
const PARTS = 4

/**
 * The first load that a pipeline ever sees is more than it can do, and its runs share one core: as many begin at once as make
 * all of them too late. None tells how long an answer takes. The door must learn from those that were cut short, and find
 * out how few can be answered [G56] [G57].
 */
export default scenario(import.meta.url, async (sim) => {
  const workMs = sim.pick([100, 250])
  const load = sim.pick([3, 8])
  let sharing = 0
  const Shared = defineProcessor({
    name: 'shared',
    input: Work,
    output: Work,
    concurrency: 1024,
    async process(work, { signal }) {
      sharing += 1
      for (let part = 0; part < PARTS && !signal.aborted; part++) await sim.sleep((work.ms / PARTS) * sharing)
      sharing -= 1
      return work
    },
  })
  const running = await sim.system().run(pipeline('cold', Work, { timeout: TIMEOUT_MS }).to(Shared))
  const asks: Promise<unknown>[] = []
  let answered = 0
  const seconds = async (count: number) => {
    for (let left = count * 1000; left > 0; left -= workMs / load) {
      // From half to one and a half times the work.
      const ms = workMs * (0.5 + sim.random.integer(101) / 100)
      asks.push(
        running.ask({ ms }).then(
          () => (answered += 1),
          () => {},
        ),
      )
      await sim.sleep(workMs / load)
    }
  }
  await seconds(4)
  const before = answered
  await seconds(3)
  await Promise.all(asks)
  const share = ((answered - before) * workMs) / 3000
  if (share < 0.4)
    sim.unreachable(`no collapse: ${Math.round(share * 100)} % of what the core can do is answered`)
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
