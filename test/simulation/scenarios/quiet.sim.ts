import { z } from 'zod'
import { defineProcessor, pipeline, type RunningPipeline } from '../../../src/index.ts'
import { type Simulation, scenario } from '../../../src/simulation/index.ts'

const Work = z.object({ ms: z.number() })
type Running = RunningPipeline<{ ms: number }, { ms: number }>

const TIMEOUT_MS = 1000

/**
 * What a door knows from quiet times may be wrong: what is behind a step takes fewer at once than the step does, or everything was
 * slow before a long pause. A burst then neither begins all at once, and too late, nor is refused though it could be done [G169] [G220].
 */
export default scenario(import.meta.url, async (sim) => {
  const seen = new Set<string>()
  for (const hope of ['a burst has to take turns', 'a pause is over'])
    sim.sometimes(hope, () => seen.has(hope))
  await sim.pick([narrower, afterPause])(sim, (what) => seen.add(what))
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})

async function started(sim: Simulation, concurrency: number, behind: number): Promise<Running> {
  let busy = 0
  const queue: (() => void)[] = []
  const step = defineProcessor({
    name: 'step',
    input: Work,
    output: Work,
    concurrency,
    async process(work) {
      if (busy === behind) await new Promise<void>((resolve) => queue.push(resolve))
      else busy += 1
      await sim.sleep(work.ms)
      const next = queue.shift()
      if (next === undefined) busy -= 1
      else next()
      return work
    },
  })
  return sim.system().run(pipeline('quiet', Work, { timeout: TIMEOUT_MS }).to(step))
}

async function alone(running: Running, runs: number, ms: number): Promise<void> {
  for (let n = 0; n < runs; n++) await running.ask({ ms })
}

/** How many ended in which way. */
async function burst(running: Running, runs: number, ms: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const count = (code: string) => counts.set(code, (counts.get(code) ?? 0) + 1)
  const asks = Array.from({ length: runs }, () =>
    running.ask({ ms }).then(
      () => count('answered'),
      (error: { code: string }) => count(error.code),
    ),
  )
  await Promise.all(asks)
  return counts
}

/** A database takes four at once, and the step says 64. */
async function narrower(sim: Simulation, saw: (what: string) => void): Promise<void> {
  const ms = 30 + sim.random.integer(130_000) / 1000
  const running = await started(sim, 64, 4)
  await alone(running, 1 + sim.random.integer(20), ms)
  for (const _ of sim.times(3)) {
    const ended = await burst(running, 64, ms)
    const [answered = 0, late = 0] = [ended.get('answered'), ended.get('deadline')]
    if (late > 4) sim.unreachable(`${late} of 64 have begun and were too late`)
    if (answered === 0) sim.unreachable('none of a burst was answered')
    if (answered < 64) saw('a burst has to take turns')
    await sim.sleep(2 * TIMEOUT_MS)
  }
}

/** Everything is slow for a while; then nobody comes for hours. */
async function afterPause(sim: Simulation, saw: (what: string) => void): Promise<void> {
  const ms = 20 + sim.random.integer(40)
  const running = await started(sim, 8, 8)
  await alone(running, 1 + sim.random.integer(20), ms)
  await alone(running, 1 + sim.random.integer(30), 700 + sim.random.integer(250))
  await sim.sleep(60_000 + sim.random.integer(1e7))
  const ended = await burst(running, 16, ms)
  if (ended.get('answered') !== 16)
    sim.unreachable(`after a pause: ${JSON.stringify([...ended])} of 16 for which there was time`)
  saw('a pause is over')
}
