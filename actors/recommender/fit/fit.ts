import type { RandomStream } from '../../../src/kernel/kernel.ts'
import { BLENDS, type Blend, type BlendName } from '../ranking/blends.ts'
import type { Weights } from '../ranking/weights.ts'
import type { Item, Rating } from '../ratings/events.ts'
import { findByContent } from '../retrieval/content.ts'
import { findByFactors } from '../retrieval/factors.ts'
import { popularityFeatures } from '../retrieval/popular.ts'
import type { Asked, Recall } from '../retrieval/recall.ts'
import { findTogether } from '../retrieval/together.ts'
import { LIVES_DAYS, type Library } from '../state/library.ts'
import { Measures } from './measures.ts'
import { type Split, splitAt } from './split.ts'

/** Points in time, as shares of the events; after each, a quarter as many events as before it are to be foretold. */
const CUTS = [0.48, 0.6, 0.7, 0.8]
const AHEAD = 0.25
const USERS_A_CUT = 500
const PICKS = 10
const POPULAR_A_LIFE = 120
/** A blend that shows fewer different items than this many times popularity's is worth less. */
const COVERAGE = 6
const COVERAGE_WORTH = 0.05
const STEPS = [0.4, 0.2, 0.1]
const LIVES = LIVES_DAYS.length
/** No retriever falls silent: one that says little today finds what is new tomorrow. */
const LEAST = 0.05
/** Only the ratios of weights matter, so this one stays as it is. */
const ANCHOR = 1
/** Where the ascent begins: what everyone took within days, and what goes with the history. */
const START = [LEAST, 1, LEAST, LEAST, LEAST, 0.7, LEAST, LEAST]

/** One user of one cut: candidates, and a row of features for each. */
interface Query {
  readonly cut: number
  readonly items: readonly number[]
  /** Lives of popularity, together, factors, content; row by row. */
  readonly features: Float32Array
  readonly wanted: ReadonlySet<number>
}

/** What a fit found. */
export interface Fitted {
  readonly weights: Weights
  readonly queries: number
  /** NDCG@10 over the queries of the fit. */
  readonly ndcg: number
}

/**
 * Learns the weights of the retrievers, and of the lives of popularity, by coordinate ascent on NDCG@10 (Metzler and Croft
 * 2007) over several points in time at once, so that no single season decides.
 *
 * @param ratings in the order of time
 */
export function fitWeights(
  items: readonly Item[],
  ratings: readonly Rating[],
  random: RandomStream,
  onCut: (cut: number) => void = () => {},
): Fitted {
  const queries = CUTS.flatMap((share, cut) => {
    const known = Math.floor(ratings.length * share)
    const until = Math.min(ratings.length, Math.floor(known * (1 + AHEAD)))
    onCut(cut)
    return queriesOf(splitAt(items, ratings, known, until, random), cut, random)
  })
  const ascended = ascend(queries)
  const lives = ascended.weights.slice(0, LIVES)
  // What the lives sum to is how much the retriever counts: its own scores reach 1.
  const popular = lives.reduce((sum, weight) => sum + weight, 0)
  const [together = 0, factors = 0, content = 0] = ascended.weights.slice(LIVES)
  const all = popular + together + factors + content || 1
  return {
    weights: {
      retrievers: {
        popular: rounded(popular / all),
        together: rounded(together / all),
        factors: rounded(factors / all),
        content: rounded(content / all),
      },
      lives: lives.map((weight) => rounded(weight / (popular || 1))),
      hits: hitsOf(queries, ascended.weights),
    },
    queries: queries.length,
    ndcg: ascended.ndcg,
  }
}

/** By blend, the share of queries whose list holds an item that was wanted. */
function hitsOf(queries: readonly Query[], weights: readonly number[]): Record<BlendName, number> {
  const rate = (blend: Blend) => {
    const factors = [
      ...Array<number>(LIVES).fill(blend.popular),
      blend.together,
      blend.factors,
      blend.content,
    ]
    const blended = weights.map((weight, at) => weight * (factors[at] as number))
    const hits = queries.filter((one) => listOf(one, blended).some((item) => one.wanted.has(item)))
    return rounded(hits.length / Math.max(1, queries.length))
  }
  return { learned: rate(BLENDS.learned), taste: rate(BLENDS.taste), discover: rate(BLENDS.discover) }
}

/** To a thousandth: the rest is chance. */
function rounded(weight: number): number {
  return Math.round(weight * 1000) / 1000
}

function queriesOf({ library, later }: Split, cut: number, random: RandomStream): Query[] {
  const features = popularityFeatures(library)
  const popular = features.flatMap((feature) => topOf(feature, POPULAR_A_LIFE))
  const known = [...later].filter(([user]) => library.history(user).length > 0)
  const drawn = known
    .map((one) => ({ one, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, USERS_A_CUT)
  return drawn.map(({ one: [user, wanted] }) => query(library, user, wanted, cut, features, popular))
}

function query(
  library: Library,
  user: string,
  wanted: ReadonlySet<number>,
  cut: number,
  features: readonly Float64Array[],
  popular: readonly number[],
): Query {
  const asked: Asked = { user, picks: PICKS, history: library.history(user) }
  const personal = [findTogether, findByFactors, findByContent].map((find) => scoresIn(find(library, asked)))
  const seen = new Set(asked.history.map(({ item }) => item))
  const items = [...new Set([...popular, ...personal.flatMap((scores) => [...scores.keys()])])].filter(
    (item) => !seen.has(item),
  )
  const width = LIVES + personal.length
  const rows = new Float32Array(items.length * width)
  items.forEach((item, at) => {
    features.forEach((feature, life) => {
      rows[at * width + life] = feature[item] as number
    })
    personal.forEach((scores, column) => {
      rows[at * width + LIVES + column] = scores.get(item) ?? 0
    })
  })
  return { cut, items, features: rows, wanted }
}

function scoresIn({ items, scores }: Recall): Map<number, number> {
  return new Map(Array.from(items, (item, at) => [item, scores[at] as number]))
}

function topOf(scores: Float64Array, most: number): number[] {
  const order = Array.from(scores.keys()).filter((item) => (scores[item] as number) > 0)
  return order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b).slice(0, most)
}

function ascend(queries: readonly Query[]): { readonly weights: number[]; readonly ndcg: number } {
  const target = COVERAGE * judge(queries, [0, 0, 0, 0, 1, 0, 0, 0]).coverage
  const value = (weights: readonly number[]) => {
    const { ndcg, coverage } = judge(queries, weights)
    return { ndcg, value: ndcg + COVERAGE_WORTH * Math.min(1, coverage / target) }
  }
  let weights = [...START]
  let best = value(weights)
  for (const step of STEPS)
    for (let at = 0; at < weights.length; at++) {
      if (at === ANCHOR) continue
      for (const change of [-2 * step, -step, step, 2 * step]) {
        const tried = weights.map((weight, place) =>
          place === at ? Math.max(LEAST, weight + change) : weight,
        )
        const found = value(tried)
        if (found.value <= best.value + 1e-5) continue
        best = found
        weights = tried
      }
    }
  return { weights, ndcg: best.ndcg }
}

/** Coverage is that of each cut, added up. */
function judge(queries: readonly Query[], weights: readonly number[]): { ndcg: number; coverage: number } {
  const cuts = CUTS.map(() => new Measures())
  for (const one of queries) cuts[one.cut]?.add(listOf(one, weights), one.wanted)
  const results = cuts.map((cut) => cut.result())
  const users = results.reduce((sum, one) => sum + one.users, 0) || 1
  return {
    ndcg: results.reduce((sum, { ndcg, users: n }) => sum + ndcg * n, 0) / users,
    coverage: results.reduce((sum, { coverage }) => sum + coverage, 0),
  }
}

function listOf({ items, features }: Query, weights: readonly number[]): number[] {
  const width = weights.length
  const top: { item: number; score: number }[] = []
  for (let at = 0; at < items.length; at++) {
    let score = 0
    for (let column = 0; column < width; column++)
      score += (weights[column] as number) * (features[at * width + column] as number)
    if (top.length === PICKS && score <= (top[PICKS - 1] as { score: number }).score) continue
    let place = top.length
    while (place > 0 && (top[place - 1] as { score: number }).score < score) place -= 1
    top.splice(place, 0, { item: items[at] as number, score })
    if (top.length > PICKS) top.pop()
  }
  return top.map(({ item }) => item)
}
