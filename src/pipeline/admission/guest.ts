/** Longest time until a run is due, milliseconds. A run without a deadline therefore never waits forever behind others. */
const DUE_MS = 30_000

/** A run as the door sees it. */
export interface Guest {
  /** Grows from run to run. */
  readonly id: number
  /** When it was asked, monotonic milliseconds. */
  readonly startedAt: number
  /** Monotonic milliseconds; Infinity: none. */
  readonly deadline: number
  /** The tenant whose share of the pipeline it uses. */
  readonly tenant: string | undefined
  /** Higher first, a whole number from -7 to 7. */
  readonly priority: number
  /** When it was admitted, monotonic milliseconds; NaN while it waits. */
  begunAt: number
  /** Runs in flight when it was admitted, including itself. */
  company: number
  /** Mean of how many were in flight over its time, once it has ended; before, the sum of the door when it began. */
  meanCompany: number
  /** The time charged to its tenant when it was admitted, milliseconds; 0 if it did not wait. */
  charged: number
  /** The time that its steps have taken so far, milliseconds. */
  readonly costMs: number
}

/** When a run is due, monotonic milliseconds. Runs, their rows and their turns at the door are ordered by it. */
export function dueOf({ deadline, startedAt }: Pick<Guest, 'deadline' | 'startedAt'>): number {
  return Math.min(deadline, startedAt + DUE_MS)
}
