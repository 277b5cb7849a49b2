import { scenario } from '../../src/simulation/index.ts'

/** Leaves a promise that rejects, now and then. */
export default scenario(import.meta.url, async (sim) => {
  if (sim.random.integer(4) === 0) void Promise.reject(new Error('nobody holds this'))
  await sim.sleep('1ms')
})
