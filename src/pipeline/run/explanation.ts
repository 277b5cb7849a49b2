import type { ErrorLink } from '../../kernel/errors.ts'
import type { Hop } from '../../message/header.ts'
import type { RouteDecision } from './decisions.ts'
import type { JoinRecord } from './open-join.ts'
import type { Ballot } from './votes.ts'

/** What happened to one node in one run. */
export interface StepExplanation {
  readonly name: string
  readonly kind: string
  /** `unused`: no message reached it; `open`: it has not ended; `shadow`: its output went nowhere. */
  readonly outcome: 'done' | 'failed' | 'shadow' | 'unused' | 'open'
  readonly visits: number
  /** Over all visits. */
  readonly attempts: number
  /** Milliseconds, over all visits. */
  readonly queueMs: number
  readonly runMs: number
  /** Part of `runMs`: in its handlers before they returned a value or a promise, when nothing else could run. */
  readonly cpuMs: number
  readonly errors: readonly ErrorLink[]
}

/** One arrow of A that the run could take. */
export interface ArrowExplanation {
  readonly from: string
  readonly to: string
  /** a_ij; into a merge: the final weight of the part, renormalised. */
  readonly weight: number
  readonly taken: boolean
}

/** How one run went, or how far it is. */
export interface Explanation {
  readonly id: number
  readonly outcome: 'answered' | 'failed' | 'in flight'
  readonly errors: readonly ErrorLink[]
  readonly input: unknown
  /** Monotonic milliseconds of the ask, as in its hops. */
  readonly startedAt: number
  /** Milliseconds from ask to settlement, or until now. */
  readonly totalMs: number
  readonly steps: readonly StepExplanation[]
  readonly arrows: readonly ArrowExplanation[]
  /** Every visit, in the order in which they ended. */
  readonly hops: readonly Hop[]
  /** Weights, and the parts that arrived, failed, were missing or late. */
  readonly joins: readonly JoinRecord[]
  /** Votes by merge, if it voted: choice, share of the weight, voters. */
  readonly votes: { readonly [merge: string]: readonly Ballot[] }
  /** The decisions of the fans' policies, and why. */
  readonly decisions: readonly RouteDecision[]
  /** Names of the steps that still hold a message. */
  readonly waitingFor: readonly string[]
  /** The path as a Mermaid flowchart. */
  toMermaid(): string
  /** The path as a self-contained drawing. */
  toSvg(): string
}
