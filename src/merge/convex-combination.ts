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

interface Entry<T> {
  item: T
  /** Place of the branch that the item was taken from, and its place in the list. */
  branch: number
  place: number
  /** By branch, in the order in which they came; undefined where a branch did not list it. */
  readonly scores: (number | undefined)[]
}

/** A list that came. */
interface List {
  readonly branch: string
  /** Its number in the order in which they came. */
  readonly came: number
  readonly share: number
  /** How its scores become comparable, and what an item counts before that where the list lacks it. */
  readonly scale: (score: number) => number
  readonly least: number
}

class Combination<T> implements Accumulator<readonly T[], Combined<T>[]> {
  readonly #settings: Settings<T>
  readonly #rank: (branch: string) => number
  readonly #weights: { readonly [branch: string]: number }
  readonly #entries = new Map<unknown, Entry<T>>()
  readonly #came: string[] = []

  constructor(settings: Settings<T>, at: BeginContext) {
    this.#settings = settings
    this.#rank = ranksOf(at.branches)
    this.#weights = at.weights
  }

  add(branch: string, list: readonly T[]): void {
    checkList(branch, list)
    const scores = list.map((item, place) => finite(this.#settings.score(item), branch, place))
    const came = this.#came.push(branch) - 1
    const rank = this.#rank(branch)
    for (let place = 0; place < list.length; place += 1) {
      const item = list[place] as T
      const score = scores[place] as number
      const key = this.#settings.by(item)
      let entry = this.#entries.get(key)
      if (entry === undefined) {
        entry = { item, branch: rank, place, scores: [] }
        this.#entries.set(key, entry)
      }
      entry.scores[came] = Math.max(score, entry.scores[came] ?? score)
      if (rank < entry.branch) Object.assign(entry, { item, branch: rank, place })
    }
  }

  result(): Combined<T>[] {
    const lists = this.#lists()
    // Of every item; made once.
    const parts = new Array<number>(lists.length)
    const scored = Array.from(this.#entries.values(), (entry) => {
      for (let i = 0; i < lists.length; i += 1) {
        const { came, share, scale, least } = lists[i] as List
        parts[i] = share * scale(entry.scores[came] ?? least)
      }
      return { entry, score: sumOf(parts) }
    })
    return scored
      .sort((a, b) => b.score - a.score || a.entry.branch - b.entry.branch || a.entry.place - b.entry.place)
      .map(({ entry, score }) => ({ item: entry.item, score, scores: scaledScores(entry.scores, lists) }))
  }

  /** In the order of their branches. */
  #lists(): List[] {
    const given = this.#came.map((branch) => weightOf(this.#weights, branch))
    const whole = sumOf(given)
    const lists = this.#came.map((branch, came) => ({
      branch,
      came,
      share: whole > 0 ? (given[came] as number) / whole : 1 / this.#came.length,
      ...this.#scaleOf(came),
    }))
    return lists.sort((a, b) => this.#rank(a.branch) - this.#rank(b.branch))
  }

  #scaleOf(came: number): Pick<List, 'scale' | 'least'> {
    const scores: number[] = []
    for (const entry of this.#entries.values()) {
      const score = entry.scores[came]
      if (score !== undefined) scores.push(score)
    }
    if (scores.length === 0) return { scale: () => 0, least: 0 }
    const lowest = scores.reduce((least, score) => Math.min(least, score))
    const least = this.#settings.least.get(this.#came[came] as string) ?? lowest
    if (this.#settings.normalize === 'z-score') {
      const mean = sumOf(scores) / scores.length
      // Divided by the widest first: squares of tiny distances would be 0.
      const widest = scores.reduce((most, score) => Math.max(most, Math.abs(score - mean)), 0)
      const squares = scores.map((score) => ((score - mean) / widest) ** 2)
      const deviation = Math.sqrt(sumOf(squares) / scores.length)
      return { scale: (score) => (widest > 0 ? (score - mean) / widest / deviation : 0), least }
    }
    const width = scores.reduce((most, score) => Math.max(most, score)) - least
    return { scale: (score) => (width > 0 ? (score - least) / width : 0), least }
  }
}

function scaledScores(
  scores: readonly (number | undefined)[],
  lists: readonly List[],
): Record<string, number> {
  const scaled: [branch: string, score: number][] = []
  for (const { branch, came, scale } of lists) {
    const own = scores[came]
    if (own !== undefined) scaled.push([branch, scale(own)])
  }
  return Object.fromEntries(scaled)
}

function finite(score: number, branch: string, place: number): number {
  if (Number.isFinite(score)) return score
  throw new MergeError(
    `the score of item ${place} of part '${branch}' is ${String(score)}`,
    `parts.${branch}[${place}]`,
    score,
    'Give every item a finite score',
  )
}
