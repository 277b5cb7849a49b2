import type { RouteExplanation } from '../../routing/policy.ts'

/** What one fan's policy decided for one run. */
export interface RouteDecision {
  /** Name of the merge that ends the fan. */
  readonly fan: string
  /** The policy's kind: `'weighted-random'`, `'thompson'` … */
  readonly kind: string
  readonly chosen: readonly string[]
  /** Branches that got the message beside the chosen; their output is dropped. */
  readonly shadows: readonly string[]
  /** Why, where the policy learns. */
  readonly why?: RouteExplanation
}

/** A decision while its run goes on. */
export interface MadeDecision {
  readonly fan: string
  readonly kind: string
  readonly chosen: readonly string[]
  readonly shadows: readonly string[]
  readonly at: number
  /** Branches that have ended: each is counted once a decision, though a loop comes to its fan again. */
  readonly ended: string[]
}
