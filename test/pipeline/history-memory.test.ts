import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createSystem, defineProcessor, pipeline } from '../../src/index.ts'

const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const MB = 1_000_000

test('a run that is remembered does not hold on to what went through it, traced or not [G171]', async () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const system = createSystem({ log: false, serializeMessages: true })
  const made = (name: string) =>
    defineProcessor({ name, input: z.number(), output: Bytes, process: () => new Uint8Array(MB) })
  const plan = pipeline('p', z.number())
    .fan({ left: made('left'), right: made('right') })
    .merge(({ left, right }) => left.length + right.length, { name: 'sum' })
  const running = await system.run(plan)
  const before = process.memoryUsage().arrayBuffers
  // In its own function: nobody keeps a trace.
  const ids = async (): Promise<number[]> => {
    const seen: number[] = []
    for (let n = 0; n < 30; n++) {
      await running.ask(n)
      const { id, messages, value } = await running.trace(n)
      expect([messages.length, value]).toEqual([4, 2 * MB])
      seen.push(id)
    }
    return seen
  }
  const seen = await ids()
  gc()
  await new Promise((resolve) => setTimeout(resolve, 20))
  gc()
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * MB)
  const told = running.explain(seen[0] as number)
  expect([told.outcome, told.steps.map(({ outcome }) => outcome), told.joins[0]?.arrived]).toEqual([
    'answered',
    ['done', 'done', 'done'],
    ['left', 'right'],
  ])
  await system.stop()
})
