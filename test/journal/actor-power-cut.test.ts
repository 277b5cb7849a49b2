import { expect, test } from 'vitest'
import { cutActors, type Mutant } from './actor-power-cuts.ts'
import { outboxFirst, stateFirst } from './mutants.ts'
import { withoutFlush } from './power-cuts.ts'

const RUNS = Number(process.env.GANGLION_POWER_CUT_RUNS ?? 12)

test('[G96] [G97] [G98] a power cut at any moment leaves each transfer to happen once', async () => {
  let images = 0
  for (let seed = 1; seed <= RUNS; seed++) images += await cutActors(seed)
  expect(images).toBeGreaterThan(RUNS * 10)
}, 120_000)

const MUTANTS: readonly [string, Mutant][] = [
  ['without the flush', { through: withoutFlush }],
  ['that sends before it commits', { log: outboxFirst }],
  ['that commits before it sends', { log: stateFirst }],
  ['that forgets keys too early', { keys: 1 }],
]

for (const [what, mutant] of MUTANTS) {
  test(`[G97] [G98] a build ${what} fails the same check`, async () => {
    // About every second run shows it, by how far the real flushes have come.
    let isCaught = false
    for (let seed = 1; seed <= 24 && !isCaught; seed++) {
      isCaught = await cutActors(seed, mutant).then(
        () => false,
        () => true,
      )
    }
    expect(isCaught).toBe(true)
  }, 60_000)
}
