import type { Recommender } from '../../../dist/actors/recommender/open-recommender.js'
import type { Later } from './later.ts'

const PICKS = 10

/** The picks for every user, in their order, as one job. */
export async function* picksOf({ running }: Recommender, users: readonly Later[]) {
  const rows = users.map((later) => ({ ...later, picks: PICKS }))
  for await (const { input, value } of running.askAll(rows, { ordered: true, onError: 'throw' }))
    if (value !== undefined) yield { user: input.user, wanted: input.wanted, picks: value.picks }
}
