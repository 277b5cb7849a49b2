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
  /** From the first part: how long to wait in all. By default for ever. */
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

export function openJoin(): Join {
  return { parts: new Map(), failed: new Map() }
}

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

/** What the merge gets to see of a join that is about to answer, and what its record says. */
export function joinParts<P extends object>(
  join: Join,
  policy: JoinPolicy,
  row: { readonly [branch: string]: number },
): JoinParts<P> {
  const { expected, fallback } = policy
  const arrived = expected.filter((branch) => join.parts.has(branch))
  const missing = expected.filter((branch) => !join.parts.has(branch) && !join.failed.has(branch))
  const weights = renormalize(row, fallback === undefined ? arrived : expected)
  // Not by assignment: a branch may be called '__proto__'.
  const parts = Object.fromEntries(
    expected.map((branch) => [branch, join.parts.has(branch) ? join.parts.get(branch) : fallback?.default]),
  )
  return { parts, weights, arrived, missing, failed: new Map(join.failed) } as unknown as JoinParts<P>
}

/**
 * A join's policy, its options' defaults filled in.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for no branches, one that is named twice, a quorum that can't be reached, or
 * a time that is no duration.
 */
export function joinPolicy(name: string, expected: readonly string[], rules: JoinRules): JoinPolicy {
  const { onMissing, grace } = rules
  const all = onMissing === undefined || onMissing === 'fail'
  const twice = expected.find((branch, at) => expected.indexOf(branch) !== at)
  if (twice !== undefined) {
    throw new InvalidArgumentError(`join '${name}' expects '${twice}' twice`, {
      path: `${name}.expected`,
      value: twice,
      remedy: 'Give every branch a name of its own',
    })
  }
  const graceGiven = grace ?? (rules.quorum === undefined ? undefined : 0)
  return checkJoin(name, {
    expected,
    quorum: rules.quorum ?? (all ? expected.length : 1),
    graceMs: graceGiven === undefined ? Number.POSITIVE_INFINITY : milliseconds(graceGiven, `${name}.grace`),
    deadlineMs:
      rules.deadline === undefined
        ? Number.POSITIVE_INFINITY
        : milliseconds(rules.deadline, `${name}.deadline`),
    ...(typeof onMissing === 'object' ? { fallback: onMissing } : {}),
  })
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
