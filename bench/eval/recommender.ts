/**
 * Quality of the recommender and its baselines on the same later ratings, in one table.
 *
 *     npm run eval -- recommender                                     # the shared MovieTweetings ratings, split by time at 80 %
 *     npm run eval -- recommender --data FILE --items FILE [--cut 0.8] [--json]
 *     npm run eval -- recommender --test FILE                         # everything in --data is known, FILE is what came later
 *
 * The weights are fitted on the known ratings alone, as a user would (`--quick`: those that ship). Known are the first `cut` of the ratings by time; wanted is what each user with a history took later. Item-kNN is cosine with
 * a shrinkage of 20, popularity counts everything or fades by e in three days.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fitWeights } from '../../dist/actors/recommender/fit/fit.js'
import { Measures } from '../../dist/actors/recommender/fit/measures.js'
import { openRecommender, type Recommender } from '../../dist/actors/recommender/open-recommender.js'
import type { Rating } from '../../dist/actors/recommender/ratings/events.js'
import { readItems, readRatings } from '../../dist/actors/recommender/ratings/read.js'
import { SeededRandomness } from '../../dist/src/kernel/random.js'
import { thompson } from '../../dist/src/routing/index.js'
import type { BenchResult } from '../result.ts'
import { itemKnn, mostPopular } from './recommender/baselines.ts'
import { clicksOf, learnsBy } from './recommender/clicks.ts'
import { type Later, laterOf } from './recommender/later.ts'
import { picksOf } from './recommender/picks.ts'

const DATA = new URL('../../../shared/data/movietweetings/', import.meta.url).pathname
const DAY_MS = 86_400_000
/** Requests timed one by one. */
const TIMED = 1_000

export async function run({
  argv,
  quick,
}: {
  readonly argv: readonly string[]
  readonly quick: boolean
}): Promise<BenchResult[]> {
  const { values } = parseArgs({
    args: argv.filter((word) => word !== 'recommender'),
    options: {
      data: { type: 'string', default: `${DATA}ratings-first-80-percent.dat` },
      items: { type: 'string', default: `${DATA}movies.dat` },
      test: { type: 'string' },
      cut: { type: 'string', default: '0.8' },
      json: { type: 'boolean' },
      quick: { type: 'boolean' },
    },
  })
  if (!existsSync(values.data)) {
    process.stderr.write(`eval: skipped, there is no ${values.data}\n`)
    return []
  }
  const { ratings } = await readRatings(values.data)
  const { items } = existsSync(values.items) ? await readItems(values.items) : { items: [] }
  const known =
    values.test === undefined ? ratings.slice(0, Math.floor(ratings.length * Number(values.cut))) : ratings
  const after =
    values.test === undefined ? ratings.slice(known.length) : (await readRatings(values.test)).ratings
  const later = laterOf(known, after)
  const users = quick ? later.slice(0, 300) : later
  // The weights that ship have seen every shared rating, so they would know what came later.
  const fitted = quick
    ? {}
    : { weights: fitWeights(items, known, new SeededRandomness(1).stream('fit')).weights }
  const team = await openRecommender({ ratings: known, items, route: thompson(), ...fitted })
  try {
    return await figures(team, known, users)
  } finally {
    await team.stop()
  }
}

async function figures(
  team: Recommender,
  known: readonly Rating[],
  users: readonly Later[],
): Promise<BenchResult[]> {
  team.running.routes.freeze(true)
  const baselines = {
    popularity: measure(users, mostPopular(known)),
    'recent popularity': measure(users, mostPopular(known, 3 * DAY_MS)),
    'item-kNN': measure(users, itemKnn(known)),
  }
  const lists = new Map<string, readonly string[]>()
  for await (const { user, picks } of picksOf(team, users))
    lists.set(
      user,
      picks.map(({ item }) => item),
    )
  const times: number[] = []
  for (const { user } of users.slice(0, TIMED)) times.push((await team.recommend(user)).totalMs)
  const own = measure(users, ({ user }) => lists.get(user) ?? [])
  const best = (of: 'ndcg' | 'recall') => Math.max(baselines.popularity[of], baselines['item-kNN'][of])
  const rows = Object.entries({ ...baselines, recommender: own }).flatMap(([name, row]): BenchResult[] => [
    {
      name: `${name}: NDCG@10`,
      value: row.ndcg,
      unit: `over ${row.users} users`,
      ...against(name, row.ndcg, best('ndcg')),
    },
    {
      name: `${name}: recall@10`,
      value: row.recall,
      unit: 'share',
      ...against(name, row.recall, best('recall')),
    },
    {
      name: `${name}: different items`,
      value: row.coverage,
      unit: 'items',
      ...(name === 'recommender'
        ? { ratio: row.coverage / baselines.popularity.coverage, of: 'popularity' }
        : {}),
    },
  ])
  times.sort((a, b) => a - b)
  const p95 = times[Math.floor(times.length * 0.95)] ?? 0
  const clicks = await clicksOf(team, users)
  return [
    ...rows,
    { name: `p95 of a request, ${team.known.items} items`, value: p95, unit: 'ms' },
    ...learnsBy(clicks),
  ]
}

function against(name: string, value: number, best: number): Partial<BenchResult> {
  return name === 'recommender' ? { ratio: value / best, of: 'the better of popularity and item-kNN' } : {}
}

function measure(users: readonly Later[], list: (one: Later) => readonly string[]) {
  const numbers = new Map<string, number>()
  const number = (item: string) => {
    if (!numbers.has(item)) numbers.set(item, numbers.size)
    return numbers.get(item) as number
  }
  const measures = new Measures()
  for (const one of users) measures.add(list(one).map(number), new Set([...one.wanted].map(number)))
  return measures.result()
}
