import type { Recommender } from '../../../dist/actors/recommender/open-recommender.js'
import type { BenchResult } from '../../result.ts'
import type { Later } from './later.ts'

const SIMULATED = 2000
/** The share of each blend is read over the last so many users. */
const WINDOW = 400

/** What 2,000 simulated users taught the route. */
export interface Clicks {
  /** By blend: the share of all users that would click, were it the only blend. */
  readonly rates: Readonly<Record<string, number>>
  /** By blend: its share among the last users. */
  readonly shares: Readonly<Record<string, number>>
}

/**
 * Users come one after the other, over and over, and click if they took one of the picks later. The route learns from the
 * clicks alone.
 */
export async function clicksOf(team: Recommender, users: readonly Later[]): Promise<Clicks> {
  const { routes } = team.running
  routes.freeze(false)
  const served = new Map<string, { shown: number; clicked: number }>()
  const late = new Map<string, number>()
  for (let n = 0; n < SIMULATED; n++) {
    const { user, wanted } = users[n % users.length] as Later
    const { id, picks, blend } = await team.recommend(user)
    const clicked = picks.some(({ item }) => wanted.has(item))
    team.feedback(id, clicked ? 1 : 0)
    const one = served.get(blend) ?? { shown: 0, clicked: 0 }
    served.set(blend, { shown: one.shown + 1, clicked: one.clicked + (clicked ? 1 : 0) })
    if (n >= SIMULATED - WINDOW) late.set(blend, (late.get(blend) ?? 0) + 1)
  }
  return {
    rates: Object.fromEntries([...served].map(([blend, { shown, clicked }]) => [blend, clicked / shown])),
    shares: Object.fromEntries([...late].map(([blend, count]) => [blend, count / WINDOW])),
  }
}

export function learnsBy({ rates, shares }: Clicks): BenchResult[] {
  return Object.entries(rates).flatMap(([blend, rate]) => [
    { name: `blend ${blend}: users that click`, value: rate, unit: 'share' },
    { name: `blend ${blend}: share after ${SIMULATED} users`, value: shares[blend] ?? 0, unit: 'share' },
  ])
}
