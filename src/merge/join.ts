import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { renormalize } from './strategy.ts'

/** When a join emits. Checked by `checkJoin`; made of options by `joinPolicy`. */
export interface JoinPolicy {
  /** The branches whose parts belong together. */
  readonly expected: readonly string[]
  /** Parts needed at least. */
  readonly quorum: number
  /** After the quorum: how long to wait for the rest. Milliseconds; 0 emits at the quorum. Infinity waits for all. */
  readonly graceMs: number
  /** From the first part: when to stop waiting, whatever came. Milliseconds; Infinity: never. */
  readonly deadlineMs: number
  /** Stands for every part that did not come, with that part's own weight. */
  readonly fallback?: { readonly default: unknown }
}

/** What becomes of a join that lacks parts: it fails, goes on with what came, or has a default in their place. */
export type OnMissing<T = unknown> = 'fail' | 'partial' | { readonly default: T }

/** When a join answers: how many parts it needs, and how long it waits for the rest. */
export interface JoinRules<T = unknown> {
  /** Parts needed at least; by default all, or 1 with `onMissing` of `'partial'` or a default. */
  readonly quorum?: number
  /** Once the quorum is there: how long to wait for the rest. By default 0 with a quorum, else until all settled. */
  readonly grace?: Duration
  /** Total wait, counted from the first part. By default there is no limit. */
  readonly deadline?: Duration
  readonly onMissing?: OnMissing<T>
}

/** The parts of one message that came so far. */
export interface Join {
  readonly parts: Map<string, unknown>
  readonly failed: Map<string, unknown>
}

/** What a join gives besides its value. */
export interface JoinParts<P extends object = Record<string, unknown>> {
  /** By branch, in their order; the default, or `undefined`, where a part did not come. */
  readonly parts: { readonly [K in keyof P]: P[K] | undefined }
  /** Row of A, renormalised over the parts that count: those that came, and defaults. */
  readonly weights: { readonly [K in keyof P]: number }
  readonly arrived: readonly (keyof P & string)[]
  /** Neither came nor failed. */
  readonly missing: readonly (keyof P & string)[]
  /** By branch: why its part never will come. */
  readonly failed: ReadonlyMap<keyof P & string, unknown>
}

/** A join that answered. */
export interface JoinResult<V, P extends object = Record<string, unknown>> extends JoinParts<P> {
  readonly value: V
}

export type JoinVerdict = 'wait' | 'grace' | 'merge' | 'fail'

/**
 * What to do now: a pure decision, taken after every part, failure and expiry.
 *
 *   outstanding = expected − arrived − failed
 *   nothing outstanding, or time is up:  merge if arrived ≥ quorum, else fail
 *   quorum can no longer be reached:     fail at once
 *   quorum reached, some outstanding:    grace (merge at once if graceMs is 0)
 */
export function decideJoin(join: Join, policy: JoinPolicy, timeIsUp: boolean): JoinVerdict {
  return decideCounts(join.parts.size, join.failed.size, policy, timeIsUp)
}

/** The same decision, by the numbers alone. */
export function decideCounts(
  arrived: number,
  failed: number,
  policy: JoinPolicy,
  timeIsUp: boolean,
): JoinVerdict {
  const outstanding = policy.expected.length - arrived - failed
  if (outstanding === 0 || timeIsUp) return arrived >= policy.quorum ? 'merge' : 'fail'
  if (arrived + outstanding < policy.quorum) return 'fail'
  if (arrived < policy.quorum) return 'wait'
  return policy.graceMs === 0 ? 'merge' : 'grace'
}

const NO_DEFAULTS: ReadonlyMap<string, unknown> = new Map()
const NO_FAILURES: ReadonlyMap<string, unknown> = new Map()
const NOBODY: readonly string[] = Object.freeze([])
const PLAIN = { configurable: true, enumerable: true, writable: true } as const

/** What a join is to show besides the parts that it expects. */
interface JoinView {
  /** By branch: what stands for a part that did not come, and counts as that part would have. */
  readonly defaults?: ReadonlyMap<string, unknown> | undefined
  /** Every branch that `parts` names; by default those that the join expects. */
  readonly branches?: readonly string[]
}

/** What the merge gets to see of a join that is about to answer, and what its record says. */
export function joinParts<P extends object>(
  join: Join,
  { expected }: Pick<JoinPolicy, 'expected'>,
  row: { readonly [branch: string]: number },
  { defaults = NO_DEFAULTS, branches = expected }: JoinView = {},
): JoinParts<P> {
  const { parts: came, failed: lost } = join
  const whole = came.size === expected.length
  const arrived = whole ? expected : expected.filter((branch) => came.has(branch))
  const counted =
    whole || defaults.size === 0
      ? arrived
      : expected.filter((branch) => came.has(branch) || defaults.has(branch))
  const parts: Record<string, unknown> = {}
  for (const branch of branches) {
    // A default stands for what is expected: a branch that the message was not sent to has none.
    const stands = whole || came.has(branch) || !expected.includes(branch)
    const part = stands ? came.get(branch) : defaults.get(branch)
    // An assignment to this one name would set the prototype.
    if (branch === '__proto__') Object.defineProperty(parts, branch, { ...PLAIN, value: part })
    else parts[branch] = part
  }
  return {
    parts,
    weights: sharesOf(row, counted),
    arrived,
    missing: whole ? NOBODY : expected.filter((branch) => !came.has(branch) && !lost.has(branch)),
    failed: lost.size === 0 ? NO_FAILURES : new Map(lost),
  } as unknown as JoinParts<P>
}

/** By row of A: its shares when every branch counts, which is the rule. */
const wholeShares = new WeakMap<
  object,
  { readonly shares: Readonly<Record<string, number>>; count: number }
>()

function sharesOf(
  row: { readonly [branch: string]: number },
  counted: readonly string[],
): Readonly<Record<string, number>> {
  const known = wholeShares.get(row)
  if (known?.count === counted.length) return known.shares
  const shares = renormalize(row, counted)
  const count = Object.keys(row).length
  // Every join of this row shares it.
  if (count === counted.length) wholeShares.set(row, { shares: Object.freeze(shares), count })
  return shares
}

/**
 * A join's policy, its options' defaults filled in.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for no branches, one that is named twice, a quorum that can't be reached, or
 * a time that is no duration.
 */
export function joinPolicy(name: string, expected: readonly string[], rules: JoinRules): JoinPolicy {
  const twice = expected.find((branch, at) => expected.indexOf(branch) !== at)
  if (twice !== undefined) {
    throw new InvalidArgumentError(`join '${name}' expects '${twice}' twice`, {
      path: `${name}.expected`,
      value: twice,
      remedy: 'Give every branch a name of its own',
    })
  }
  return checkJoin(name, policyOfRules(name, expected, rules))
}

/**
 * The same for whoever checks the quorum and the branches elsewhere, as a plan does with all of its problems at once.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for a time that is no duration.
 */
export function policyOfRules(name: string, expected: readonly string[], rules: JoinRules): JoinPolicy {
  const { onMissing, grace } = rules
  const all = onMissing === undefined || onMissing === 'fail'
  const graceGiven = grace ?? (rules.quorum === undefined ? undefined : 0)
  return {
    expected,
    quorum: rules.quorum ?? (all ? expected.length : 1),
    graceMs: graceGiven === undefined ? Number.POSITIVE_INFINITY : milliseconds(graceGiven, `${name}.grace`),
    deadlineMs:
      rules.deadline === undefined
        ? Number.POSITIVE_INFINITY
        : milliseconds(rules.deadline, `${name}.deadline`),
    ...(typeof onMissing === 'object' ? { fallback: onMissing } : {}),
  }
}

/** @throws InvalidArgumentError (`invalid-argument`) for a quorum below 1 or above the number of parts. */
export function checkJoin(name: string, policy: JoinPolicy): JoinPolicy {
  const { quorum, expected } = policy
  if (!Number.isSafeInteger(quorum) || quorum < 1 || quorum > expected.length) {
    throw new InvalidArgumentError(
      `join '${name}' can never be satisfied: quorum ${quorum} of ${expected.length} parts`,
      {
        path: `${name}.quorum`,
        value: quorum,
        remedy: `Give a whole number from 1 to ${expected.length}`,
      },
    )
  }
  return policy
}
