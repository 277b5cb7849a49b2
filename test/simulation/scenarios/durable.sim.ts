import { scenario } from '../../../src/simulation/index.ts'
import { durableBank } from '../durable-bank.ts'

const FAULTS = {
  throw: 0.03,
  reject: 0.03,
  crash: 0.03,
  slow: { rate: 0.1, range: ['1ms', '20ms'] },
} as const

/** Durable actors whose process is killed and whose disk loses its power: each transfer happens once, whatever fails. */
export default scenario(import.meta.url, { faults: FAULTS }, (sim) => durableBank(sim))
