import type { FaultKind } from './faults.ts'

/** What happens at one opportunity instead of what chance would have chosen. */
export interface FaultEdit {
  readonly site: string
  /** The number of the opportunity, as in `ChosenFault`. */
  readonly n: number
  /** `none`: no fault strikes. `latency`: the message takes `value` milliseconds. */
  readonly kind: FaultKind | 'latency' | 'none'
  readonly value: number
}

/** From this step on chance is another one. */
export interface Fork {
  readonly step: number
  readonly salt: number
  /** Only the order of actors changes; faults and latencies stay those of the seed. */
  readonly orderOnly: boolean
}

/**
 * Changes to the choices of a seed. What they don't name stays as the seed has it, so a run that leaves the old path still meets
 * chance there, and not silence.
 */
export interface Edits {
  readonly faults: readonly FaultEdit[]
  /** By step. */
  readonly forks: readonly Fork[]
}

/** By site and opportunity; of two for the same one the later counts. */
export function editsBySite(edits: readonly FaultEdit[]): Map<string, Map<number, FaultEdit>> {
  const sites = new Map<string, Map<number, FaultEdit>>()
  for (const edit of edits) {
    const at = sites.get(edit.site) ?? new Map<number, FaultEdit>()
    at.set(edit.n, edit)
    sites.set(edit.site, at)
  }
  return sites
}
