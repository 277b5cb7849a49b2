import { type Duration, milliseconds } from '../kernel/durations.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { oneOf } from '../kernel/one-of.ts'
import { renormalize } from './strategy.ts'

/** When a join answers. `joinPolicy` makes it from options, `checkJoin` checks it. */
export interface JoinPolicy {
  /** The branches whose parts are merged. */
  readonly expected: readonly string[]
  /** Least number of parts. */
  readonly quorum: number
  /** How long to wait for the rest after the quorum, in milliseconds. 0 answers at the quorum. Infinity waits for all. */
  readonly graceMs: number
  /** How long to wait in all, from the first part, in milliseconds. Infinity means no limit. */
  readonly deadlineMs: number
  /** Value for every missing part, with that part's own weight. */
  readonly fallback?: { readonly default: unknown }
}

/** What happens to a join that lacks parts: it fails, answers with those it has, or uses a default for the others. */
export type OnMissing<T = unknown> = 'fail' | 'partial' | { readonly default: T }

/** When a join answers: the number of parts it needs, and how long it waits for the rest. */
export interface JoinRules<T = unknown> {
  /** Least number of parts. Default: all, or 1 if `onMissing` is `'partial'` or a default. */
  readonly quorum?: number
  /** How long to wait for the rest after the quorum. Default: 0 with a quorum, else until all have settled. */
  readonly grace?: Duration
  /** Total wait, from the first part. Default: no limit. */
  readonly deadline?: Duration
  readonly onMissing?: OnMissing<T>
}

/** The parts of one message so far. */
export interface Join {
  readonly parts: Map<string, unknown>
  readonly failed: Map<string, unknown>
}

/** What a join reports besides its value. */
export interface JoinParts<P extends object = Record<string, unknown>> {
  /** By branch, in their order; the default or `undefined` for a missing part. */
  readonly parts: { readonly [K in keyof P]: P[K] | undefined }
  /** Row of A, renormalised over the parts that count: those that arrived, and defaults. */
  readonly weights: { readonly [K in keyof P]: number }
  readonly arrived: readonly (keyof P & string)[]
  /** Neither arrived nor failed. */
  readonly missing: readonly (keyof P & string)[]
  /** By branch: why its part will never arrive. */
  readonly failed: ReadonlyMap<keyof P & string, unknown>
}

/** A join that answered. */
export interface JoinResult<V, P extends object = Record<string, unknown>> extends JoinParts<P> {
  readonly value: V
}

export type JoinVerdict = 'wait' | 'grace' | 'merge' | 'fail'

/**
 * The next action of a join: a pure decision, taken after every part, failure and expiry.
 *
 *   outstanding = expected − arrived − failed
 *   nothing outstanding, or time is up:  merge if arrived ≥ quorum, else fail
 *   quorum can no longer be reached:     fail at once
 *   quorum reached, some outstanding:    grace (merge at once if graceMs is 0)
 */
export function decideJoin(join: Join, policy: JoinPolicy, timeIsUp: boolean): JoinVerdict {
  return decideCounts(join.parts.size, join.failed.size, policy, timeIsUp)
}

/** The same decision, from the numbers alone. */
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

/** What a join passes on besides the parts it expects. */
interface JoinView {
  /** By branch: the value of a missing part. It counts with that part's weight. */
  readonly defaults?: ReadonlyMap<string, unknown> | undefined
  /** Every branch that `parts` names. Default: those that the join expects. */
  readonly branches?: readonly string[]
}

/** What the merge sees of a join that is about to answer, and the record of it. */
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
    // Only an expected part gets the default: a branch that the message was not sent to has none.
    const stands = whole || came.has(branch) || !expected.includes(branch)
    const part = stands ? came.get(branch) : defaults.get(branch)
    // Assigning to this one name would set the prototype.
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

/** By row of A: its shares when every branch counts, which is the usual case. */
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
 * A join's policy with the defaults filled in.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for no branches, a branch listed twice, a quorum that can't be reached, or
 * an invalid duration.
 */
export function joinPolicy(name: string, expected: readonly string[], rules: JoinRules): JoinPolicy {
  const twice = expected.find((branch, at) => expected.indexOf(branch) !== at)
  if (twice !== undefined) {
    throw new InvalidArgumentError(`join '${name}' expects '${twice}' twice`, {
      path: `${name}.expected`,
      value: twice,
      remedy: 'Give every branch its own name',
    })
  }
  return checkJoin(name, policyOfRules(name, expected, rules))
}

/**
 * The same without the checks of quorum and branches, for a plan that reports all of its problems together.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for an invalid duration.
 */
export function policyOfRules(name: string, expected: readonly string[], rules: JoinRules): JoinPolicy {
  const { onMissing, grace } = rules
  if (typeof onMissing !== 'object') oneOf(['fail', 'partial'], onMissing ?? 'fail', `${name}.onMissing`)
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
        remedy: `Pass a whole number from 1 to ${expected.length}`,
      },
    )
  }
  return policy
}
