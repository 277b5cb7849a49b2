import type { FaultOptions, Simulation } from '../../../src/simulation/index.ts'

/** A realistic bug, and the same pipeline without it. */
export interface Planted {
  /** What its author overlooked. */
  readonly bug: string
  /** The invariant that it violates. */
  readonly invariant: string
  /** Runs within which it is found; a rare one by guidance. */
  readonly within: number
  readonly faults?: FaultOptions
  /** Faults that the shortest story needs at most. */
  readonly minimalFaults: number
  /** Messages of the shortest story at most. */
  readonly minimalMessages: number
  readonly scenario: (sim: Simulation, fixed: boolean) => unknown
}
