/** Where a journal keeps what, in its log. What belongs to an actor is under its path. */
export const STATES = 'states'
export const DEAD_LETTERS = 'dead-letters'

/** Before the path. */
export const TIMERS = 'timers/'
export const EVENTS = 'events/'
export const KEYS = 'keys/'

/** What stands in front of a path is shorter. */
export const SPACE_BYTES = 16

export function timersOf(path: string): string {
  return `${TIMERS}${path}`
}

export function eventsOf(path: string): string {
  return `${EVENTS}${path}`
}

export function keysOf(path: string): string {
  return `${KEYS}${path}`
}

/** Whether a space holds what actors have; the others are stores. */
export function isActorsSpace(space: string): boolean {
  if (space === STATES || space === DEAD_LETTERS) return true
  return [TIMERS, EVENTS, KEYS].some((prefix) => space.startsWith(prefix))
}

/** A number as a key that sorts as numbers do. */
export function numbered(n: number): string {
  return String(n).padStart(15, '0')
}
