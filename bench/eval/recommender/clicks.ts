import type { Recommender } from '../../../dist/actors/recommender/open-recommender.js'
import type { BenchResult } from '../../result.ts'
import type { Later } from './later.ts'
import { picksOf } from './picks.ts'

const SIMULATED = 2000
/** The share of each blend is read over the last so many users. */
const WINDOW = 400

/** What 2,000 simulated users taught the route. */
export interface Clicks {
  /** By blend: the share of the users that click on its picks, were it the only blend. */
  readonly rates: Readonly<Record<string, number>>
  /** By blend: its share among the last users. */
  readonly shares: Readonly<Record<string, number>>
  /** Share of the users that clicked on what the route chose. */
  readonly clicked: number
}

/**
 * Users come one after the other, and click if they took one of the picks later. The route learns from the clicks alone. Every
 * blend is asked for the picks of every user too, so that its rate is known beside.
 */
export async function clicksOf(team: Recommender, users: readonly Later[]): Promise<Clicks> {
  const { routes } = team.running
  routes.freeze(false)
  const simulated = Array.from({ length: SIMULATED }, (_, n) => users[n % users.length] as Later)
  const late = new Map<string, number>()
  let clicked = 0
  for (const [n, { user, wanted }] of simulated.entries()) {
    const { id, picks, blend } = await team.recommend(user)
    const click = picks.some(({ item }) => wanted.has(item))
    team.feedback(id, click ? 1 : 0)
    if (click) clicked += 1
    if (n >= SIMULATED - WINDOW) late.set(blend, (late.get(blend) ?? 0) + 1)
  }
  return {
    rates: await ratesOf(team, simulated),
    shares: Object.fromEntries([...late].map(([blend, count]) => [blend, count / WINDOW])),
    clicked: clicked / SIMULATED,
  }
}

async function ratesOf(team: Recommender, users: readonly Later[]): Promise<Record<string, number>> {
  const { routes } = team.running
  const learned = routes.save()
  const rates: Record<string, number> = {}
  for (const blend of ['learned', 'taste', 'discover']) {
    // A frozen route takes the blend of the greatest mean.
    const arms = [{ name: blend, plays: 1e6, count: 1e6, sum: 1e6 }]
    const fans = { blend: { version: 1 as const, kind: 'thompson' as const, frozen: true, arms } }
    routes.restore({ version: 1, pipeline: 'recommender', fans })
    let clicks = 0
    for await (const { wanted, picks } of picksOf(team, users))
      if (picks.some(({ item }) => wanted.has(item))) clicks += 1
    rates[blend] = clicks / users.length
  }
  routes.restore(learned)
  return rates
}

export function learnsBy({ rates, shares, clicked }: Clicks): BenchResult[] {
  const best = Math.max(...Object.values(rates))
  return [
    ...Object.entries(rates).flatMap(([blend, rate]) => [
      { name: `blend ${blend}: users that click`, value: rate, unit: 'share' },
      { name: `blend ${blend}: share after ${SIMULATED} users`, value: shares[blend] ?? 0, unit: 'share' },
    ]),
    {
      name: 'route: users that click',
      value: clicked,
      unit: 'share',
      ratio: clicked / best,
      of: 'the best blend',
    },
  ]
}
