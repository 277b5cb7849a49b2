import type { Duration } from '../../kernel/durations.ts'

/** When a join answers: how many parts it needs, and how long it waits for the rest. */
export interface JoinOptions {
  /** Name of the merge in A, paths and metrics. */
  readonly name?: string
  /** Parts needed at least; by default all, or 1 with `onMissing: 'partial'`. */
  readonly quorum?: number
  /**
   * Once the quorum is there: how long to wait for the rest, at most nine tenths of the time that the run has left. By default 0 with
   * a quorum, else until all settled.
   */
  readonly grace?: Duration
  /** From the first part: how long to wait in all. */
  readonly deadline?: Duration
  /**
   * What a part that does not come does: fails the run, is left out (`partial`), or is stood for by a value, by branch. A value
   * counts with its branch's weight; branches without one may be missing.
   */
  readonly onMissing?: 'fail' | 'partial' | { readonly default: Readonly<Record<string, unknown>> }
}

/** Name and place of one step. */
export interface StepOptions {
  /** Its name in A, paths and metrics; a number is added where it is taken. */
  readonly name?: string
}

/** The bound of a loop: without one it would not be a pipeline that can be reasoned about. */
export interface LoopBounds extends StepOptions {
  /** Turns at most, from 1. */
  readonly max: number
  /** After `max` turns without being done: `fail` (default) with `LoopBoundError`, or go on with the `value` of the last. */
  readonly onMax?: 'fail' | 'value'
}
