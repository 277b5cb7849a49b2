import type { FaultKind } from './faults.ts'

/** How the next actor is chosen: at random; by random priorities with d change points (PCT); in turn. */
export type Strategy = 'random' | 'pct' | 'fifo'

/** A fault that struck, by site and opportunity. Which fault it was does not depend on other choices. */
export interface ChosenFault {
  /** The point and its names: `'send client→counter'`. */
  readonly site: string
  /** The number of the opportunity at this site, from 1; in a round of the scenario it counts from `round · 2^20`. */
  readonly n: number
  readonly kind: FaultKind | 'latency'
  /** Milliseconds or a count; 0 if the kind has no amount. */
  readonly value: number
}

/** Every choice that differs from the default: no fault, the shortest latency, the first ready actor. */
export interface Choices {
  readonly faults: readonly ChosenFault[]
  /** The number of the choice between actors (counted like `n`), and the index in the list of ready actors. */
  readonly picks: readonly (readonly [n: number, place: number])[]
  /** For each `times` of the scenario: the rounds that are left out. */
  readonly skips: readonly (readonly [site: string, n: number])[]
}

/** Most opportunities of a round. */
export const ROUND = 2 ** 20

/** By site and opportunity. */
export function bySite(faults: readonly ChosenFault[]): Map<string, Map<number, ChosenFault>> {
  const sites = new Map<string, Map<number, ChosenFault>>()
  for (const fault of faults) {
    const at = sites.get(fault.site) ?? new Map<number, ChosenFault>()
    at.set(fault.n, fault)
    sites.set(fault.site, at)
  }
  return sites
}
