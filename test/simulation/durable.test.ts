import { expect, test } from 'vitest'
import { explore, type Simulation, shrink } from '../../src/simulation/index.ts'
import type { Mutant } from '../journal/actor-power-cuts.ts'
import { outboxFirst, stateFirst } from '../journal/mutants.ts'
import { withoutFlush } from '../journal/power-cuts.ts'
import { durableBank } from './durable-bank.ts'

const PLANTED: readonly [string, Mutant][] = [
  ['a flush that is missing', { through: withoutFlush }],
  ['messages that are sent before their commit', { log: outboxFirst }],
  ['a state that is written before its messages', { log: stateFirst }],
  ['keys that are forgotten too early', { keys: 1 }],
]

/** Whoever has not handled a message yet does not show that it is lost. */
const SLOW = { slow: { rate: 0.3, range: ['1ms', '20ms'] } } as const

for (const [what, mutant] of PLANTED) {
  test(`[G97] [G98] the simulator finds ${what}, and a shorter way to it`, async () => {
    const bank = (sim: Simulation): Promise<void> => durableBank(sim, mutant)
    const found = await explore({ runs: 100, workers: 0, faults: SLOW }, bank)
    expect(found.failure?.message).toBeDefined()
    const shrunk = await shrink(found.failure?.token ?? '', bank, { budget: '20s' })
    expect(shrunk.failure?.invariant).toBe(found.failure?.invariant)
    const { before, after } = shrunk
    expect([after.faults, after.messages, after.steps].reduce((sum, n) => sum + n)).toBeLessThan(
      [before.faults, before.messages, before.steps].reduce((sum, n) => sum + n),
    )
  }, 60_000)
}
