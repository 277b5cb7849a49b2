/**
 * A circuit breaker as data (Nygard, "Release It!", 2007); every step is a pure function of state and time.
 *
 *     closed ── failures within the window ≥ threshold ─▶ open ── openMs later ─▶ half-open
 *        ▲                                                 ▲                          │
 *        └──────────────── the trial went well ────────────┼───── it failed ──────────┘
 */
export interface BreakerState {
  readonly mode: 'closed' | 'open' | 'half-open'
  /** Times of failures that still count, monotonic milliseconds. */
  readonly failures: readonly number[]
  /** When it opened. */
  readonly since: number
  /** Trials in flight while half open. */
  readonly trials: number
}

export interface BreakerPolicy {
  /** Failures within `withinMs` that open it. */
  readonly failures: number
  readonly withinMs: number
  readonly openMs: number
}

export const CLOSED: BreakerState = { mode: 'closed', failures: [], since: 0, trials: 0 }

/** Whether a call may be tried now. While half open, one at a time. */
export function admit(
  state: BreakerState,
  now: number,
  policy: BreakerPolicy,
): { readonly state: BreakerState; readonly allowed: boolean; readonly retryAfterMs: number } {
  if (state.mode === 'closed') return { state, allowed: true, retryAfterMs: 0 }
  const left = state.since + policy.openMs - now
  if (state.mode === 'open' && left > 0) return { state, allowed: false, retryAfterMs: left }
  if (state.mode === 'half-open' && state.trials > 0)
    return { state, allowed: false, retryAfterMs: policy.openMs }
  return { state: { ...state, mode: 'half-open', trials: 1 }, allowed: true, retryAfterMs: 0 }
}

/** The state after a successful trial. */
export function succeeded(state: BreakerState): BreakerState {
  return state.mode === 'half-open' ? CLOSED : state
}

export function failed(state: BreakerState, now: number, policy: BreakerPolicy): BreakerState {
  if (state.mode === 'half-open') return { mode: 'open', failures: [], since: now, trials: 0 }
  if (state.mode === 'open') return state
  const failures = [...state.failures.filter((at) => now - at < policy.withinMs), now]
  if (failures.length < policy.failures) return { ...state, failures }
  return { mode: 'open', failures: [], since: now, trials: 0 }
}
