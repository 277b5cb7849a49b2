import { InvalidArgumentError } from '../kernel/errors.ts'

/** When a join emits. Checked by `checkJoin`. */
export interface JoinPolicy {
  /** The branches whose parts belong together. */
  readonly expected: readonly string[]
  /** Parts needed at least. */
  readonly quorum: number
  /** After the quorum: how long to wait for the rest. Milliseconds; 0 emits at the quorum. Infinity waits for all. */
  readonly graceMs: number
  /** From the first part: when to stop waiting, whatever came. Milliseconds; Infinity: never. */
  readonly deadlineMs: number
}

/** The parts of one message that came so far. */
export interface Join {
  readonly parts: Map<string, unknown>
  readonly failed: Map<string, unknown>
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
  const arrived = join.parts.size
  const outstanding = policy.expected.length - arrived - join.failed.size
  if (outstanding === 0 || timeIsUp) return arrived >= policy.quorum ? 'merge' : 'fail'
  if (arrived + outstanding < policy.quorum) return 'fail'
  if (arrived < policy.quorum) return 'wait'
  return policy.graceMs === 0 ? 'merge' : 'grace'
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
