// npm run fuzz [-- --minutes 5] [--seed 1]: frames that nobody should have sent, one round of a thousand for each seed
import { parseArgs } from 'node:util'
import { fuzzFrames } from '../test/message/fuzz.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } },
})
const ROUND = 1000
const began = performance.now()
const codes = new Map<string, number>()
let accepted = 0
let slowest = 0
let seed = Number(values.seed)
for (; performance.now() - began < Number(values.minutes) * 60_000; seed++) {
  const since = performance.now()
  try {
    const round = fuzzFrames(seed, ROUND)
    accepted += round.accepted
    for (const [code, times] of round.refused) codes.set(code, (codes.get(code) ?? 0) + times)
  } catch (error) {
    process.stderr.write(`seed ${seed}: ${(error as Error).message}\n`)
    process.exit(1)
  }
  slowest = Math.max(slowest, performance.now() - since)
}
const frames = (seed - Number(values.seed)) * ROUND
const refused = [...codes].map(([code, times]) => `${code} ${times}`).join(', ')
process.stdout.write(
  `${frames} frames: ${accepted} accepted, and mean what their bytes say; refused: ${refused}\n`,
)
process.stdout.write(`the slowest ${ROUND} took ${slowest.toFixed(0)} ms\n`)
