import type { Library, Taken } from '../state/library.ts'
import { type Asked, best, byLogarithm, type Recall } from './recall.ts'

/** Items that are older by this much in a user's history speak e times less. */
const LIFE_MS = 14 * 86_400_000

/** What others took who took the same: co-occurrence with the items of the history, of which the latest speak loudest. */
export function findTogether(library: Library, { history }: Asked): Recall {
  const scores = new Float64Array(library.items.length)
  const speaking = library.speaking(history)
  const latest = speaking.reduce((most, { at }) => Math.max(most, at), 0)
  for (const { item, at } of speaking) library.together.gather(item, loudness(latest - at), scores)
  library.together.settle(scores)
  return best(scores, history, byLogarithm)
}

/** The items of a history that speak most for one, as co-occurrence sees it. */
export function togetherCauses(library: Library, history: readonly Taken[], item: number): readonly number[] {
  return topCauses(library.speaking(history), (one) => library.together.score(one.item, item))
}

/** The two of a history that score highest, if above 0. Only those that come into question are asked whether they are a cause. */
export function topCauses(
  history: readonly Taken[],
  score: (one: Taken) => number,
  isCause: (item: number) => boolean = () => true,
): readonly number[] {
  const ranked = history
    .map((one) => [one.item, score(one)] as const)
    .filter(([, x]) => x > 0)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
  const causes: number[] = []
  for (const [item] of ranked) {
    if (isCause(item)) causes.push(item)
    if (causes.length === 2) break
  }
  return causes
}

function loudness(ageMs: number): number {
  return Math.exp(-ageMs / LIFE_MS)
}
