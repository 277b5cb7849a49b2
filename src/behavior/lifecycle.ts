/**
 * The lifecycle of every actor, as an XState v5 machine config. This is the only definition: the transition table below
 * is compiled from it at load, the diagram in docs/ is drawn from it, and a test checks both against XState.
 *
 *     starting ─▶ running ⇄ suspended
 *        │  ▲        │          │
 *        │  └── restarting ◀────┤
 *        └────▶ stopping ◀──────┘ ──▶ stopped
 */
export const LIFECYCLE = {
  id: 'lifecycle',
  initial: 'starting',
  states: {
    starting: { on: { STARTED: 'running', CRASHED: 'restarting', STOP: 'stopping' } },
    running: { on: { SUSPEND: 'suspended', CRASHED: 'restarting', STOP: 'stopping' } },
    suspended: { on: { RESUME: 'running', CRASHED: 'restarting', STOP: 'stopping' } },
    restarting: { on: { STARTED: 'running', CRASHED: 'restarting', STOP: 'stopping' } },
    stopping: { on: { STOPPED: 'stopped' } },
    stopped: { type: 'final' },
  },
} as const

export type LifecycleState = keyof typeof LIFECYCLE.states
export type LifecycleEvent = 'STARTED' | 'CRASHED' | 'SUSPEND' | 'RESUME' | 'STOP' | 'STOPPED'

export const LIFECYCLE_STATES = Object.keys(LIFECYCLE.states) as LifecycleState[]
export const LIFECYCLE_EVENTS: readonly LifecycleEvent[] = [
  'STARTED',
  'CRASHED',
  'SUSPEND',
  'RESUME',
  'STOP',
  'STOPPED',
]

/** state × event → state, complete: an event that a state doesn't take leaves the state unchanged. */
const TABLE = Object.fromEntries(
  LIFECYCLE_STATES.map((state) => {
    const on: Partial<Record<LifecycleEvent, LifecycleState>> =
      'on' in LIFECYCLE.states[state] ? (LIFECYCLE.states[state] as { on: object }).on : {}
    return [state, Object.fromEntries(LIFECYCLE_EVENTS.map((event) => [event, on[event] ?? state]))]
  }),
) as Record<LifecycleState, Record<LifecycleEvent, LifecycleState>>

/** The next state: two property reads. */
export function nextState(state: LifecycleState, event: LifecycleEvent): LifecycleState {
  return TABLE[state][event]
}
