import type { Processor, Schema } from '../../behavior/define-processor.ts'
import type { JoinPolicy } from '../../merge/join.ts'
import type { MailboxOptions } from '../../ports/host.ts'
import type { Edge } from '../../routing/edge.ts'
import type { RoutePolicy } from '../../routing/policy.ts'
import type { RetryBudgetPolicy } from '../../supervision/retry-budget.ts'
import type { AdmissionPolicy } from './admission-policy.ts'

/** The pseudo-processor where every run starts: column 0 of A. */
export const INPUT = 'input'

/**
 * A pipeline as data: its nodes, the arrows of A between them, and where a run ends.
 * Nodes are in start order; A's names are `input`, then the nodes.
 */
export interface Plan {
  readonly name: string
  readonly input: Schema
  readonly timeoutMs: number
  readonly maxInFlight: number
  /** How many settled runs `explain` remembers. Default 100. */
  readonly history?: number
  /** Which runs begin, wait or are refused; `false`: every run begins, up to `maxInFlight`. Absent: the default policy. */
  readonly admission?: AdmissionPolicy | false
  /** Absent: the default budget. `false`: none, every retry is allowed. */
  readonly retryBudget?: RetryBudgetPolicy | false
  readonly nodes: readonly PlanNode[]
  readonly edges: readonly Edge[]
  readonly exit: string
}

/** One name of A, and its work. */
export type PlanNode =
  | ProcessorNode
  | MapNode
  | TapNode
  | MergeNode
  | BranchNode
  | LoopNode
  | EnterNode
  | LeaveNode

interface Named {
  /** Its row and column of A. */
  readonly name: string
  /** Its sub-pipeline, whose supervisor restarts it; absent at the top. */
  readonly within?: string
}

/** y = f(x, θ): `replicas` instances of one processor behind one name. */
export interface ProcessorNode extends Named {
  readonly kind: 'processor'
  readonly processor: Processor<never, unknown>
  /** Settings in place of the processor's own policy. */
  readonly policy?: NodePolicy
  /** Instances that share the work. Default 1. */
  readonly replicas?: number
}

/** How one node tries, waits and queues; absent settings are the processor's. */
export interface NodePolicy {
  readonly attempts?: number
  readonly backoffMs?: readonly number[]
  /** Per attempt. */
  readonly timeoutMs?: number
  readonly concurrency?: number
  readonly mailbox?: MailboxOptions
}

/** A function of a value and the pipeline's (or sub-pipeline's) own input. Its types are erased: the builder has checked them. */
export type NodeFunction = (value: never, at: { readonly input: never }) => unknown

/** A function between two processors: no schema, no model, safe to repeat. */
export interface MapNode extends Named {
  readonly kind: 'map'
  readonly run: NodeFunction
}

/** An observer: its result, its errors and its changes to the copy have no effect. */
export interface TapNode extends Named {
  readonly kind: 'tap'
  readonly run: NodeFunction
}

/** A merge strategy with its types erased: the builder has checked them. */
export type MergeFunction = (parts: never, at: never) => unknown

/** Where the parts of a fan-out come back together. */
export interface MergeNode extends Named {
  readonly kind: 'merge'
  readonly strategy: MergeFunction
  readonly join: JoinPolicy
  /** The node that fans out to this merge's parts. */
  readonly from: string
  /** Which of the parts a message goes to; absent means all. */
  readonly route?: RoutePolicy<never, string>
  /** The value of a missing part, by the part's full name. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** Branches that are left out under load, by full name: the worth of each. */
  readonly optional?: Readonly<Record<string, number>>
}

/** Exactly one of its routes gets the message. */
export interface BranchNode extends Named {
  readonly kind: 'branch'
  readonly select: NodeFunction
  /** By choice (`otherwise` for all others): the first node of that path. */
  readonly routes: Readonly<Record<string, string>>
}

/** The head of a loop: every turn begins and ends here. */
export interface LoopNode extends Named {
  readonly kind: 'loop'
  /** `while`: checked before each turn; `until`: checked after each turn. */
  readonly test: 'while' | 'until'
  readonly condition: (value: never, at: { readonly input: never; readonly turn: number }) => boolean
  readonly max: number
  readonly onMax: 'fail' | 'value'
  /** Where a turn begins, the node that brings its value back, and the node after the loop. */
  readonly body: string
  readonly back: string
  readonly end: string
}

/** The input of a sub-pipeline: checks its schema. */
export interface EnterNode extends Named {
  readonly kind: 'enter'
  readonly input: Schema
}

/** Where a branch, a loop or a sub-pipeline ends. */
export interface LeaveNode extends Named {
  readonly kind: 'leave'
  readonly closes: 'branch' | 'loop' | 'pipeline'
}

/** The settings of one stage. */
export interface StagePolicy {
  readonly attempts: number
  readonly backoffMs: readonly number[]
  readonly timeoutMs: number | undefined
  readonly concurrency: number
  readonly mailbox: MailboxOptions
}

/** A processor's own policy, with the settings of its node. */
export function policyOf({ processor, policy = {} }: ProcessorNode): StagePolicy {
  return {
    attempts: policy.attempts ?? processor.attempts,
    backoffMs: policy.backoffMs ?? processor.backoffMs,
    timeoutMs: policy.timeoutMs ?? processor.timeoutMs,
    concurrency: policy.concurrency ?? processor.concurrency,
    mailbox: { ...processor.mailbox, ...policy.mailbox },
  }
}

/**
 * As many runs in flight wait for no other at any step: what the narrowest takes at once. Calls of models share their workers.
 * `copiesOf` says how many copies of a step run now.
 */
export function widthOf({ nodes }: Pick<Plan, 'nodes'>, copiesOf: (name: string) => number): number {
  const widths = nodes.map((node) => {
    if (node.kind !== 'processor') return Number.POSITIVE_INFINITY
    const usesModels = Object.keys(node.processor.models).length > 0
    return usesModels ? 1 : policyOf(node).concurrency * copiesOf(node.name)
  })
  const least = Math.min(...widths)
  return least === Number.POSITIVE_INFINITY ? 1 : least
}

/** The name of a part for the strategy, the policies and the options of its own pipeline: `reader`, not `sub.reader`. */
export function localName({ within }: PlanNode, name: string): string {
  return within === undefined ? name : name.slice(within.length + 1)
}
