import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { scenario } from '../../../src/simulation/index.ts'

const Work = z.object({ ms: z.number() })

const TIMEOUT_MS = 1000

/**
 * Runs come one at a time, and one of them may be far too slow. Then as many come at once as the step takes at once, again
 * and again: none of them waits for another, so none is refused. The step may take so many from the start, or only since it was
 * replaced or resized [G214] [G215].
 */
export default scenario(import.meta.url, async (sim) => {
  const concurrency = sim.pick([8, 32, 64])
  const ms = 20 + sim.random.integer(130)
  const seen = new Set<string>()
  for (const hope of ['a burst is answered', 'one was too slow']) sim.sometimes(hope, () => seen.has(hope))
  const stepOf = (takes: number) =>
    defineProcessor({
      name: 'step',
      input: Work,
      output: Work,
      concurrency: takes,
      async process(work) {
        await sim.sleep(work.ms)
        return work
      },
    })
  const change = sim.pick(['none', 'replaced', 'resized'])
  const first = stepOf(change === 'none' ? concurrency : 1)
  const running = await sim.system().run(pipeline('quiet', Work, { timeout: TIMEOUT_MS }).to(first))
  const quiet = 1 + sim.random.integer(40)
  const slow = sim.random.integer(2 * quiet)
  for (let n = 0; n < quiet; n++) {
    if (n === slow) {
      await running.ask({ ms: 2 * TIMEOUT_MS }).catch(() => seen.add('one was too slow'))
      await sim.sleep(TIMEOUT_MS)
    } else await running.ask({ ms })
  }
  if (change === 'replaced') await running.replace('step', stepOf(concurrency))
  if (change === 'resized') running.resize('step', concurrency)
  for (const _ of sim.times(4)) {
    const asks = Array.from({ length: concurrency }, () => running.ask({ ms }))
    const outcomes = await Promise.allSettled(asks)
    const lost = outcomes.filter(({ status }) => status === 'rejected').length
    if (lost > 0) sim.unreachable(`${lost} of ${concurrency} that had room were not answered`)
    seen.add('a burst is answered')
    await sim.sleep(sim.random.integer(500))
  }
  await sim.settle()
  sim.expect.quiescent()
  sim.expect.conserved()
})
