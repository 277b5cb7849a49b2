import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor } from '../../src/behavior/define-processor.ts'
import { pipeline } from '../../src/pipeline/builder.ts'
import { createSystem } from '../../src/system/actor-system.ts'

const Num = z.number()
const plus = (name: string, by: number) =>
  defineProcessor({ name, input: Num, output: Num, process: (n) => n + by })

test('a step within a loop is replayed as in the first turn, and the other branches keep their parts', async () => {
  await using system = createSystem()
  const body = pipeline('body', Num)
    .fan({ a: plus('a', 1), b: plus('b', 10) })
    .merge(({ a, b }) => Math.max(a, b))
  const running = await system.run(pipeline('p', Num).loop(body, { until: (n) => n >= 10, max: 3 }))
  const trace = await running.trace(0)
  expect(trace.value).toBe(10)
  const again = await running.replay(trace, { from: 'loop.body.a', input: 50 }, { timeout: '2s' })
  // One turn: 51 from the branch that ran again, 10 from the other as it was.
  expect(again.value).toBe(51)
  expect(again.hops.filter(({ processor }) => processor === 'loop.body.b')).toEqual([])
})

test("a step within a sub-pipeline sees that one's input when it is replayed", async () => {
  await using system = createSystem()
  const sub = pipeline('sub', Num)
    .to(plus('x', 1))
    .map((n, { input }) => ({ n, input }))
  const running = await system.run(pipeline('p', Num).to(plus('first', 100)).to(sub))
  const trace = await running.trace(1)
  expect(trace.value).toEqual({ n: 102, input: 101 })
  const again = await running.replay(trace, { from: 'sub.x', input: 7 })
  expect(again.value).toEqual({ n: 8, input: 101 })
})
