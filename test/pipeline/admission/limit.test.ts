import { describe, expect, test } from 'vitest'
import { firstLimit, nextLimit } from '../../../src/pipeline/admission/limit.ts'
import { ServiceTimes } from '../../../src/pipeline/admission/service-times.ts'
import { batches, servers, trial } from './stations.ts'

function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const random = randomOf(7)

describe('the limit finds the knee, and finds it again when the machine slows to a third and recovers', () => {
  test.each([
    ['one processor, quick', () => servers(1, 5, 0, random), [1, 12]],
    ['one processor, slow', () => servers(1, 50, 0.5, random), [1, 32]],
    ['four servers', () => servers(4, 50, 0.5, random), [4, 32]],
    ['32 sleepers', () => servers(32, 100, 0, random), [30, 70]],
    ['256 sleepers', () => servers(256, 50, 0.5, random), [235, 330]],
    ['1,000 sleepers', () => servers(1000, 200, 0.5, random), [850, 1250]],
    ['a model that gains by batches of 32', () => batches(4, 0.5, 32), [24, 130]],
    ['a model that gains by batches of 64', () => batches(10, 1, 64), [40, 200]],
  ])('%s', (_what, station, [least = 0, most = 0]) => {
    const phases = trial(station(), [1, 3, 1], 20_000, 64)
    for (const { share } of phases) expect(share).toBeGreaterThan(0.85)
    for (const { limit } of [phases[0], phases[2]] as { limit: number }[]) {
      expect(limit).toBeGreaterThanOrEqual(least)
      expect(limit).toBeLessThanOrEqual(most)
    }
  })

  test('it stays within its bounds, whatever it sees', () => {
    const bounds = { min: 3, max: 40 }
    let state = firstLimit(10)
    for (let i = 0; i < 2000; i++) {
      const window = {
        company: 1 + random() * 50,
        meanMs: 0.1 + random() * 1000,
        answered: random(),
        givenMs: 1000,
        gain: 1,
        relief: random(),
      }
      state = nextLimit(state, window, bounds)
      expect(state.limit).toBeGreaterThanOrEqual(3)
      expect(state.limit).toBeLessThanOrEqual(40)
      expect(state.rates.length).toBeLessThanOrEqual(10)
    }
  })
})

describe('service times', () => {
  test('what nearly every run takes at most holds, however times are distributed', () => {
    for (const draw of [
      () => 100,
      () => 50 + 100 * random(),
      () => -100 * Math.log(1 - random()),
      () => (random() < 0.05 ? 800 : 20),
    ]) {
      const times = new ServiceTimes()
      let longer = 0
      for (let i = 0; i < 20_000; i++) {
        const ms = draw()
        if (i >= 5000 && ms > times.atMost(8) + 1e-9) longer += 1
        times.add({ begunAt: 0, company: 8, meanCompany: 8 }, ms)
      }
      expect(longer / 15_000).toBeLessThan(0.02)
    }
  })

  test.each([
    ['one thread: more in flight take longer in proportion', (n: number) => 20 * n],
    ['many threads: more in flight take no longer', () => 100],
    ['a model that serves batches: a fixed part, and a part for each', (n: number) => 50 + 5 * n],
  ])('%s', (_what, msOf) => {
    const times = new ServiceTimes()
    for (let i = 0; i < 200; i++) {
      const company = 1 + Math.floor(16 * random())
      times.add({ begunAt: 0, company, meanCompany: company }, msOf(company) * (0.95 + 0.1 * random()))
    }
    for (const n of [4, 8, 12]) {
      expect(times.typical(n) / msOf(n)).toBeGreaterThan(0.85)
      expect(times.typical(n) / msOf(n)).toBeLessThan(1.15)
    }
    // Beyond what has been seen nothing is promised.
    expect(times.typical(64)).toBeGreaterThan(2 * times.typical(12))
  })

  test('fewer in flight may be faster in proportion, and never faster than the fastest of late', () => {
    const times = new ServiceTimes()
    for (let i = 0; i < 200; i++)
      times.add({ begunAt: 0, company: 10, meanCompany: 10 }, i % 2 === 0 ? 40 : 400)
    expect(times.atMost(1)).toBeGreaterThanOrEqual(40)
    expect(times.atMost(1)).toBeLessThan(times.atMost(10))
  })
})
