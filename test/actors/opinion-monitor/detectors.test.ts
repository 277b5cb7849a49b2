import { expect, test } from 'vitest'
import { ShiftDetector } from '../../../actors/opinion-monitor/watching/shift.ts'
import { SurgeDetector } from '../../../actors/opinion-monitor/watching/surge.ts'
import { binomialTail, normalQuantile } from '../../../actors/opinion-monitor/watching/tails.ts'
import { SeededRandomness } from '../../../src/kernel/random.ts'

const random = new SeededRandomness(121).stream('detectors')

/** Arrivals at random times over so many windows, counted by window: what shuffling the times of a stream gives. */
function shuffledCounts(headlines: number, windows: number): number[] {
  const counts = new Array<number>(windows).fill(0)
  for (let i = 0; i < headlines; i++) {
    const at = random.integer(windows)
    counts[at] = (counts[at] as number) + 1
  }
  return counts
}

test('a binomial tail is the sum of its terms', () => {
  // 1 - (0.9)^5, and choose(10, 5) terms summed by hand.
  expect(binomialTail(1, 5, 0.1)).toBeCloseTo(0.40951, 10)
  expect(binomialTail(5, 10, 0.5)).toBeCloseTo(0.623046875, 10)
  expect(binomialTail(3, 3, 1 / 49)).toBeCloseTo((1 / 49) ** 3, 15)
  expect(binomialTail(0, 9, 0.3)).toBe(1)
  expect(binomialTail(4, 3, 0.3)).toBe(0)
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 6)
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306, 6)
})

for (const [falseAlarms, rate] of [
  [0.01, 0.3],
  [0.01, 4],
  [0.002, 40],
] as const) {
  test(`[G121] at most ${falseAlarms} false surges a window on shuffled times, ${rate} headlines a window`, () => {
    const windows = 60_000
    const detector = new SurgeDetector({ falseAlarms, history: 48, minimum: 4 }, 0)
    const alarms = shuffledCounts(Math.round(windows * rate), windows).filter(
      (count) => detector.take(count).alarm,
    )
    // Four standard deviations of the number of alarms at exactly the stated rate.
    const allowed = windows * falseAlarms + 4 * Math.sqrt(windows * falseAlarms)
    expect(alarms.length).toBeLessThanOrEqual(allowed)
  })
}

test('[G121] a surge gives one alarm, in its first window, however long it is; the next surge gives another', () => {
  const detector = new SurgeDetector({ falseAlarms: 1e-4, history: 48, minimum: 4 }, 0)
  const usual = [1, 0, 2, 1, 0, 1, 1, 2, 0, 1, 0, 1]
  const counts = [...usual, 12, 15, 9, 14, ...usual, 13, ...usual]
  const alarms = counts.flatMap((count, window) => (detector.take(count).alarm ? [window] : []))
  expect(alarms).toEqual([12, 28])
})

test('[G122] changes smaller than the smallest shift give no alarm, and give one when they have added up to it', () => {
  const options = { between: 5_000, history: 200, minimum: 20 }
  const noise = () => (random.next() - 0.5) * 0.1
  const mean = (i: number) => (i < 60 ? 0 : i < 120 ? -0.1 : -0.25)
  const readings = Array.from({ length: 180 }, (_, i) => mean(i) + noise())
  const alarms = (size: number) => {
    const detector = new ShiftDetector({ ...options, size })
    return readings.flatMap((reading, i) => (detector.take(reading) === undefined ? [] : [i]))
  }
  expect(alarms(0)).toHaveLength(2)
  expect(alarms(0.2)).toHaveLength(1)
  expect(alarms(0.2)[0]).toBeGreaterThanOrEqual(120)
  expect(alarms(0.5)).toEqual([])
})

for (const [name, draw] of [
  ['even', () => random.next() * 2 - 1],
  ['two values', () => (random.next() < 0.3 ? -0.8 : 0.7)],
  ['far out', () => Math.tan(Math.PI * (random.next() - 0.5))],
] as const) {
  test(`[G122] readings between false shifts are as many as stated or more: ${name}`, () => {
    const between = 500
    const detector = new ShiftDetector({ between, history: 200, minimum: 20, size: 0.2 })
    const readings = 100_000
    let alarms = 0
    for (let i = 0; i < readings; i++) if (detector.take(draw()) !== undefined) alarms += 1
    const expected = readings / between
    expect(alarms).toBeLessThanOrEqual(expected + 4 * Math.sqrt(expected))
  })
}

test('[G122] a change of mood gives one alarm with its direction, and says about when it began', () => {
  const detector = new ShiftDetector({ between: 5_000, history: 200, minimum: 20 })
  const noise = () => (random.next() - 0.5) * 0.6
  const shifts = Array.from({ length: 160 }, (_, i) =>
    detector.take((i < 80 ? 0.4 : -0.5) + noise()),
  ).flatMap((shift, i) => (shift === undefined ? [] : [{ at: i, ...shift }]))
  expect(shifts).toHaveLength(1)
  expect(shifts[0]?.direction).toBe('down')
  expect((shifts[0]?.at ?? 0) - 80).toBeLessThan(15)
  expect(Math.abs((shifts[0]?.at ?? 0) - (shifts[0]?.readings ?? 0) - 80)).toBeLessThanOrEqual(12)
})
