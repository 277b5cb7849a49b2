/**
 * The crash storm: many cancels, timeouts, recycles and stops at random moments during real runs, in this process.
 * Ending a thread inside a session aborts the whole process (SIGABRT): that this one ends with 0 is the proof.
 *
 *     node --import tsx test/inference/storm/storm.ts 1000 [seed]
 */
import { createInference, InferenceError, platformKernel } from '../../../src/index.ts'
import { embeddings } from '../../../src/inference/index.ts'

const rounds = Number(process.argv[2] ?? 1000)
const kernel = platformKernel({ seed: Number(process.argv[3] ?? 1) })
const chance = kernel.random.stream('storm')
const minilm = embeddings(new URL('../../../models/all-minilm-l6-v2', import.meta.url).pathname)
const wait = (ms: number) => new Promise<void>((resolve) => kernel.timers.after(ms, resolve, undefined, true))
const make = () => createInference({ kernel, workers: 2 })
const EXPECTED = new Set(['cancelled', 'deadline', 'overloaded', 'stopped'])

const counts: Record<string, number> = {}
const count = (what: string) => {
  counts[what] = (counts[what] ?? 0) + 1
}

let engine = make()
await engine.warm(minilm)
for (let round = 0; round < rounds; round++) {
  const rows = Array.from(
    { length: 1 + chance.integer(24) },
    (_, i) => `round ${round} row ${i} ${'word '.repeat(chance.integer(120))}`,
  )
  const kind = chance.next()
  const moment = chance.next() * 30
  const controller = new AbortController()
  const call =
    kind < 0.5
      ? { signal: controller.signal }
      : kind < 0.9
        ? { deadline: kernel.clock.monotonic() + moment }
        : {}
  const running = engine.run(minilm, rows, call).then(
    (results) => count(results.length === rows.length ? 'answered' : 'WRONG'),
    (error: unknown) => {
      const code = error instanceof InferenceError ? error.code : String(error)
      count(EXPECTED.has(code) ? code : `UNEXPECTED ${code}`)
    },
  )
  await wait(chance.next() * 6)
  if (kind < 0.5) kernel.timers.after(moment, () => controller.abort(), undefined)
  else if (kind >= 0.96) {
    await engine.stop()
    count('stop')
    engine = make()
  } else if (kind >= 0.93) {
    count('recycle')
    await engine.recycle()
  } else if (kind >= 0.9) {
    count('killed')
    await engine.killWorker(minilm)
  }
  if (chance.next() < 0.3) await running
}
await engine.stop()
process.stdout.write(`${JSON.stringify({ rounds, node: process.version, counts })}\n`)
if (Object.keys(counts).some((what) => what === 'WRONG' || what.startsWith('UNEXPECTED')))
  process.exitCode = 1
