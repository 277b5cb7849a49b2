import { defineActor } from '../../src/index.ts'
import { scenario } from '../../src/simulation/index.ts'

/** Computes without end after two faults in a row; with `GANGLION_TEST_STAY` it fails there instead. */
export default scenario(import.meta.url, { faults: { throw: 0.002 } }, async (sim) => {
  const clerk = sim
    .system()
    .spawn(defineActor({ name: 'clerk', on: { work: () => 'done' } }), { name: 'clerk' })
  let failed = 0
  for (const _ of sim.times(8)) {
    failed = await clerk.ask('work').then(
      () => 0,
      () => failed + 1,
    )
    if (failed < 2) continue
    while (process.env.GANGLION_TEST_STAY === undefined);
    sim.unreachable('two in a row')
  }
})
