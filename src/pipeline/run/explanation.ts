import type { ErrorLink } from '../../kernel/errors.ts'
import type { Hop } from '../../message/header.ts'
import type { RouteDecision } from './decisions.ts'
import type { Ballot, JoinRecord } from './run.ts'

/** What became of one node in one run. */
export interface StepExplanation {
  readonly name: string
  readonly kind: string
  /** `unused`: nothing came to it; `open`: it has not ended; `shadow`: what came of it went nowhere. */
  readonly outcome: 'done' | 'failed' | 'shadow' | 'unused' | 'open'
  readonly visits: number
  /** Of all visits. */
  readonly attempts: number
  /** Milliseconds, of all visits. */
  readonly queueMs: number
  readonly runMs: number
  /** Of `runMs`: in its handlers before they returned or gave a promise, when nothing else could run. */
  readonly cpuMs: number
  readonly errors: readonly ErrorLink[]
}

/** One arrow of A that the run could take. */
export interface ArrowExplanation {
  readonly from: string
  readonly to: string
  /** a_ij; into a merge: what the part counted in the end, renormalised. */
  readonly weight: number
  readonly taken: boolean
}

/** How one run went, or how far it has come. */
export interface Explanation {
  readonly id: number
  readonly outcome: 'answered' | 'failed' | 'in flight'
  readonly errors: readonly ErrorLink[]
  readonly input: unknown
  /** When it was asked, monotonic milliseconds, as in its hops. */
  readonly startedAt: number
  /** Milliseconds from ask to settlement, or until now. */
  readonly totalMs: number
  readonly steps: readonly StepExplanation[]
  readonly arrows: readonly ArrowExplanation[]
  /** Every visit in the order in which they ended. */
  readonly hops: readonly Hop[]
  /** Weights, who came, failed, was missing or late. */
  readonly joins: readonly JoinRecord[]
  /** Votes by merge, where it voted: choice, share of the weight, voters. */
  readonly votes: { readonly [merge: string]: readonly Ballot[] }
  /** What the policies of fans decided, and why. */
  readonly decisions: readonly RouteDecision[]
  /** Names of the steps that still hold something. */
  readonly waitingFor: readonly string[]
  /** The path as a Mermaid flowchart. */
  toMermaid(): string
  /** The path as a drawing that needs nothing else. */
  toSvg(): string
}
