import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Timers } from '../../src/kernel/kernel.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { TimerWheel } from '../../src/kernel/timer-wheel.ts'

test('every timer fires once, never early, in order of time and then of arrival', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 3_000_000 })), {
        minLength: 1,
        maxLength: 60,
      }),
      async (delays) => {
        const kernel = new ManualKernel()
        const wheel = new TimerWheel(kernel)
        const fired: { i: number; at: number }[] = []
        delays.forEach((delay, i) => {
          wheel.after(delay, () => fired.push({ i, at: kernel.clock.monotonic() }), undefined)
        })
        await kernel.advance(3_000_010)
        expect(fired.length).toBe(delays.length)
        for (const { i, at } of fired) {
          expect(at).toBeGreaterThanOrEqual(delays[i] as number)
          expect(at).toBeLessThanOrEqual((delays[i] as number) + 1)
        }
        expect(fired.map(({ at }) => at)).toEqual(fired.map(({ at }) => at).toSorted((a, b) => a - b))
        expect(wheel.size).toBe(0)
        expect(kernel.pendingTimers).toBe(0)
      },
    ),
    { numRuns: 30 },
  )
})

test('timers of the same moment fire in order of arrival', async () => {
  const kernel = new ManualKernel()
  const wheel = new TimerWheel(kernel)
  const fired: number[] = []
  for (let i = 0; i < 10; i++) wheel.after(50, (n: number) => fired.push(n), i)
  await kernel.advance(60)
  expect(fired).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('a cancelled timer never fires, whatever else is cancelled or added around it', async () => {
  const kernel = new ManualKernel()
  const wheel = new TimerWheel(kernel)
  const fired: string[] = []
  const timers = ['a', 'b', 'c', 'd'].map((name) => wheel.after(20, (n: string) => fired.push(n), name))
  timers[1]?.cancel()
  timers[3]?.cancel()
  timers[3]?.cancel()
  wheel.after(20, (n: string) => fired.push(n), 'e')
  timers[0]?.cancel()
  await kernel.advance(30)
  expect(fired).toEqual(['c', 'e'])
})

test('timers set and cancelled within a turn never reach the kernel', async () => {
  const kernel = new ManualKernel()
  const wheel = new TimerWheel(kernel)
  for (let i = 0; i < 1000; i++) wheel.after(100, () => {}, undefined).cancel()
  await kernel.settle()
  expect(kernel.pendingTimers).toBe(0)
})

test('a timer set by a timer fires in its own time', async () => {
  const kernel = new ManualKernel()
  const wheel = new TimerWheel(kernel)
  const at: number[] = []
  const beat = (): void => {
    at.push(kernel.clock.monotonic())
    if (at.length < 4) wheel.after(700, beat, undefined)
  }
  wheel.after(700, beat, undefined)
  await kernel.advance(10_000)
  expect(at).toEqual([700, 1400, 2100, 2800])
})

test('an entry that comes later than the set timer leaves it alone; an earlier one, or one that holds the process, sets it anew', async () => {
  const kernel = new ManualKernel()
  const set: number[] = []
  const timers: Timers = {
    after(delayMs, run, argument, keepAlive) {
      set.push(delayMs)
      return kernel.timers.after(delayMs, run, argument, keepAlive)
    },
  }
  const { clock, turns } = kernel
  const wheel = new TimerWheel({ clock, turns, timers })
  const fired: string[] = []
  const add = async (name: string, delayMs: number, keepAlive = false) => {
    wheel.after(delayMs, (one) => void fired.push(one), name, keepAlive)
    await kernel.advance(0)
  }
  await add('a', 700)
  await add('b', 5000)
  await add('c', 900)
  expect(set).toEqual([700])
  await add('d', 300)
  expect(set).toEqual([700, 300])
  await add('e', 400, true)
  expect(set).toEqual([700, 300, 300])
  await kernel.advance(10_000)
  expect(fired).toEqual(['d', 'e', 'a', 'c', 'b'])
})
