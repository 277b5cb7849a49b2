/**
 * How often each item came lately: a count that shrinks by e every `lifeMs`. An event costs the same whatever came before it,
 * and one that comes late counts as if it had come in time.
 *
 *   count(now) = Σ e^−(now − t) / life
 */
export class DecayedCounts {
  readonly #lifeMs: number
  readonly #values: number[] = []
  readonly #at: number[] = []

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs
  }

  add(item: number, at: number): void {
    const value = this.#values[item] ?? 0
    const last = this.#at[item] ?? at
    const latest = Math.max(last, at)
    this.#values[item] = value * this.#left(latest - last) + this.#left(latest - at)
    this.#at[item] = latest
  }

  at(item: number, now: number): number {
    const value = this.#values[item]
    return value === undefined ? 0 : value * this.#left(Math.max(0, now - (this.#at[item] as number)))
  }

  #left(ms: number): number {
    return this.#lifeMs === Number.POSITIVE_INFINITY ? 1 : Math.exp(-ms / this.#lifeMs)
  }
}
