import { expect, test } from 'vitest'
import { milliseconds } from '../../src/kernel/durations.ts'
import { InvalidArgumentError } from '../../src/kernel/errors.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'

test('time stands still until it is moved, and stops at every timer on the way', async () => {
  const kernel = new ManualKernel()
  const seen: number[] = []
  for (const ms of [30, 10, 20]) kernel.timers.after(ms, () => seen.push(kernel.clock.monotonic()), undefined)
  await kernel.advance(15)
  expect(seen).toEqual([10])
  await kernel.advance(15)
  expect(seen).toEqual([10, 20, 30])
  expect(kernel.clock.monotonic()).toBe(30)
})

test('promise jobs and turns run out before time moves on', async () => {
  const kernel = new ManualKernel()
  const seen: string[] = []
  kernel.timers.after(5, () => seen.push('timer'), undefined)
  kernel.turns.later(() => {
    seen.push('turn')
    void Promise.resolve().then(() => seen.push('job'))
  })
  await kernel.advance(5)
  expect(seen).toEqual(['turn', 'job', 'timer'])
  expect(kernel.turnsRun).toBe(1)
})

test.each([['5 parsecs'], [2 ** 31], [Number.NaN], [-1], ['']])('%s is no duration', (value) => {
  try {
    milliseconds(value, 'timeout')
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError)
    expect(error).toMatchObject({ code: 'invalid-argument', path: 'timeout', value })
    expect((error as InvalidArgumentError).remedy).not.toBe('')
  }
})
