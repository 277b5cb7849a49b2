import type { RandomStream } from '../../../src/kernel/kernel.ts'
import type { Item, Rating } from '../ratings/events.ts'
import { Library } from '../state/library.ts'

/** The state at a point in time, and what came after it. */
export interface Split {
  readonly library: Library
  /** By user: the items that were new to the user and came later. */
  readonly later: ReadonlyMap<string, ReadonlySet<number>>
}

/**
 * Everything before a point in time is known, what comes next is to be foretold.
 *
 * @param ratings in the order of time
 * @param known how many are known
 * @param until the end of those to foretell
 */
export function splitAt(
  items: readonly Item[],
  ratings: readonly Rating[],
  known: number,
  until: number,
  random: RandomStream,
): Split {
  const library = new Library()
  for (const item of items) library.addItem(item)
  for (const rating of ratings.slice(0, known)) library.observe(rating)
  library.train(random)
  const later = new Map<string, Set<number>>()
  for (const { user, item: id, at } of ratings.slice(known, until)) {
    // An item that only the future knows can't be recommended by anyone, but it was wanted.
    const item = library.number(id) ?? library.addItem({ id, title: id, genres: [] })
    if (at < library.now || library.history(user).some((one) => one.item === item)) continue
    const wanted = later.get(user)
    if (wanted === undefined) later.set(user, new Set([item]))
    else wanted.add(item)
  }
  return { library, later }
}
