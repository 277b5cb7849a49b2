/**
 * What one step of a run has touched. Two steps of different actors that touch nothing in common commute: in either order they
 * lead to the same state.
 */
export interface Footprint {
  /** The actor whose message it handles. */
  readonly worker: string
  /** The place of the step that sent this message; -1: it was there before the first step. */
  cause: number
  /** It touches something that is not followed here, so it commutes with nothing. */
  everything: boolean
  /** Actors, the ends of mailboxes (`→ path`), streams of chance, ids, effects, histories. */
  readonly touched: Set<string>
  /** The milliseconds at which timers that it has set are due: ENTRY, WHEEL or TIMER, or several of them. */
  readonly timers: Map<number, number>
}

/** Of a timer: an entry of a system's wheel, the wheel's one timer, or a timer of the kernel beside it. */
export const ENTRY = 1
export const WHEEL = 2
export const TIMER = 4

export function footprintOf(worker: string): Footprint {
  return { worker, cause: -1, everything: false, touched: new Set([worker]), timers: new Map() }
}

/**
 * Whether the two do not commute. Timers that are due at the same time fire in the order in which they were set; that counts only
 * where time reaches them: `reached` holds the milliseconds to which some run has jumped.
 */
export function conflict(one: Footprint, other: Footprint, reached: ReadonlySet<number>): boolean {
  if (one.everything || other.everything) return true
  for (const what of one.touched) if (other.touched.has(what)) return true
  for (const [due, what] of one.timers) {
    const others = other.timers.get(due)
    if (others !== undefined && reached.has(due) && ordered(what, others)) return true
  }
  return false
}

function ordered(one: number, other: number): boolean {
  return ((one | other) & TIMER) !== 0 || (one & other & ENTRY) !== 0
}
