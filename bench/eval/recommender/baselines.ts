import type { Rating } from '../../../dist/actors/recommender/ratings/events.js'
import type { Later } from './later.ts'

const LISTED = 10
const SHRINKAGE = 20

type Baseline = (one: Later) => readonly string[]

/** The most taken items that the user lacks; with `lifeMs` a rating counts e times less for each life that has passed. */
export function mostPopular(known: readonly Rating[], lifeMs = Number.POSITIVE_INFINITY): Baseline {
  const now = known.at(-1)?.at ?? 0
  const counts = new Map<string, number>()
  for (const { item, at } of known) {
    const weight = lifeMs === Number.POSITIVE_INFINITY ? 1 : Math.exp((at - now) / lifeMs)
    counts.set(item, (counts.get(item) ?? 0) + weight)
  }
  const order = byScore(counts)
  return ({ taken }) => {
    const list: string[] = []
    for (const item of order) {
      if (list.length === LISTED) break
      if (!taken.includes(item)) list.push(item)
    }
    return list
  }
}

/** Item-kNN: Σ over the user's items of pairs / (√(n_i · n_j) + 20) (Sarwar et al. 2001); filled up by popularity. */
export function itemKnn(known: readonly Rating[]): Baseline {
  const users = new Map<string, string[]>()
  const counts = new Map<string, number>()
  const takers = new Map<string, string[]>()
  for (const { user, item } of known) {
    users.set(user, [...(users.get(user) ?? []), item])
    counts.set(item, (counts.get(item) ?? 0) + 1)
    const list = takers.get(item)
    if (list === undefined) takers.set(item, [user])
    else list.push(user)
  }
  const rows = new Map<string, Map<string, number>>()
  const rowOf = (item: string) => {
    const made = rows.get(item)
    if (made !== undefined) return made
    const pairs = new Map<string, number>()
    for (const user of takers.get(item) ?? [])
      for (const other of users.get(user) ?? []) pairs.set(other, (pairs.get(other) ?? 0) + 1)
    rows.set(item, pairs)
    return pairs
  }
  const popular = mostPopular(known)
  return (one) => {
    const scores = new Map<string, number>()
    for (const item of one.taken)
      for (const [other, pairs] of rowOf(item)) {
        const norm = Math.sqrt((counts.get(item) ?? 0) * (counts.get(other) ?? 0)) + SHRINKAGE
        scores.set(other, (scores.get(other) ?? 0) + pairs / norm)
      }
    for (const item of one.taken) scores.delete(item)
    const list = byScore(scores).slice(0, LISTED)
    return [...new Set([...list, ...popular(one)])].slice(0, LISTED)
  }
}

function byScore(scores: ReadonlyMap<string, number>): string[] {
  return [...scores].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([item]) => item)
}
