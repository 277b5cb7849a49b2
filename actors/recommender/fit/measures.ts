const CUTOFF = 10
const DISCOUNTS = Array.from({ length: CUTOFF }, (_, at) => 1 / Math.log2(at + 2))

/** How good lists are, over many users. */
export interface Measured {
  readonly users: number
  /** Discounted gain of the first ten as a share of the greatest possible (Järvelin and Kekäläinen 2002). */
  readonly ndcg: number
  /** Share of a user's held-out items among the first ten. */
  readonly recall: number
  /** Different items among all lists. */
  readonly coverage: number
}

/** Adds up the measures list by list. */
export class Measures {
  #users = 0
  #ndcg = 0
  #recall = 0
  readonly #items = new Set<number>()

  add(list: readonly number[], wanted: ReadonlySet<number>): void {
    let gain = 0
    let hits = 0
    for (let at = 0; at < Math.min(CUTOFF, list.length); at++) {
      const item = list[at] as number
      this.#items.add(item)
      if (!wanted.has(item)) continue
      hits += 1
      gain += DISCOUNTS[at] as number
    }
    let ideal = 0
    for (let at = 0; at < Math.min(CUTOFF, wanted.size); at++) ideal += DISCOUNTS[at] as number
    this.#users += 1
    this.#ndcg += gain / ideal
    this.#recall += hits / wanted.size
  }

  result(): Measured {
    const users = Math.max(1, this.#users)
    return {
      users: this.#users,
      ndcg: this.#ndcg / users,
      recall: this.#recall / users,
      coverage: this.#items.size,
    }
  }
}
