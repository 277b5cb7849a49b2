import type { Fan } from '../run/layout.ts'

/** Times of looking at the load are at least so far apart, milliseconds. */
const LOOK_MS = 100
/** So many looks in a row at which nobody waits bring one branch back. */
const CALM_LOOKS = 3
/** Without a look for so many times as long, the load has gone. */
const FORGOTTEN_LOOKS = 20

const NOTHING: readonly string[] = Object.freeze([])

/**
 * Which optional branches do without while runs wait: one more at every look at which many wait, one less when nobody has
 * waited for a while. The branch with the least worth for what it costs goes first; one branch of a fan always stays.
 */
export class Brownout {
  /** How many branches of a fan are left out, and the most that any fan can do without. */
  #level = 0
  #most = 0
  #calm = 0
  #lookedAt = Number.NEGATIVE_INFINITY
  #everyMs = LOOK_MS
  /** By node: the branch that it belongs to, and the mean time of its messages, milliseconds. */
  readonly #costs = new Map<string, { readonly branch: string; ms: number }>()

  /** A message at a node of a branch has taken `ms`. */
  cost(node: string, branch: string, ms: number): void {
    const known = this.#costs.get(node)
    if (known === undefined) this.#costs.set(node, { branch, ms })
    else known.ms += (ms - known.ms) / 16
  }

  /** So many runs wait and may be in flight, and a run takes `meanMs`. */
  look(waiting: number, limit: number, meanMs: number, now: number): void {
    if (now - this.#lookedAt < this.#everyMs) return
    this.#lookedAt = now
    this.#everyMs = Math.max(LOOK_MS, meanMs || 0)
    if (waiting > limit / 2) {
      this.#calm = 0
      this.#level = Math.min(this.#most, this.#level + 1)
      return
    }
    this.#calm = waiting === 0 ? this.#calm + 1 : 0
    if (this.#calm < CALM_LOOKS || this.#level === 0) return
    this.#calm = 0
    this.#level -= 1
  }

  /** The branches of a fan that a message does not go to now. */
  shed({ optional, branches }: Fan, now: number): readonly string[] {
    if (optional === undefined) return NOTHING
    this.#most = Math.max(this.#most, optional.size)
    if (this.#level === 0) return NOTHING
    if (now - this.#lookedAt > this.#everyMs * FORGOTTEN_LOOKS) {
      this.#level = 0
      return NOTHING
    }
    const byWorth = branches
      .filter((branch) => optional.has(branch))
      .map((branch) => ({ branch, worth: (optional.get(branch) as number) / this.#costOf(branch) }))
      .sort((a, b) => a.worth - b.worth)
    return byWorth.slice(0, Math.min(this.#level, branches.length - 1)).map(({ branch }) => branch)
  }

  #costOf(branch: string): number {
    let sum = 0
    for (const one of this.#costs.values()) if (one.branch === branch) sum += one.ms
    return sum
  }
}
