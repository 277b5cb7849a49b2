/** The sender's name for messages from outside all actors: the scenario. */
export const OUTSIDE = 'outside'

/** A scenario's name for an actor: its path without the name of the system (and pipeline). */
export function shortName(path: string): string {
  const at = path.lastIndexOf('/')
  return at === -1 ? path : path.slice(at + 1)
}
