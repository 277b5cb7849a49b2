/**
 * The teams at work on their bundled samples: the time of a message, of a request, and headlines a second.
 *
 *     npm run -s bench -- teams [--json] [--quick]
 *
 * Uses the compiled package (`dist`), like users. No text occurs twice, so that no cache helps. `npm run eval -- TEAM` has the scores.
 */
import { readFile } from 'node:fs/promises'
import { EXAMPLE } from '../dist/actors/customer-service/intents/example.js'
import { openCustomerService, openOpinionMonitor, openRecommender, readRows } from '../dist/actors/index.js'
import { SeededRandomness } from '../dist/src/kernel/random.js'
import type { BenchResult } from './result.ts'

const FIRST_AT = Date.UTC(2026, 0, 1)
const SAMPLES = new URL('../actors/', import.meta.url)
const DAY_MS = 86_400_000

export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult[]> {
  return [
    ...(await customerService(quick ? 40 : 400)),
    ...(await opinionMonitor(false, quick ? 500 : 20_000)),
    ...(await opinionMonitor(true, quick ? 60 : 1_500)),
    ...(await recommender(
      quick ? { items: 500, events: 2_000, asks: 50 } : { items: 10_000, events: 60_000, asks: 1_000 },
    )),
  ]
}

async function customerService(count: number): Promise<BenchResult[]> {
  const examples = new URL('customer-service/sample/intents.csv', SAMPLES).pathname
  const { rows } = await readRows(examples, EXAMPLE)
  const begun = performance.now()
  await using team = await openCustomerService({ examples })
  const learning = (performance.now() - begun) / 1000
  const message = (i: number) => `${rows[i % rows.length]?.text ?? ''} (case ${i})`
  await team.ask('warm', message(count))
  const times = await timed(count, (i) => team.ask(`customer ${i}`, message(i)))
  return [
    { name: `customer-service: learning ${rows.length} examples`, value: learning, unit: 's' },
    ...percentiles('customer-service: a message', times),
  ]
}

async function opinionMonitor(encoder: boolean, count: number): Promise<BenchResult[]> {
  const file = new URL('opinion-monitor/sample/headlines.jsonl', SAMPLES)
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  const sample = lines.map((line) => JSON.parse(line) as { title: string; entities?: string[] })
  await using monitor = await openOpinionMonitor({ encoder })
  const headlines = (from: number, most: number) =>
    Array.from({ length: most }, (_, i) => {
      const { title, entities } = sample[(from + i) % sample.length] as (typeof sample)[number]
      return {
        title: `${title} ${from + i}`,
        at: FIRST_AT + (from + i) * 1_000,
        ...(entities === undefined ? {} : { entities }),
      }
    })
  const read = async (rows: ReturnType<typeof headlines>) => {
    for await (const { error } of monitor.watch(rows)) if (error !== undefined) throw error
  }
  await read(headlines(0, 100))
  const begun = performance.now()
  await read(headlines(100, count))
  await monitor.close()
  const rate = count / ((performance.now() - begun) / 1000)
  return [
    {
      name: `opinion-monitor: headlines ${encoder ? 'with the encoder' : 'by the light scorers'}`,
      value: rate,
      unit: '/s',
    },
  ]
}

/** Ratings by chance: few items are taken often, and users keep to a group of items. */
async function recommender(size: {
  readonly items: number
  readonly events: number
  readonly asks: number
}): Promise<BenchResult[]> {
  const random = new SeededRandomness(7).stream('ratings')
  const users = Math.ceil(size.events / 20)
  const items = Array.from({ length: size.items }, (_, i) => ({
    id: `i${i}`,
    title: `Item ${i} of group ${i % 40}`,
    genres: [`group ${i % 40}`],
  }))
  const ratings = Array.from({ length: size.events }, (_, i) => {
    const user = random.integer(users)
    const near = Math.floor(size.items * random.next() ** 3)
    const item = random.next() < 0.5 ? near - (near % 40) + (user % 40) : near
    return {
      user: `u${user}`,
      item: `i${Math.min(item, size.items - 1)}`,
      rating: 1 + random.integer(5),
      at: (i * 90 * DAY_MS) / size.events,
    }
  })
  const begun = performance.now()
  await using team = await openRecommender({ items, ratings })
  const opening = (performance.now() - begun) / 1000
  await team.recommend('warm')
  const times = await timed(size.asks, (i) => team.recommend(`u${i % users}`))
  return [
    { name: `recommender: state of ${size.events} events, factors trained`, value: opening, unit: 's' },
    ...percentiles(`recommender: a request, ${size.items} items`, times),
  ]
}

async function timed(count: number, ask: (i: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const begun = performance.now()
    await ask(i)
    times.push(performance.now() - begun)
  }
  return times.sort((a, b) => a - b)
}

function percentiles(name: string, sorted: readonly number[]): BenchResult[] {
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return [
    { name: `${name}, p50`, value: at(0.5), unit: 'ms' },
    { name: `${name}, p95`, value: at(0.95), unit: 'ms' },
  ]
}
