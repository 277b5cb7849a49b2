import type { Duration } from '../../kernel/durations.ts'

/** When a join answers: the number of parts it needs, and how long it waits for the rest. */
export interface JoinOptions {
  /** Name of the merge in A, paths and metrics. */
  readonly name?: string
  /** Least number of parts. Default: all, or 1 with `onMissing: 'partial'`. */
  readonly quorum?: number
  /**
   * How long to wait for the rest after the quorum, at most nine tenths of the run's remaining time. Default: 0 with
   * a quorum, else until all have settled.
   */
  readonly grace?: Duration
  /** How long to wait in all, from the first part. */
  readonly deadline?: Duration
  /**
   * What to do about a missing part: fail the run, leave it out (`partial`), or use a value, by branch. A value
   * counts with its branch's weight; branches without a value may be missing.
   */
  readonly onMissing?: 'fail' | 'partial' | { readonly default: Readonly<Record<string, unknown>> }
}

/** Name and place of one step. */
export interface StepOptions {
  /** Its name in A, paths and metrics; a number is appended if it is taken. */
  readonly name?: string
}

/** The bound of a loop, without which nobody could reason about the pipeline. */
export interface LoopBounds extends StepOptions {
  /** Most turns, at least 1. */
  readonly max: number
  /** What to do when `max` turns were not enough: `fail` (default) with `LoopBoundError`, or continue with the last `value`. */
  readonly onMax?: 'fail' | 'value'
}
