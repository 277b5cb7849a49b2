import type { InferenceErrorCode } from './errors.ts'

/** Totals of one model version since the engine was made. */
export interface ModelTotals {
  readonly rows: number
  readonly batches: number
  /** Milliseconds that workers spent computing. */
  readonly computeMs: number
  /** Failed rows, by the error's code. */
  readonly rejected: Readonly<Record<string, number>>
  readonly cacheHits: number
  readonly coalesced: number
  /** Share of all computed places that held data, not padding, 0 to 1. */
  readonly fill: number
  /** Compute milliseconds by owner (`InferenceCall.owner`; within a system, a pipeline's name). */
  readonly costMs: Readonly<Record<string, number>>
}

class Totals {
  rows = 0
  batches = 0
  computeMs = 0
  cacheHits = 0
  coalesced = 0
  used = 0
  computed = 0
  readonly rejected = new Map<string, number>()
  readonly cost = new Map<string, number>()
}

/** Most owners. Beyond it they share one line, so that names made per request can't fill the memory. */
const OWNERS_MAX = 1_000

/** The work, failures and cost of every model. */
export class Accounts {
  readonly #models = new Map<string, Totals>()

  batch(
    model: string,
    rows: number,
    ms: number,
    used: number | undefined,
    computed: number | undefined,
  ): void {
    const totals = this.#of(model)
    totals.rows += rows
    totals.batches += 1
    totals.computeMs += ms
    totals.used += used ?? rows
    totals.computed += computed ?? rows
  }

  cost(model: string, owner: string | undefined, ms: number): void {
    const { cost } = this.#of(model)
    const name = owner ?? 'unnamed'
    const line = cost.has(name) || cost.size < OWNERS_MAX ? name : 'others'
    cost.set(line, (cost.get(line) ?? 0) + ms)
  }

  hit(model: string): void {
    this.#of(model).cacheHits += 1
  }

  coalesced(model: string): void {
    this.#of(model).coalesced += 1
  }

  rejected(model: string, code: InferenceErrorCode, rows: number): void {
    const { rejected } = this.#of(model)
    rejected.set(code, (rejected.get(code) ?? 0) + rows)
  }

  totals(): Record<string, ModelTotals> {
    return Object.fromEntries(
      [...this.#models].map(([model, totals]) => {
        const { rows, batches, computeMs, cacheHits, coalesced, used, computed, rejected, cost } = totals
        return [
          model,
          {
            rows,
            batches,
            computeMs,
            rejected: Object.fromEntries(rejected),
            cacheHits,
            coalesced,
            fill: computed === 0 ? 1 : used / computed,
            costMs: Object.fromEntries(cost),
          },
        ]
      }),
    )
  }

  #of(model: string): Totals {
    let totals = this.#models.get(model)
    if (totals === undefined) {
      totals = new Totals()
      this.#models.set(model, totals)
    }
    return totals
  }
}
