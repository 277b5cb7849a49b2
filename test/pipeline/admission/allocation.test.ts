import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const index = new URL('../../../src/index.ts', import.meta.url).href

const STEPS = 4
/** More than a million messages. */
const RUNS = 256_000

/**
 * In its own process, where nothing else runs: where V8 allocates while runs go through a chain of four steps behind a door, by file.
 * It samples every half kilobyte or so.
 */
const SCRIPT = `
const { Session } = await import('node:inspector/promises')
const { createSystem, defineProcessor, pipeline } = await import(${JSON.stringify(index)})
const any = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }
const system = createSystem({ log: false })
let plan = pipeline('chain', any)
for (let step = 0; step < ${STEPS}; step++)
  plan = plan.to(defineProcessor({ name: 's' + step, input: any, output: any, process: (x) => x }))
const running = await system.run(plan)
const runs = async (count) => {
  for (let sent = 0; sent < count; sent += 32)
    await Promise.all(Array.from({ length: 32 }, (_, n) => running.ask(n)))
}
await runs(96_000)
const session = new Session()
session.connect()
await session.post('HeapProfiler.startSampling', {
  samplingInterval: 512,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
})
await runs(${RUNS})
const { profile } = await session.post('HeapProfiler.stopSampling')
const bytes = { door: 0, all: 0 }
const walk = ({ callFrame, selfSize, children }) => {
  bytes.all += selfSize
  if (/pipeline.admission|doorkeeper|fair-shares/.test(callFrame.url)) bytes.door += selfSize
  children.forEach(walk)
}
walk(profile.head)
const { answered, refused } = running.load()
console.log(JSON.stringify({ ...bytes, answered: answered.runs, refused }))
process.exit(0)
`

test('a message allocates nothing at the door [G182]', { timeout: 240_000 }, async () => {
  const args = ['--import', 'tsx', '--input-type=module', '-e', SCRIPT]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  const seen = JSON.parse(stdout) as { door: number; all: number; answered: number; refused: number }
  expect(seen).toMatchObject({ answered: 96_000 + RUNS, refused: 0 })
  expect(seen.all / (RUNS * STEPS)).toBeGreaterThan(100)
  // One number for each run would be 4 bytes a message.
  expect(seen.door / (RUNS * STEPS)).toBeLessThan(1)
})
