/** Measurements of runs that began under one limit and ended while others waited. */
export interface LimitWindow {
  /** Mean of how many were in flight beside them, with themselves. */
  readonly company: number
  /** Their mean time from begin to end, milliseconds. */
  readonly meanMs: number
  /** The share of them that was answered. */
  readonly answered: number
  /** Mean time allowed by their callers, milliseconds; Infinity: no deadline. */
  readonly givenMs: number
  /** The expected gain in rate from a quarter more in flight: 1 where it would change nothing. */
  readonly gain: number
  /** The share of the time that they would take with a quarter fewer in flight: 1 where it would change nothing. */
  readonly relief: number
}

/** A limit, and the measurements it was learned from. */
export interface LimitState {
  readonly limit: number
  /** The purpose of the next window. */
  readonly phase: LimitPhase
  /** Windows since the last probe. */
  readonly rest: number
  /** Answers a millisecond of the last windows, oldest first. */
  readonly rates: readonly number[]
  /** Mean milliseconds a run of the last windows, oldest first. */
  readonly delays: readonly number[]
}

/**
 * What a limit tries: `start` doubles while that pays, `probe` asks for a quarter more, `drain` for a quarter less, `empty`
 * less and less while nothing is lost, `keep` holds.
 */
export type LimitPhase = 'start' | 'probe' | 'drain' | 'empty' | 'keep'

/** The least and the greatest that a limit may be. */
export interface LimitBounds {
  readonly min: number
  readonly max: number
}

/** Number of windows remembered. */
const WINDOWS = 10
/** Windows between two probes. */
const REST = 6
const FACTOR = { probe: 1.25, drain: 0.75, empty: 0.6, keep: 1 }
/** What `empty` adds at most, as a share: a whole square root would never let a few in flight become fewer. */
const EMPTY_SLACK = 0.3
/** A hurried window leaves at least this share of what was in flight. */
const FALL_MOST = 0.25
/** The gain in rate that justifies another doubling. */
const PAYS_DOUBLE = 1.15
/** The gain in rate that justifies another quarter. */
const PAYS_MORE = 1.05
/** The share of the best rate that counts as the full rate. */
const WHOLE = 0.95
/** Fewer answers than this share, or more of the time that was given: too many are in flight, whatever the rate. */
const ANSWERED_LEAST = 0.95
const GIVEN_SHARE = 0.5
/** Fewer in flight help those that take long where a quarter fewer take at most this share of the time. */
const RELIEF = 0.85
/** So many milliseconds in flight are always allowed: nobody notices them, and a tight limit costs more than it gives. */
const UNNOTICED_MS = 5

/** The state before anything is known. */
export function firstLimit(initial: number): LimitState {
  return { limit: initial, phase: 'start', rest: 0, rates: [], delays: [] }
}

/**
 * The limit after a window: as many in flight as the greatest rate of late needs at the shortest delay of late (Little's
 * law), and the square root of that more, so that no place is empty between two runs. The greatest rate shows with more in
 * flight, the shortest delay with fewer: probes look for both.
 *
 *     rate      ╭───────        delay        ╱
 *              ╱                            ╱
 *             ╱                      ──────╯
 *            ╱   ▲ limit                  ▲ limit         in flight ─▶
 *
 * Source: Cardwell, Cheng, Gunn, Yeganeh, Jacobson, "BBR: congestion-based congestion control", CACM 60(2), 2017.
 * docs/decisions/010-admission.md compares it with others.
 */
export function nextLimit(state: LimitState, window: LimitWindow, bounds: LimitBounds): LimitState {
  const rate = (window.answered * window.company) / window.meanMs
  const best = Math.max(0, ...state.rates)
  const rates = [...state.rates, rate].slice(-WINDOWS)
  const delays = [...state.delays, window.meanMs].slice(-WINDOWS)
  const hurried =
    window.answered < ANSWERED_LEAST ||
    (window.meanMs > window.givenMs * GIVEN_SHARE && window.relief < RELIEF)
  const phase = hurried ? 'empty' : phaseAfter(state, rate, best, window.gain, bounds)
  const rest = phase === 'keep' ? state.rest + 1 : 0
  if (phase === 'start') {
    // Where few are in flight a window tells nothing about more: as in TCP's slow start, only a used limit grows.
    const limit = window.company < state.limit / 2 ? state.limit : bounded(state.limit * 2, bounds)
    return { limit, phase, rest, rates, delays }
  }
  const greatest = Math.max(...rates)
  const needed = greatest * Math.min(...delays)
  const slack = Math.sqrt(needed)
  const more = phase === 'empty' ? Math.min(slack, EMPTY_SLACK * needed) : slack
  // A window in which nobody was answered says that too many are in flight, not how many would be right.
  const least = Math.max(greatest * UNNOTICED_MS, hurried ? window.company * FALL_MOST : 0)
  const limit = Math.max(FACTOR[phase] * needed + more, least)
  return { limit: bounded(limit, bounds), phase, rest, rates, delays }
}

/**
 * The limit once nobody waits any more: a quarter less was tried to see what it does, and nothing tells any more. So the limit is what the
 * last windows call for.
 */
export function restedLimit(state: LimitState, bounds: LimitBounds): LimitState {
  if (state.phase !== 'drain' && state.phase !== 'empty') return state
  const needed = Math.max(...state.rates) * Math.min(...state.delays)
  const limit = Math.max(state.limit, needed + Math.sqrt(needed))
  return { ...state, limit: bounded(limit, bounds), phase: 'keep', rest: 0 }
}

function phaseAfter(
  { phase, limit, rest }: LimitState,
  rate: number,
  best: number,
  gain: number,
  { min, max }: LimitBounds,
): LimitPhase {
  switch (phase) {
    case 'start':
      return rate > PAYS_DOUBLE * best && limit < max ? 'start' : 'empty'
    case 'probe':
      return rate > PAYS_MORE * best && limit < max ? 'probe' : 'drain'
    case 'drain':
    case 'empty':
      return rate >= WHOLE * Math.max(best, rate) && limit >= min + 1 ? 'empty' : 'keep'
    case 'keep':
      return rest >= REST || (gain > PAYS_DOUBLE && limit < max) ? 'probe' : 'keep'
  }
}

function bounded(limit: number, { min, max }: LimitBounds): number {
  return Math.min(max, Math.max(min, limit))
}
