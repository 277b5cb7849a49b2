import { createSystem, defineActor } from '../../src/index.ts'
import { createMetrics } from '../../src/serve/index.ts'
import { Histogram } from '../../src/serve/metrics/histogram.ts'
import { type BenchResult, median } from '../result.ts'

const Adder = defineActor({
  name: 'adder',
  state: () => ({ n: 0 }),
  on: {
    add(ctx) {
      ctx.state.n += 1
    },
    total: (ctx) => ctx.state.n,
  },
})

/** What metrics cost: a scrape, an observation, and tells and asks beside the same without them. */
export async function metricsCosts(quick: boolean): Promise<BenchResult[]> {
  await using system = createSystem({ log: false })
  const actors = Array.from({ length: 1000 }, () => system.spawn(Adder))
  const adder = actors[0] as (typeof actors)[number]
  const each = async (times: number, work: () => Promise<void>): Promise<number> => {
    const began = performance.now()
    for (let i = 0; i < times; i += 1000) await work()
    return ((performance.now() - began) * 1e6) / times
  }
  const work = {
    tell: async () => {
      for (let k = 0; k < 1000; k++) adder.tell('add')
      await adder.ask('total')
    },
    ask: async () => {
      await Promise.all(Array.from({ length: 1000 }, () => adder.ask('total')))
    },
  }
  const times = quick ? 20_000 : 200_000
  const seen = { tell: { without: [], having: [] }, ask: { without: [], having: [] } } as Record<
    'tell' | 'ask',
    { without: number[]; having: number[] }
  >
  const scrapes: number[] = []
  for (let round = 0; round < (quick ? 2 : 25); round++) {
    for (const kind of ['tell', 'ask'] as const) {
      // Each round begins with the other one.
      for (const isCounted of round % 2 === 0 ? [false, true] : [true, false]) {
        const counted = isCounted ? createMetrics(system) : undefined
        seen[kind][isCounted ? 'having' : 'without'].push(await each(times, work[kind]))
        const began = performance.now()
        await counted?.text()
        if (counted !== undefined) scrapes.push(performance.now() - began)
        counted?.stop()
      }
    }
  }
  const histogram = new Histogram()
  const began = performance.now()
  const observations = quick ? 1e6 : 2e7
  for (let i = 0; i < observations; i++) histogram.observe(i & 1023)
  const observation = ((performance.now() - began) * 1e6) / observations
  return [
    { name: 'scrape of 1,000 actors', value: median(scrapes), unit: 'ms' },
    { name: 'observation of a histogram', value: observation, unit: 'ns' },
    ...(['tell', 'ask'] as const).flatMap((kind) => {
      const { without, having } = seen[kind]
      const ratio = median(having.map((one, at) => one / (without[at] ?? Number.NaN)))
      return [
        { name: `${kind} without metrics`, value: median(without), unit: 'ns' },
        { name: `${kind} with metrics`, value: median(having), unit: 'ns', ratio, of: 'without' },
      ]
    }),
  ]
}
