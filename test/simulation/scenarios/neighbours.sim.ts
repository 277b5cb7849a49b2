import { scenario } from '../../../src/simulation/index.ts'
import { VirtualWorkers } from '../../inference/virtual-workers.ts'

const HOPES = ['a request of several rows', 'several workers']

/**
 * A tenant keeps the workers of models busy with calls of many rows; another asks now and then. What runs can't be interrupted, so
 * each request of the other waits for no more than it takes itself, once the first has shown what it asks for [G129].
 */
export default scenario(import.meta.url, {}, async (sim) => {
  const seen = new Set<string>()
  for (const hope of HOPES) sim.sometimes(hope, () => seen.has(hope))
  await sim.sleep(sim.random.integer(1e6))
  const workers = sim.pick([1, 2, 4])
  const rows = sim.pick([1, 4, 16])
  if (workers > 1) seen.add('several workers')
  if (rows > 1) seen.add('a request of several rows')
  const rowMs = 2 + sim.random.integer(8)
  const engine = new VirtualWorkers(sim.kernel, workers, (count) => 0.1 + rowMs * count)
  const small = async (): Promise<number> => {
    const askedAt = sim.now
    await engine.run(rows, 64, { tenant: 'small' })
    return sim.now - askedAt
  }
  const alone = await small()
  let isOver = false
  const flood = async (size: number): Promise<void> => {
    await engine.run(size, 64, { tenant: 'flood' })
    if (!isOver) await flood(size)
  }
  const floods = [...sim.times(8)].map(() => flood(16 + sim.random.integer(48)))
  // Who floods shows within a second or two, and what the other asks for with its first request.
  await sim.sleep(2_500)
  if (floods.length === 8) await small()
  for (const _ of sim.times(6)) {
    await sim.sleep(sim.random.integer(400))
    const beside = await small()
    if (beside > 2 * alone + rowMs)
      sim.unreachable(
        `${rows} rows on ${workers} workers took ${alone} ms alone, and ${beside} beside a flood`,
      )
  }
  isOver = true
  await Promise.all(floods)
  engine.stop()
  await sim.settle()
})
