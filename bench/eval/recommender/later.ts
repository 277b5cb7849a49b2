import type { Rating } from '../../../dist/actors/recommender/ratings/events.js'

/** A user with a history, and what the user took later. */
export interface Later {
  readonly user: string
  /** Items taken before. */
  readonly taken: readonly string[]
  readonly wanted: ReadonlySet<string>
}

/** Users that are in both parts, in the order in which they come back. */
export function laterOf(known: readonly Rating[], after: readonly Rating[]): readonly Later[] {
  const taken = new Map<string, string[]>()
  for (const { user, item } of known) {
    const items = taken.get(user)
    if (items === undefined) taken.set(user, [item])
    else items.push(item)
  }
  const later = new Map<string, { user: string; taken: readonly string[]; wanted: Set<string> }>()
  for (const { user, item } of after) {
    const before = taken.get(user)
    if (before === undefined || before.includes(item)) continue
    const one = later.get(user)
    if (one === undefined) later.set(user, { user, taken: before, wanted: new Set([item]) })
    else one.wanted.add(item)
  }
  return [...later.values()]
}
