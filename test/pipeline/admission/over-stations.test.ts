import { expect, test } from 'vitest'
import { batches, type Station, servers, sharing } from './stations.ts'
import { visited } from './virtual-door.ts'

type MakeStation = (random: () => number) => Station

/** Two runs fit well, and four not: what is in flight is a whole number. */
const SHARED = 'two cores that share, a quarter of the deadline'

/** Two places in line are a third too few or too many: what doesn't fit is lost. */
const SLOW = 'one server that needs a third of the deadline'

const stations: Record<string, MakeStation> = {
  'sixteen servers of 40 ms': (random) => servers(16, 40, 0.05, random),
  'one server of 5 ms': (random) => servers(1, 5, 0.1, random),
  'sixteen servers whose times vary widely': (random) => servers(16, 40, 0.9, random),
  'a model that serves batches': () => batches(10, 2, 32),
  'four servers that need a third of the deadline': (random) => servers(4, 300, 0.2, random),
  [SLOW]: (random) => servers(1, 330, 0.2, random),
  [SHARED]: (random) => sharing(2, 260, 0.2, random),
  'a core that shares': (random) => sharing(1, 100, 0.3, random),
  'a hundred servers that need nearly half of it': (random) => servers(100, 400, 0.2, random),
}

for (const [name, station] of Object.entries(stations))
  test(`${name}: goodput stays, nobody waits in vain, hardly any of the admitted expires [G56] [G57]`, () => {
    for (const load of [3, 8]) {
      const seen = [7, 2, 3].map((seed) => visited(station, load, seed))
      const mean = (of: (one: (typeof seen)[number]) => number) =>
        seen.reduce((sum, one) => sum + of(one), 0) / seen.length
      expect(mean(({ goodput }) => goodput)).toBeGreaterThan(name === SLOW || name === SHARED ? 0.82 : 0.92)
      expect(mean(({ late }) => late)).toBeLessThan(name === SHARED ? 0.02 : 0.01)
      // The door reckons with all but one in 200 of the times.
      expect(mean(({ expired, begun }) => expired / begun)).toBeLessThan(0.005)
    }
  })

/** The steps take 64 at once; what is behind them does not. */
const narrower: Record<string, MakeStation> = {
  'four servers of 300 ms': (random) => servers(4, 300, 0.2, random),
  'eight cores that share': (random) => sharing(8, 260, 0.3, random),
  'a core that shares': (random) => sharing(1, 100, 0.3, random),
  'one server of 5 ms': (random) => servers(1, 5, 0.1, random),
}

for (const [name, station] of Object.entries(narrower))
  test(`${name} behind steps that take more at once: the width of the plan is doubted, and goodput stays [G214]`, () => {
    expect(visited(station, 0.45, 7, 30_000, 64).late).toBe(0)
    for (const load of [3, 8]) {
      const seen = [7, 2, 3].map((seed) => visited(station, load, seed, 30_000, 64))
      const mean = (of: (one: (typeof seen)[number]) => number) =>
        seen.reduce((sum, one) => sum + of(one), 0) / seen.length
      expect(mean(({ goodput }) => goodput)).toBeGreaterThan(0.9)
      expect(mean(({ late }) => late)).toBeLessThan(0.02)
      expect(mean(({ expired, begun }) => expired / begun)).toBeLessThan(0.01)
    }
  })

const shared: Record<string, MakeStation> = {
  'sixteen servers of 40 ms': (random) => servers(16, 40, 0.05, random),
  'a hundred servers that need nearly half of the deadline': (random) => servers(100, 400, 0.2, random),
  'four servers of 50 ms': (random) => servers(4, 50, 0.2, random),
  'two servers whose times vary': (random) => servers(2, 20, 0.5, random),
}

for (const [name, station] of Object.entries(shared))
  test(`${name}: beside a flood a small tenant's 99th percentile is within twice what it is alone [G59]`, () => {
    const alone = visited(station, 0).smallMs
    for (const load of [3, 8]) expect(visited(station, load).smallMs).toBeLessThan(2 * alone)
  })

const alone: Record<string, readonly [MakeStation, ms: number]> = {
  'one server of 5 ms': [(random) => servers(1, 5, 0.1, random), 60_000],
  'one server of 5 ms whose times vary widely': [(random) => servers(1, 5, 0.9, random), 60_000],
  'one server of 50 ms': [(random) => servers(1, 50, 0.3, random), 300_000],
}

/** Many of the small tenant's requests, so that the 99th percentile is no single one of them. */
for (const [name, [station, ms]] of Object.entries(alone))
  test(`${name}: two requests that come together don't wait for the flood in between [G183]`, () => {
    const median = (load: number) =>
      [7, 2, 3].map((seed) => visited(station, load, seed, ms).smallMs).sort((a, b) => a - b)[1] as number
    const quiet = median(0)
    for (const load of [3, 8]) expect(median(load)).toBeLessThan(2 * quiet)
  })
