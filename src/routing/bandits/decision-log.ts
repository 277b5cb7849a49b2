import type { RouteCause } from '../policy.ts'

/** The rewards of one branch. Algorithms add their own fields. */
export interface Arm {
  readonly name: string
  /** Times chosen, rewarded or not. */
  plays: number
  /** Number and sum of the rewards received. */
  count: number
  sum: number
}

/** Figures stored per branch of a decision, in rows of `figures`. */
export const COUNT = 0
export const MEAN = 1
export const SCORE = 2
export const PROPENSITY = 3
export const FIGURES = 4

/** One decision. It is kept while its feedback may arrive, and a while longer for `why`. */
export interface Decision<A extends Arm> {
  readonly id: number
  /** Monotonic milliseconds. */
  readonly at: number
  readonly names: readonly string[]
  /** `figures[base + position * FIGURES + COUNT]` …; NaN where not known. Shared by a few decisions made in a row. */
  readonly figures: Float64Array
  readonly base: number
  readonly chosen: readonly number[]
  readonly arms: readonly A[]
  /** By chosen branch; NaN until its reward arrives. */
  readonly rewards: number[]
  readonly cause: RouteCause
  readonly features: Float64Array | undefined
  state: 'pending' | 'settled' | 'expired'
  /** Rewards still outstanding. */
  open: number
  /** The previous decision of the same run: a loop passes a node more than once. */
  previous: Decision<A> | undefined
  older: Decision<A> | undefined
  newer: Decision<A> | undefined
}

/** How many decisions of one run feedback reaches. A loop with more turns teaches by its latest ones. */
const TURNS_MAX = 64

/** A first-in, first-out list that allows removal from the middle; `older` and `newer` link the decisions. */
class Line<A extends Arm> {
  oldest: Decision<A> | undefined
  #newest: Decision<A> | undefined
  size = 0

  push(decision: Decision<A>): void {
    decision.older = this.#newest
    decision.newer = undefined
    if (this.#newest === undefined) this.oldest = decision
    else this.#newest.newer = decision
    this.#newest = decision
    this.size += 1
  }

  remove(decision: Decision<A>): void {
    const { older, newer } = decision
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    decision.older = undefined
    decision.newer = undefined
    this.size -= 1
  }
}

/**
 * Decisions waiting for feedback, and the latest ones that had it:
 *
 *   add ─▶ pending ── feedback ──▶ past ─▶ forgotten
 *             └── too many, too old ──▲
 *
 * Both lists are bounded. A decision that drops out of `pending` has expired and taught nothing.
 */
export class DecisionLog<A extends Arm> {
  readonly #pending = new Line<A>()
  readonly #past = new Line<A>()
  readonly #byId = new Map<number, Decision<A>>()
  readonly #pendingMax: number
  readonly #pastMax: number
  readonly #expireMs: number
  expired = 0

  constructor(pendingMax: number, pastMax: number, expireMs: number) {
    this.#pendingMax = pendingMax
    this.#pastMax = pastMax
    this.#expireMs = expireMs
  }

  get pending(): number {
    return this.#pending.size
  }

  add(decision: Decision<A>): void {
    decision.previous = this.#byId.get(decision.id)
    this.#cut(decision)
    this.#byId.set(decision.id, decision)
    this.#pending.push(decision)
    if (this.#pending.size > this.#pendingMax) this.#expire(this.#pending.oldest as Decision<A>)
  }

  /** Drops decisions that have waited too long. */
  expire(now: number): void {
    for (let oldest = this.#pending.oldest; oldest !== undefined; oldest = this.#pending.oldest) {
      if (now - oldest.at <= this.#expireMs) return
      this.#expire(oldest)
    }
  }

  /** The latest decision of the run; `previous` leads to earlier ones. */
  get(id: number): Decision<A> | undefined {
    return this.#byId.get(id)
  }

  settle(decision: Decision<A>): void {
    this.#end(decision, 'settled')
  }

  #expire(decision: Decision<A>): void {
    this.expired += 1
    this.#end(decision, 'expired')
  }

  #end(decision: Decision<A>, state: 'settled' | 'expired'): void {
    decision.state = state
    this.#pending.remove(decision)
    this.#past.push(decision)
    if (this.#past.size <= this.#pastMax) return
    const oldest = this.#past.oldest as Decision<A>
    this.#past.remove(oldest)
    oldest.previous = undefined
    if (this.#byId.get(oldest.id) === oldest) this.#byId.delete(oldest.id)
  }

  #cut(decision: Decision<A>): void {
    let at = decision
    for (let turn = 0; turn < TURNS_MAX && at.previous !== undefined; turn++) at = at.previous
    at.previous = undefined
  }
}
