import type { RouteExplanation } from '../../routing/policy.ts'

/** The decision of one fan's policy for one run. */
export interface RouteDecision {
  /** Name of the merge that ends the fan. */
  readonly fan: string
  /** The policy's kind: `'weighted-random'`, `'thompson'` … */
  readonly kind: string
  readonly chosen: readonly string[]
  /** Shadow branches that also got the message; their output is dropped. */
  readonly shadows: readonly string[]
  /** Why, if the policy learns. */
  readonly why?: RouteExplanation
}

/** A decision while its run is in flight. */
export interface MadeDecision {
  readonly fan: string
  readonly kind: string
  readonly chosen: readonly string[]
  readonly shadows: readonly string[]
  readonly at: number
  /** Branches that have ended. Each counts once per decision, though a loop returns to its fan. */
  readonly ended: string[]
}
