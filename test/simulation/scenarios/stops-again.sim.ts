import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const N = z.number()

/** The most that a simulated stop takes beyond its drain: the turns of its actors. */
const TURNS_MS = 50

/** A pipeline that was given a minute to end its runs, some of which hang, is stopped again with less time, and takes no longer [G243]. */
export default scenario(import.meta.url, async (sim) => {
  const system = sim.system()
  const Line = defineProcessor({
    name: 'line',
    input: N,
    output: N,
    concurrency: 4,
    process: async (x) => {
      await sim.sleep(sim.random.integer(4) === 0 ? 50_000 : sim.random.integer(300))
      return x
    },
  })
  const running = await system.run(pipeline('line', N).to(Line))
  const asked = [...sim.times(8)].map(async (x) => {
    await sim.sleep(sim.random.integer(100))
    return running.ask(x, { timeout: '100s' }).then(
      () => 'answered',
      ({ code }: { readonly code: string }) => code,
    )
  })
  await sim.sleep(50 + sim.random.integer(100))
  const patient = running.stop({ drain: '60s' })
  await sim.sleep(sim.random.integer(100))
  const drain = sim.pick([0, 10, 200])
  const since = sim.now
  await running.stop({ drain })
  if (sim.now - since > drain + TURNS_MS) sim.unreachable('a stop takes no longer than its drain')
  await patient
  if (sim.now - since > drain + TURNS_MS) sim.unreachable('nor does the one before')
  if (running.inFlight > 0) sim.unreachable('a run in flight after the stop')
  const ends = await Promise.all(asked)
  for (const end of ends)
    if (end !== 'answered' && end !== 'pipeline-stopped') sim.unreachable(`an ask ended as ${end}`)
  if (ends.includes('pipeline-stopped')) sim.reachable('a run that the stop has ended')
  if (ends.includes('answered')) sim.reachable('a run that was answered')
  await sim.settle()
  sim.expect.quiescent()
})
