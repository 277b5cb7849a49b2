/** A run is due after so long at the latest, milliseconds: one without a deadline does not wait behind others without end. */
const DUE_MS = 30_000

/** A run as the door sees it. */
export interface Guest {
  /** Grows from run to run. */
  readonly id: number
  /** When it was asked, monotonic milliseconds. */
  readonly startedAt: number
  /** Monotonic milliseconds; Infinity: none. */
  readonly deadline: number
  /** Whose share of the pipeline it takes. */
  readonly tenant: string | undefined
  /** Higher first, a whole number from -7 to 7. */
  readonly priority: number
  /** When it was let in, monotonic milliseconds; NaN while it waits. */
  begunAt: number
  /** How many were in flight when it was let in, itself included. */
  company: number
  /** What its tenant was charged for it when it was let in, milliseconds; 0 where it did not wait. */
  charged: number
  /** The time that its steps have taken so far, milliseconds. */
  readonly costMs: number
}

/** When a run is due, monotonic milliseconds: what runs, their rows and their turns at the door are ordered by. */
export function dueOf({ deadline, startedAt }: Pick<Guest, 'deadline' | 'startedAt'>): number {
  return Math.min(deadline, startedAt + DUE_MS)
}
