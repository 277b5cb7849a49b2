/** Of a user's earlier items, the latest that a new one is paired with. */
const PAIRED_MOST = 24
/** A pair counts less the more items lie between its two: 1 / gap^0.7. */
const GAP = 0.7
/** A pair tells more about what follows than about what came before. */
const BACKWARD = 0.3
/** Pairs of rarely seen items are chance: both counts are taken as this much greater. */
const SHRINK = 5

/**
 * Which items the same people take, one after the other: a sparse matrix of counts that fade with time, updated by every event.
 *
 *   score(j after i) = pairs_ij / √((n_i + 5) (n_j + 5))
 *
 * All counts grow by e every `lifeMs` instead of shrinking (forward decay: Cormode et al. 2009), so no event touches old pairs.
 */
export class CoOccurrence {
  readonly #lifeMs: number
  readonly #pairs: Map<number, number>[] = []
  readonly #counts: number[] = []
  #origin: number | undefined
  #latest = 0

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs
  }

  /** @param before the user's items so far, oldest first */
  add(item: number, before: ArrayLike<number>, at: number): void {
    const weight = this.#weight(at)
    this.#counts[item] = (this.#counts[item] ?? 0) + weight
    for (let gap = 1; gap <= Math.min(PAIRED_MOST, before.length); gap++) {
      const earlier = before[before.length - gap] as number
      const share = weight / gap ** GAP
      this.#count(earlier, item, share)
      this.#count(item, earlier, share * BACKWARD)
    }
  }

  /** Adds what `item` says of every other item, `weight` times; `settle` completes the scores. */
  gather(item: number, weight: number, into: Float64Array): void {
    const share = weight / Math.sqrt((this.#counts[item] ?? 0) + this.#shrink)
    for (const [other, pairs] of this.#pairs[item] ?? [])
      into[other] = (into[other] as number) + share * pairs
  }

  /** Divides what was gathered by the other item's count, once for all. */
  settle(into: Float64Array): void {
    const shrink = this.#shrink
    for (let other = 0; other < into.length; other++)
      if (into[other] !== 0)
        into[other] = (into[other] as number) / Math.sqrt((this.#counts[other] ?? 0) + shrink)
  }

  /** How much `item` speaks for `other`, as `gather` and `settle` score it. */
  score(item: number, other: number): number {
    const pairs = this.#pairs[item]?.get(other) ?? 0
    if (pairs === 0) return 0
    const shrink = this.#shrink
    return pairs / Math.sqrt(((this.#counts[item] ?? 0) + shrink) * ((this.#counts[other] ?? 0) + shrink))
  }

  get #shrink(): number {
    return SHRINK * this.#weight(this.#latest)
  }

  #count(from: number, to: number, share: number): void {
    this.#pairs[from] ??= new Map()
    const row = this.#pairs[from] as Map<number, number>
    row.set(to, (row.get(to) ?? 0) + share)
  }

  #weight(at: number): number {
    this.#origin ??= at
    this.#latest = Math.max(this.#latest, at)
    return Math.exp((at - this.#origin) / this.#lifeMs)
  }
}
