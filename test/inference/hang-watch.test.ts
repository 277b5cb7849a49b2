import { describe, expect, test } from 'vitest'
import { HangWatch, type Watched } from '../../src/inference/pool/hang-watch.ts'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'

interface Named extends Watched {
  readonly name: string
}
const named = (name: string): Named => ({ name, limitMs: 0, limitAt: 0 })

function watching(onLate: (one: Named, watch: HangWatch<Named>) => void = () => {}) {
  const kernel = new ManualKernel()
  const told: [string, number][] = []
  const watch = new HangWatch<Named>(kernel, (one) => {
    told.push([one.name, kernel.clock.monotonic()])
    watch.ended(one)
    onLate(one, watch)
  })
  return {
    kernel,
    watch,
    told,
    allow: (one: Named, ms: number) => watch.allow(one, ms, kernel.clock.monotonic()),
  }
}

describe('a hang watch', () => {
  test('tells of each at its own limit, whatever order they came in, and not of what has ended', async () => {
    const { kernel, watch, told, allow } = watching()
    const done = named('done')
    allow(named('slow'), 500)
    allow(done, 200)
    allow(named('quick'), 100)
    await kernel.advance(99)
    expect(told).toEqual([])
    watch.ended(done)
    await kernel.advance(901)
    expect(told).toEqual([
      ['quick', 100],
      ['slow', 500],
    ])
    expect(kernel.pendingTimers).toBe(0)
  })

  test('counts from when time was given last', async () => {
    const { kernel, told, allow } = watching()
    const batch = named('batch')
    allow(batch, 1_000)
    await kernel.advance(50)
    allow(batch, 100)
    await kernel.advance(40)
    allow(batch, 100)
    await kernel.advance(500)
    expect(told).toEqual([['batch', 190]])
  })

  test('does not tell of what was given up for another that is late at the same moment', async () => {
    const behind = named('behind')
    const { kernel, told, allow } = watching((_, watch) => watch.ended(behind))
    allow(named('hangs'), 100)
    allow(behind, 100)
    await kernel.advance(1_000)
    expect(told).toEqual([['hangs', 100]])
  })

  test('keeps one timer, however much begins and ends', () => {
    const { kernel, watch, allow } = watching()
    for (let i = 0; i < 100; i++) {
      const batch = named(`batch ${i}`)
      allow(batch, 1_000)
      watch.ended(batch)
    }
    expect(kernel.pendingTimers).toBe(1)
  })
})
