import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const N = z.number()

const FAULTS = {
  reject: 0.05,
  crash: 0.05,
  slow: { rate: 0.1, range: ['5ms', '60ms'] },
  delay: ['0ms', '20ms'],
} as const

/** One pipeline stops while its runs are in flight, and another of its name begins: every ask settles, nothing is lost. */
export default scenario(import.meta.url, { faults: FAULTS }, async (sim) => {
  const system = sim.system()
  const Double = defineProcessor({
    name: 'double',
    input: N,
    output: N,
    concurrency: 2,
    process: async (x) => {
      await sim.sleep(sim.random.integer(20))
      return x * 2
    },
  })
  const Same = defineProcessor({ name: 'same', input: N, output: N, process: (x) => x })
  const plan = () => pipeline('line', N).to(Double).to(Same)
  const running = await system.run(plan())
  const ends: unknown[] = []
  const asked = [1, 2, 3, 4, 5, 6].map(async (x) => {
    await sim.sleep(sim.random.integer(40))
    ends.push(
      await running.ask(x, { timeout: '2s' }).then(
        (y) => (y === x * 2 ? 'answered' : sim.unreachable('another’s answer')),
        (error: { code: string }) => error.code,
      ),
    )
  })
  await sim.sleep(sim.random.integer(60))
  await running.stop({ drain: sim.pick(['0ms', '10ms', '1s']) })
  if (running.inFlight > 0) sim.unreachable('a run in flight after the stop')
  for (const { state } of running.processors())
    if (state !== 'stopped') sim.unreachable(`a stage is ${state}`)
  await Promise.all(asked)
  if (ends.includes('pipeline-stopped')) sim.reachable('a run that the stop has ended')
  if (ends.includes('answered')) sim.reachable('a run that was answered')
  const again = await system.run(plan())
  await again.ask(7, { timeout: '2s' }).catch(() => undefined)
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
