/** What was seen of the runs that ended within one window of time. */
export interface LimitWindow {
  /** Runs that ended. */
  readonly ended: number
  /** Their mean time from their begin, milliseconds. */
  readonly meanMs: number
  /** The shortest. */
  readonly leastMs: number
  /** Whether runs waited for the limit, or as many as it allows were in flight. */
  readonly limited: boolean
}

export interface LimitState {
  readonly limit: number
  /** The time of a run that nothing delays, as far as known, milliseconds. */
  readonly unloadedMs: number
  /** Why the limit moved last. */
  readonly why: LimitMove
}

/** Why a limit moved. */
export type LimitMove = 'initial' | 'grown' | 'queueing' | 'steady'

export interface LimitBounds {
  readonly min: number
  readonly max: number
}

/** A delay that nobody notices: below it the limit does not shrink. */
const TOLERATED_MS = 5

export function firstLimit(initial: number): LimitState {
  return { limit: initial, unloadedMs: Number.POSITIVE_INFINITY, why: 'initial' }
}

/** The limit after a window. */
export function nextLimit(state: LimitState, window: LimitWindow, { min, max }: LimitBounds): LimitState {
  const unloadedMs = Math.min(state.unloadedMs, window.leastMs)
  const { limit } = state
  const queued =
    limit * (1 - (unloadedMs + TOLERATED_MS) / Math.max(window.meanMs, unloadedMs + TOLERATED_MS))
  const room = Math.sqrt(limit)
  if (queued > 2 * room) return { limit: Math.max(min, limit - room), unloadedMs, why: 'queueing' }
  if (queued < room && window.limited) return { limit: Math.min(max, limit + room), unloadedMs, why: 'grown' }
  return { limit, unloadedMs, why: 'steady' }
}
