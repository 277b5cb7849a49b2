import { describe, expect, test } from 'vitest'
import { ManualKernel } from '../../src/kernel/manual-kernel.ts'
import { type BatchMs, VirtualWorkers } from './virtual-workers.ts'

interface Rows {
  readonly rows: number
  readonly tokens: number
}

interface Shape {
  readonly ms: BatchMs
  readonly small: Rows
  /** Each caller asks again as soon as it has its answer. */
  readonly flood: Rows & { readonly callers: number }
}

const REQUESTS = 400
/** The small tenant asks for so much of what the workers can do. */
const LOAD = 0.1
const LEARN_MS = 5_000

/** The small tenant's times, sorted, and the flood's rows a millisecond. */
async function trial(workers: number, { ms, small, flood }: Shape, isFlooded: boolean, isAsked = true) {
  const kernel = new ManualKernel({ seed: 7 })
  const random = kernel.random.stream('arrivals')
  const chance = kernel.random.stream('times')
  const engine = new VirtualWorkers(
    kernel,
    workers,
    (rows, tokens) => ms(rows, tokens) * (0.9 + 0.2 * chance.next()),
  )
  let served = 0
  let isOver = false
  const again = (): void => {
    if (isOver) return
    void engine.run(flood.rows, flood.tokens, { tenant: 'flood' }).then(() => {
      served += flood.rows
      again()
    })
  }
  if (isFlooded) for (let i = 0; i < flood.callers; i++) again()
  const cost = Math.min(...[1, 2, 4, 8, 16, 32, 64].map((rows) => ms(rows, small.tokens) / rows)) * small.rows
  const ask = async (): Promise<number> => {
    const askedAt = kernel.clock.monotonic()
    await engine.run(small.rows, small.tokens, { tenant: 'small' })
    return kernel.clock.monotonic() - askedAt
  }
  const asks: Promise<number>[] = []
  // Who floods, and what the others ask for, shows within seconds.
  const toLearn = Math.ceil((LEARN_MS * workers * LOAD) / cost)
  let from = Number.NaN
  for (let i = 0; i < toLearn + REQUESTS; i++) {
    await kernel.advance((-Math.log(1 - random.next()) * cost) / workers / LOAD)
    const asked = isAsked ? ask() : Promise.resolve(0)
    if (i >= toLearn) asks.push(asked)
    if (i !== toLearn) continue
    served = 0
    from = kernel.clock.monotonic()
  }
  const rate = served / (kernel.clock.monotonic() - from)
  await kernel.advance(10_000)
  const times = (await Promise.all(asks)).sort((a, b) => a - b)
  isOver = true
  engine.stop()
  return { p99: times[Math.floor(0.99 * times.length)] as number, rate }
}

async function beside(workers: number, shape: Shape): Promise<number> {
  const alone = await trial(workers, shape, false)
  return (await trial(workers, shape, true)).p99 / alone.p99
}

/** A row takes as long in any batch, as where a row keeps a core busy. */
const even: BatchMs = (rows, tokens) => 0.1 + rows * tokens * 0.04
/** What a batch costs is shared by its rows: a single one costs five times as much. */
const shared: BatchMs = (rows) => 10 + 2 * rows

describe('beside a flood of the same share', () => {
  const shapes: Record<string, Shape> = {
    'one row': {
      ms: even,
      small: { rows: 1, tokens: 128 },
      flood: { callers: 64, rows: 8, tokens: 128 },
    },
    'sixteen rows': {
      ms: even,
      small: { rows: 16, tokens: 64 },
      flood: { callers: 64, rows: 8, tokens: 64 },
    },
    'longer rows': {
      ms: even,
      small: { rows: 8, tokens: 64 },
      flood: { callers: 64, rows: 8, tokens: 128 },
    },
    'batches that gain a little': {
      ms: (rows, tokens) => 2 + rows * tokens * 0.04,
      small: { rows: 8, tokens: 64 },
      flood: { callers: 16, rows: 64, tokens: 64 },
    },
  }
  for (const workers of [1, 2, 4])
    for (const [name, shape] of Object.entries(shapes))
      test(`${name}, ${workers} workers: the 99th percentile is within twice what it is alone [G129]`, async () => {
        expect(await beside(workers, shape)).toBeLessThan(2)
      })

  test('where a row alone costs five times as much, the flood keeps most of its rate, and the others wait for a batch of it [G162]', async () => {
    const shape = {
      ms: shared,
      small: { rows: 1, tokens: 8 },
      flood: { callers: 16, rows: 64, tokens: 8 },
    }
    expect(await beside(1, shape)).toBeLessThan(4)
    const undisturbed = await trial(1, shape, true, false)
    const disturbed = await trial(1, shape, true)
    // A request takes 12 ms, and comes once in the time in which ten are done in the greatest batches.
    const left = 1 - 12 / ((10 + 2 * 64) / 64 / LOAD)
    expect(disturbed.rate).toBeGreaterThan(0.8 * left * undisturbed.rate)
  })
})
