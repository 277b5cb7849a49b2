import type { RandomStream } from '../../../src/kernel/kernel.ts'
import type { Item, Rating } from '../ratings/events.ts'
import { CoOccurrence } from './co-occurrence.ts'
import { Content, contentVector } from './content.ts'
import { DecayedCounts } from './decayed-counts.ts'
import { type Factors, trainFactors } from './factors.ts'

const DAY_MS = 86_400_000
/** Over how many days popularity is counted; the last has no end. */
export const LIVES_DAYS = [1, 3, 10, 30, Number.POSITIVE_INFINITY] as const
const PAIRS_LIFE_DAYS = 60
/** The latest items of a user that speak for others. */
const HISTORY_MOST = 40
/** Of a rating scale, the share below which an item was not liked: it speaks for nothing. */
const LIKED_FROM = 0.45

/** An item of a user's history. */
export interface Taken {
  readonly item: number
  readonly at: number
  readonly liked: boolean
}

/**
 * All that the team knows: items, who took what and when, and what follows from it. Everything but the item factors is updated
 * by every event, at the cost of that event alone; factors are trained over everything by `train`.
 *
 *   event ─┬▶ history of its user
 *          ├▶ counts of its item, by five lives          popular
 *          └▶ pairs with the user's earlier items        together      train ─▶ item factors
 */
export class Library {
  readonly items: Item[] = []
  readonly content = new Content()
  readonly popularity: readonly DecayedCounts[] = LIVES_DAYS.map((days) => new DecayedCounts(days * DAY_MS))
  readonly together = new CoOccurrence(PAIRS_LIFE_DAYS * DAY_MS)
  readonly #numbers = new Map<string, number>()
  readonly #histories = new Map<string, Taken[]>()
  factors: Factors | undefined
  /** The time of the latest event: what 'lately' is measured from, so that old data is as good as new. */
  now = 0
  events = 0
  #highest = Number.NEGATIVE_INFINITY
  #lowest = Number.POSITIVE_INFINITY

  /** The number of an item; undefined if it is unknown. */
  number(id: string): number | undefined {
    return this.#numbers.get(id)
  }

  get users(): number {
    return this.#histories.size
  }

  userIds(): IterableIterator<string> {
    return this.#histories.keys()
  }

  /** Adds an item, or gives a known one its title and genres. @returns its number */
  addItem(item: Item): number {
    const known = this.#numbers.get(item.id)
    const at = known ?? this.items.length
    this.items[at] = item
    this.content.set(at, contentVector(item))
    this.#numbers.set(item.id, at)
    return at
  }

  /** Takes in one event. An unknown item is added with its id as its title. A second rating of an item by a user replaces the first. */
  observe({ user, item: id, rating, at }: Rating): void {
    const item = this.#numbers.get(id) ?? this.addItem({ id, title: id, genres: [] })
    let history = this.#histories.get(user)
    if (history === undefined) {
      history = []
      this.#histories.set(user, history)
    }
    this.now = Math.max(this.now, at)
    this.#highest = Math.max(this.#highest, rating)
    this.#lowest = Math.min(this.#lowest, rating)
    const before = history.findIndex((one) => one.item === item)
    const taken = { item, at, liked: this.#isLiked(rating) }
    if (before >= 0) {
      history[before] = { ...taken, at: (history[before] as Taken).at }
      return
    }
    this.events += 1
    for (const counts of this.popularity) counts.add(item, at)
    this.together.add(
      item,
      history.map((one) => one.item),
      at,
    )
    history.push(taken)
  }

  /** What a user has taken, oldest first. */
  history(user: string): readonly Taken[] {
    return this.#histories.get(user) ?? []
  }

  /** The part of a history that speaks for other items: the latest that were liked; all of them if none was. */
  speaking(history: readonly Taken[]): readonly Taken[] {
    const liked = history.filter((one) => one.liked)
    return (liked.length > 0 ? liked : history).slice(-HISTORY_MOST)
  }

  /** Trains the item factors on all events. Takes seconds for 100,000 of them. */
  train(random: RandomStream): void {
    const byUser = [...this.#histories.values()].map((history) => history.map((one) => one.item))
    this.factors = trainFactors(byUser, this.items.length, random)
  }

  #isLiked(rating: number): boolean {
    if (this.#highest === this.#lowest) return true
    return (rating - this.#lowest) / (this.#highest - this.#lowest) >= LIKED_FROM
  }
}
