import type { Clock, RandomStream } from '../kernel/kernel.ts'
import type { RouteChoice } from './route-choice.ts'

/**
 * How a message chooses among the arrows that leave its node.
 *
 *   RoutePolicy   what the user asked for: data, immutable, shared by every run of a pipeline  thompson({ floor: 0.05 })
 *        │ open(site)
 *   RouteChooser  one running instance at one node: its random stream, counts, what it learned
 *        │ choose(branches, request, choice)
 *   RouteChoice   the answer, in buffers that the caller owns and reuses                       2 of 3, one of them a shadow
 *
 * `branches` is one column of A at the time the message came, so a message is routed entirely by the old or entirely by the
 * new A. A chooser keeps what it knows by branch *name*: branches may come, go and return while messages flow.
 */
export interface RoutePolicy<in T = unknown, out B extends string = string> {
  /** `'thompson'`, `'canary'` … */
  readonly kind: string
  /** Branches that the options mention; a plan that lacks one of them is refused. */
  readonly names: readonly B[]
  /** A running instance. `T` is what the policy's own functions read from a message. */
  open(site: RouteSite): RouteChooser<T>
  /** The policy as data: its kind and options. Functions (predicates, features) appear by name only. */
  toJSON(): { readonly kind: string; readonly [option: string]: unknown }
}

/** Where a chooser runs, and what it may use there. */
export interface RouteSite {
  /** Path of its node: `'qa.readers'`. Errors name it. */
  readonly path: string
  /** Its own seeded stream. */
  readonly random: RandomStream
  readonly clock: Pick<Clock, 'monotonic'>
  /** Messages waiting and running at a branch, by name. */
  load(branch: string): number
}

/** The arrows out of one node: one column of A. Immutable: a new A gets a new object. */
export interface BranchSet {
  /** Recipients, in the order of their rows. */
  readonly names: readonly string[]
  /** a_ij of each. */
  readonly weights: Float64Array
}

/** What a chooser may know of one message. The caller may reuse the object. */
export interface RouteRequest<out T = unknown> {
  /** Id of the message's run; `feedback` and `why` refer to it. */
  readonly id: number
  /** Order key, or the key to hash by. Without one, a sticky policy draws at random. */
  readonly key: string | undefined
  readonly value: T
  /** Milliseconds until the message's deadline; may be infinite. */
  readonly remainingMs: number
}

/** One running instance of a policy. Not shared between nodes. */
export interface RouteChooser<in T = unknown> {
  readonly kind: string
  /**
   * Fills `into` with the chosen branches: at least one, unless `branches` is empty or the policy's own conditions refuse every
   * branch. Allocates nothing once it has seen a branch set, except the record that a learner keeps.
   */
  choose(branches: BranchSet, request: RouteRequest<T>, into: RouteChoice): void
  /**
   * The outcome of a chosen branch. Called once when it ended, and again with `agreement` when a vote knows how far it agreed
   * with the winner. Never throws: an outcome that nobody waits for is ignored.
   */
  observe(id: number, branch: string, outcome: RouteOutcome): void
  /** Counts per branch, with shadows counted separately. */
  report(): readonly BranchReport[]
  /** Present where the policy learns. */
  readonly learner: RouteLearner | undefined
  /** State to survive a restart: plain data with a `version`. `undefined` if there is nothing to keep. */
  save(): RouteState | undefined
  /** @throws InvalidArgumentError (`invalid-argument`): another kind, another version, or damaged. Nothing is changed then. */
  restore(state: unknown): void
}

/** The outcome of one branch for one message. The caller may reuse the object. */
export interface RouteOutcome {
  /** Milliseconds from choice to end. */
  readonly latencyMs: number
  readonly failed: boolean
  /** Share of the voters' weight that agreed with this branch, in [0, 1]; `undefined` before a vote. */
  readonly agreement: number | undefined
}

/** The traffic and outcomes of one branch. */
export interface BranchReport {
  readonly name: string
  /** Messages routed to it whose output counts. */
  readonly chosen: number
  /** Messages it got as a shadow. */
  readonly shadowed: number
  readonly ended: number
  readonly failed: number
  /** Sum of the latencies of all ended messages, shadows included: the cost of the branch, in milliseconds. */
  readonly busyMs: number
}

/** The part of a chooser that learns from rewards. */
export interface RouteLearner {
  /**
   * Rates the decisions of run `id`, from 0 (worst) to 1.
   *
   * @throws InvalidArgumentError (`invalid-argument`) for a reward outside [0, 1]
   * @throws UnknownDecisionError (`unknown-decision`) if no decision has this id, it already had its feedback, or it expired
   */
  feedback(id: number, reward: number): void
  /** Whether `feedback(id)` would be accepted. */
  awaits(id: number): boolean
  /**
   * Why run `id` was routed as it was; kept for pending and lately settled decisions.
   *
   * @throws UnknownDecisionError (`unknown-decision`)
   */
  why(id: number): RouteExplanation
  /** While frozen it chooses by what it knows, explores only as much as its floor requires, and learns nothing. */
  frozen: boolean
  /** Decisions still without feedback. Bounded; the oldest expire. */
  readonly pending: number
  /** Decisions that expired without feedback. They taught nothing. */
  readonly expired: number
}

/** One learned decision, explained. */
export interface RouteExplanation {
  readonly id: number
  readonly kind: string
  readonly chosen: readonly string[]
  /**
   * `learned`: by score. `untried`: nothing was known of it. `floor`: an exploration for the floor. `bound`: its least share was
   * due. `frozen`: by what was known when learning stopped.
   */
  readonly cause: RouteCause
  readonly branches: readonly BranchExplanation[]
  readonly state: 'pending' | 'settled' | 'expired'
  /** Rewards by branch, as far as feedback came. */
  readonly rewards: { readonly [branch: string]: number }
  /** One sentence for people. */
  readonly text: string
}

/** What decided. */
export type RouteCause = 'learned' | 'untried' | 'floor' | 'bound' | 'frozen'

/** One branch as the policy saw it when it decided. */
export interface BranchExplanation {
  readonly name: string
  /** Rewards so far: their number and mean (`NaN` without any). */
  readonly count: number
  readonly mean: number
  /** What was compared: the draw (Thompson), the upper bound (UCB1, LinUCB), the probability (EXP3). */
  readonly score: number
  /** Probability of being chosen, where the policy knows it in closed form (EXP3, floors); else `undefined`. */
  readonly propensity: number | undefined
}

/** What a chooser saves: JSON. */
export interface RouteState {
  readonly version: 1
  readonly kind: string
  readonly [part: string]: unknown
}
