import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineProcessor, pipeline } from '../../../src/index.ts'
import { SeededRandomness } from '../../../src/kernel/random.ts'
import { onManualClock } from '../../system/on-manual-clock.ts'

const Item = z.number()

test('under a lasting overload nearly every refusal comes at once, even where times vary widely [G57]', async () => {
  const random = new SeededRandomness(11).stream('service times')
  const { kernel, system, wait } = onManualClock()
  const Work = defineProcessor({
    name: 'work',
    input: Item,
    output: Item,
    process: async (item) => {
      // Exponential service times, 10 ms on average: the wait of a run is the sum of many of them.
      await wait(-10 * Math.log(1 - random.next()))
      return item
    },
  })
  const running = await system.run(pipeline('p', Item, { timeout: '1s' }).to(Work))
  let before = running.load()
  for (let ms = 0; ms < 20_000; ms += 10) {
    // The first seconds are there to learn from.
    if (ms === 5_000) before = running.load()
    for (let i = 0; i < 3; i++) running.ask(i).catch(() => {})
    await kernel.advance(10)
  }
  const { answered, refused, refusedWaiting } = running.load()
  const late = refusedWaiting - before.refusedWaiting
  expect(answered.runs - before.answered.runs).toBeGreaterThan(0.9 * 1500)
  expect(late / (late + refused - before.refused)).toBeLessThan(0.02)
  await Promise.all([system.stop({ drain: 0 }), kernel.settle()])
})
