import { aFunction, demand } from '../kernel/demand.ts'
import { oneOf } from '../kernel/one-of.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { MergeError } from './errors.ts'
import { checkList } from './selection.ts'
import {
  type Accumulator,
  type BeginContext,
  type MergeContext,
  mergeAll,
  type Parts,
  ranksOf,
  sumOf,
  weightOf,
} from './strategy.ts'

/** One item of a combined ranking. */
export interface Combined<T> {
  readonly item: T
  /** Σ weight · normalised score, best first. */
  readonly score: number
  /** Normalised score in each branch that listed it. */
  readonly scores: { readonly [branch: string]: number }
}

/** How the scores of lists with different scales are made comparable. */
export interface ConvexCombinationOptions<T> {
  /** An item's score in its list; higher is better. */
  readonly score: (item: T) => number
  /** Identity of an item across branches; by default the item itself. */
  readonly by?: (item: T) => unknown
  /**
   * `'min-max'`: (x − least) / (most − least), so that each list runs from 0 to 1. `'z-score'`: (x − mean) / deviation over
   * the list. Default `'min-max'`.
   */
  readonly normalize?: 'min-max' | 'z-score'
  /**
   * By branch: the least score that there can be, such as 0 for BM25 or −1 for a cosine. An item that the list lacks counts
   * as this there. Default: the lowest score of the list.
   */
  readonly least?: { readonly [branch: string]: number }
}

/** Convex combination as a merge; `begin` holds each item once, with its scores. */
export interface ConvexCombination<T> {
  (parts: Parts<readonly T[]>, at: MergeContext): Combined<T>[]
  /** The same merge, taking parts as they come; its result does not depend on their order. */
  begin(at: BeginContext): Accumulator<readonly T[], Combined<T>[]>
}

const OPTIONS = ['score', 'by', 'normalize', 'least'] as const

/**
 * Convex combination of scored lists: `score(d) = Σ_i w_i · norm_i(s_i(d))`, weights over the lists that came, scores made
 * comparable list by list. Unlike `reciprocalRank` it uses how far apart scores are, not only their order.
 *
 * - Ties keep the order of first appearance, branch by branch; an item listed twice in one branch counts by its better score.
 * - Empties: an empty list says nothing of any item; of no list comes an empty ranking.
 * - A list of equal scores, its `least` among them, gives 0 to every item.
 * - NaN and ±Infinity as a score: refused, naming branch and place: one would decide the whole list.
 * - Where all weights are 0 each list counts the same.
 *
 * Source: Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023 (min-max, z-score, and
 * min-max from a `least` that theory gives).
 *
 * @throws InvalidArgumentError (`invalid-argument`) for wrong options; MergeError (`merge`) when a part is not a list or a
 * score is not finite, naming its branch.
 */
export function convexCombination<T>(options: ConvexCombinationOptions<T>): ConvexCombination<T> {
  onlyOptions(options ?? null, 'convexCombination', OPTIONS)
  const { least = {} } = options
  const settings: Settings<T> = {
    score: aFunction(options.score, 'convexCombination.score', 'a function that gives the score of an item'),
    by: aFunction(options.by ?? ((item: T) => item), 'convexCombination.by'),
    normalize: oneOf(['min-max', 'z-score'], options.normalize ?? 'min-max', 'convexCombination.normalize'),
    least: demand(
      new Map(Object.entries(least)),
      'convexCombination.least',
      'an object of finite numbers by branch',
      (given) => [...given.values()].every((value) => Number.isFinite(value)),
    ),
  }
  const begin = (at: BeginContext) => new Combination<T>(settings, at)
  return Object.assign(
    (parts: Parts<readonly T[]>, at: MergeContext) =>
      mergeAll<readonly T[], Combined<T>[]>(begin, parts, at.weights),
    { begin },
  )
}

interface Settings<T> {
  readonly score: (item: T) => number
  readonly by: (item: T) => unknown
  readonly normalize: 'min-max' | 'z-score'
  readonly least: ReadonlyMap<string, number>
}

/** A list that came, and how its scores become comparable: (score − from) / width / deviation. */
interface List {
  readonly branch: string
  /** By number of item; NaN for those that it lacks. */
  readonly scores: readonly number[]
  readonly share: number
  /** What an item counts before that where the list lacks it. */
  readonly least: number
  readonly from: number
  /** 0: all scores are equal, and count as 0. */
  readonly width: number
  readonly deviation: number
}

/** Items have numbers, and all that is known of them is in columns: an object for each would be most of what a merge allocates. */
class Combination<T> implements Accumulator<readonly T[], Combined<T>[]> {
  readonly #settings: Settings<T>
  readonly #rank: (branch: string) => number
  readonly #weights: { readonly [branch: string]: number }
  readonly #numbers = new Map<unknown, number>()
  readonly #items: T[] = []
  /** By item: rank of the branch that it was taken from, and its place in the list. */
  readonly #ranks: number[] = []
  readonly #places: number[] = []
  /** Branches in the order in which they came, each with its scores. */
  readonly #came: string[] = []
  readonly #scores: number[][] = []

  constructor(settings: Settings<T>, at: BeginContext) {
    this.#settings = settings
    this.#rank = ranksOf(at.branches)
    this.#weights = at.weights
  }

  add(branch: string, list: readonly T[]): void {
    checkList(branch, list)
    const given = list.map((item, place) => finite(this.#settings.score(item), branch, place))
    this.#came.push(branch)
    const scores = new Array<number>(this.#items.length).fill(Number.NaN)
    this.#scores.push(scores)
    const rank = this.#rank(branch)
    for (let place = 0; place < list.length; place += 1) {
      const item = list[place] as T
      const number = this.#numberOf(item, rank, place)
      const score = given[place] as number
      const known = number < scores.length ? (scores[number] as number) : Number.NaN
      scores[number] = Number.isNaN(known) ? score : Math.max(score, known)
    }
  }

  #numberOf(item: T, rank: number, place: number): number {
    const key = this.#settings.by(item)
    const known = this.#numbers.get(key)
    const number = known ?? this.#items.length
    if (known === undefined) this.#numbers.set(key, number)
    if (known === undefined || rank < (this.#ranks[number] as number)) {
      this.#items[number] = item
      this.#ranks[number] = rank
      this.#places[number] = place
    }
    return number
  }

  result(): Combined<T>[] {
    const lists = this.#lists()
    const [items, ranks, places] = [this.#items, this.#ranks, this.#places]
    // Of every item; made once.
    const parts = new Array<number>(lists.length)
    const totals = new Float64Array(items.length)
    const order = new Uint32Array(items.length)
    for (let number = 0; number < items.length; number += 1) {
      for (let i = 0; i < lists.length; i += 1) {
        const list = lists[i] as List
        const score = scoreIn(list, number)
        parts[i] = list.share * scaled(list, Number.isNaN(score) ? list.least : score)
      }
      totals[number] = sumOf(parts)
      order[number] = number
    }
    order.sort(
      (a, b) =>
        (totals[b] as number) - (totals[a] as number) ||
        (ranks[a] as number) - (ranks[b] as number) ||
        (places[a] as number) - (places[b] as number),
    )
    return Array.from(order, (number) => ({
      item: items[number] as T,
      score: totals[number] as number,
      scores: scaledScores(number, lists),
    }))
  }

  /** In the order of their branches. */
  #lists(): List[] {
    const given = this.#came.map((branch) => weightOf(this.#weights, branch))
    const whole = sumOf(given)
    const lists = this.#came.map((branch, came) => ({
      branch,
      scores: this.#scores[came] as number[],
      share: whole > 0 ? (given[came] as number) / whole : 1 / this.#came.length,
      ...this.#scaleOf(branch, this.#scores[came] as number[]),
    }))
    return lists.sort((a, b) => this.#rank(a.branch) - this.#rank(b.branch))
  }

  #scaleOf(branch: string, all: readonly number[]): Pick<List, 'least' | 'from' | 'width' | 'deviation'> {
    const scores = all.filter((score) => !Number.isNaN(score))
    if (scores.length === 0) return { least: 0, from: 0, width: 0, deviation: 1 }
    const lowest = scores.reduce((least, score) => Math.min(least, score))
    const least = this.#settings.least.get(branch) ?? lowest
    if (this.#settings.normalize === 'z-score') {
      const mean = sumOf(scores) / scores.length
      // Divided by the widest first: squares of tiny distances would be 0.
      const widest = scores.reduce((most, score) => Math.max(most, Math.abs(score - mean)), 0)
      const squares = scores.map((score) => ((score - mean) / widest) ** 2)
      return { least, from: mean, width: widest, deviation: Math.sqrt(sumOf(squares) / scores.length) }
    }
    const width = scores.reduce((most, score) => Math.max(most, score)) - least
    return { least, from: least, width, deviation: 1 }
  }
}

/** NaN if the list lacks the item; later lists have brought more items. */
function scoreIn({ scores }: List, number: number): number {
  return number < scores.length ? (scores[number] as number) : Number.NaN
}

function scaled({ from, width, deviation }: List, score: number): number {
  return width > 0 ? (score - from) / width / deviation : 0
}

function scaledScores(number: number, lists: readonly List[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const list of lists) {
    const score = scoreIn(list, number)
    if (Number.isNaN(score)) continue
    // Assigning to this one name would set the prototype.
    if (list.branch === '__proto__')
      Object.defineProperty(all, list.branch, { ...PLAIN, value: scaled(list, score) })
    else all[list.branch] = scaled(list, score)
  }
  return all
}

const PLAIN = { configurable: true, enumerable: true, writable: true } as const

function finite(score: number, branch: string, place: number): number {
  if (Number.isFinite(score)) return score
  throw new MergeError(
    `the score of item ${place} of part '${branch}' is ${String(score)}`,
    `parts.${branch}[${place}]`,
    score,
    'Give every item a finite score',
  )
}
