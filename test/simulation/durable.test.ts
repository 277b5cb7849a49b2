import { expect, test } from 'vitest'
import { explore } from '../../src/simulation/index.ts'
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
  test(`[G97] [G98] the simulator finds ${what}`, async () => {
    const found = await explore({ runs: 100, workers: 0, faults: SLOW }, (sim) => durableBank(sim, mutant))
    expect(found.failure?.message).toBeDefined()
  }, 60_000)
}
