import type { LimitPhase } from './limit.ts'

/** Work of one kind of runs. */
export interface Work {
  readonly runs: number
  /** The time that their steps took, milliseconds. */
  readonly ms: number
  /** Rows that they put through models. */
  readonly rows: number
}

/** A pipeline's load now, and the outcomes of all its runs so far. */
export interface PipelineLoad {
  /** Runs that have begun and not ended, without those that wait for a person. */
  readonly inFlight: number
  /** Runs that wait to begin. */
  readonly waiting: number
  /** The same by tenant; '' holds runs without a tenant. */
  readonly waitingBy: Readonly<Record<string, number>>
  /** Runs that may be in flight now. */
  readonly limit: number
  /** The limit's last move; absent before the first. */
  readonly moved?: LimitChange
  /** Time a run takes once it has begun: the mean, and the longest that the door expects, milliseconds. NaN before the first answer. */
  readonly serviceMs: { readonly mean: number; readonly most: number }
  /** Answered: goodput. */
  readonly answered: Work
  /** Begun and not answered, for whatever reason: wasted. */
  readonly wasted: Work
  /** Of those not answered: runs whose deadline passed after they had begun. */
  readonly expired: number
  /** Refused at the door with `overloaded`. */
  readonly refused: number
  /** Refused with `overloaded` after waiting, because they could no longer be answered in time. */
  readonly refusedWaiting: number
}

/** A move of the limit, and why. */
export interface LimitChange {
  readonly from: number
  readonly to: number
  readonly why: LimitPhase
  /** Monotonic milliseconds. */
  readonly at: number
}

/** The counters of `PipelineLoad`. */
export class Tally {
  readonly answered = { runs: 0, ms: 0, rows: 0 }
  readonly wasted = { runs: 0, ms: 0, rows: 0 }
  expired = 0
  refused = 0
  refusedWaiting = 0
}
