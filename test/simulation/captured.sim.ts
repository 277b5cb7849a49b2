import * as nodeCrypto from 'node:crypto'
import { scenario } from '../../src/simulation/index.ts'

/** Taken when this module loads, before any run. */
const { now } = performance
const { random } = Math
const { randomUUID } = nodeCrypto
const { now: wallNow } = Date
const Clock = Date
const later = setTimeout

const CALLS: Readonly<Record<string, () => unknown>> = {
  'performance.now': () => now.call(performance),
  'Math.random': () => random(),
  'crypto.randomUUID': () => randomUUID(),
  'Date.now': () => wallNow(),
  'new Date()': () => new Clock(),
  setTimeout: () => new Promise((resolve) => later(resolve, 1)),
}
export const CAPTURED = Object.keys(CALLS)

/** Calls the one of its seed. */
export default scenario(import.meta.url, {}, async (sim) => {
  await CALLS[CAPTURED[sim.seed] as string]?.()
})
