import type { Library, Taken } from '../state/library.ts'
import { type Asked, best, byShare, NOTHING, type Recall } from './recall.ts'
import { topCauses } from './together.ts'

/** What fits the user's taste in the factors of everyone's history (implicit ALS). Nothing before the first training. */
export function findByFactors(library: Library, { history }: Asked): Recall {
  const { factors } = library
  const known = library.speaking(history).filter(({ item }) => factors !== undefined && item < factors.count)
  if (factors === undefined || known.length === 0) return NOTHING
  const taste = factors.taste(known.map(({ item }) => item))
  const scores = new Float64Array(library.items.length)
  for (let item = 0; item < factors.count; item++) scores[item] = factors.score(taste, item)
  return best(scores, history, byShare)
}

/** The items of a history that are most like one, to the people who take them. */
export function factorCauses(library: Library, history: readonly Taken[], item: number): readonly number[] {
  const { factors } = library
  if (factors === undefined || item >= factors.count) return []
  return topCauses(library.speaking(history), (one) =>
    one.item < factors.count ? factors.likeness(one.item, item) : 0,
  )
}
