import { expect, test } from 'vitest'
import { withSampledHeap } from '../../sampled-heap.ts'

const index = new URL('../../../src/index.ts', import.meta.url).href

const STEPS = 4
/** More than a million messages. */
const RUNS = 256_000

/** Where V8 allocates while runs go through a chain of four steps behind a door, by file. */
const SCRIPT = `
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
const profile = await sampled(() => runs(${RUNS}))
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
  const seen = (await withSampledHeap(SCRIPT)) as {
    door: number
    all: number
    answered: number
    refused: number
  }
  expect(seen).toMatchObject({ answered: 96_000 + RUNS, refused: 0 })
  expect(seen.all / (RUNS * STEPS)).toBeGreaterThan(100)
  // One number for each run would be 4 bytes a message.
  expect(seen.door / (RUNS * STEPS)).toBeLessThan(1)
})
