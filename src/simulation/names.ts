/** Who sends what no actor sends: the scenario. */
export const OUTSIDE = 'outside'

/** The name by which a scenario speaks of an actor: its path without the system's (and the pipeline's) name. */
export function shortName(path: string): string {
  const at = path.lastIndexOf('/')
  return at === -1 ? path : path.slice(at + 1)
}
