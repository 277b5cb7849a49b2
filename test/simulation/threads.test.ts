import { describe, expect, test } from 'vitest'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { explore } from '../../src/simulation/index.ts'
import { Pace } from '../../src/simulation/pace.ts'
import { exploreInThreads } from '../../src/simulation/threads.ts'
import { Total } from '../../src/simulation/total.ts'
import fanIn from './scenarios/fan-in.sim.ts'

/** A second of play at one run a millisecond, after a start of 400 ms; how many threads should there be then? */
async function wanted(left: {
  readonly runs: number
  readonly ms?: number
  readonly cores?: number
  /** How much of a core the thread gets. */
  readonly share?: number
}): Promise<number> {
  const kernel = new ManualKernel()
  const { clock } = kernel
  const share = left.share ?? 1.2
  const pace = new Pace({
    cores: left.cores ?? 8,
    monotonic: () => clock.monotonic(),
    cpuMs: () => clock.monotonic() * share,
  })
  expect(pace.wanted(0, 0, left.runs, Number.POSITIVE_INFINITY)).toBe(1)
  pace.plays(400)
  for (let ms = 0; ms < 1000; ms += 50) {
    expect(pace.wanted(1, 1, 1e9, Number.POSITIVE_INFINITY)).toBe(1)
    await kernel.advance(50)
    pace.count(50)
  }
  return pace.wanted(1, 1, left.runs, left.ms ?? Number.POSITIVE_INFINITY)
}

describe('another thread', () => {
  test('begins when what is left is worth its start [G197]', async () => {
    expect(await wanted({ runs: 1500 })).toBe(1)
    expect(await wanted({ runs: 1700 })).toBe(2)
    expect(await wanted({ runs: 1e9, ms: 1500 })).toBe(1)
    expect(await wanted({ runs: 1e9, ms: 1700 })).toBe(2)
  })

  test('does not begin where no core is free for it [G197]', async () => {
    expect(await wanted({ runs: 1e9, cores: 1 })).toBe(1)
    expect(await wanted({ runs: 1e9, share: 0.6 })).toBe(1)
  })

  test('takes each place once: the result is that of one thread [G197]', async () => {
    const options = { runs: 150, seed: 7 }
    const total = new Total(options, options.runs, Number.POSITIVE_INFINITY)
    const always = { plays: () => undefined, count: () => undefined, wanted: () => 2 }
    await exploreInThreads(fanIn, { ...fanIn.options, ...options }, options.runs, 2, total, always)
    const { elapsedMs: _, ...two } = total.result([], [])
    const { elapsedMs: _1, vacuous: _2, ...one } = await explore(options, fanIn)
    expect(two).toMatchObject(one)
  })
})
