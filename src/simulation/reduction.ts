import type { Exploration } from './explore.ts'

/** What a search has left out. */
export interface Reduction {
  /** Runs that came to their end: no two of them are the same but for the order of steps that commute. */
  readonly orders: number
  /** Runs that ended early, since they could only repeat others. */
  readonly repeats: number
  /** How many orders the runs stand for; undefined where these are not all, or too many to count. */
  readonly of: number | undefined
}

/** Whether an exhaustive search has seen all. */
export function seenOf({ runs, complete, reduction }: Exploration): string {
  if (!complete) return `stopped at ${runs} runs, not all schedules seen`
  if (reduction === undefined) return `all ${runs} schedules seen`
  const { orders, repeats, of } = reduction
  const from = of === undefined ? 'more than were counted' : String(of)
  const early = repeats === 0 ? '' : `; ${repeats} runs ended early`
  return `all ${orders} schedules that differ seen (reduced from ${from}${early})`
}
