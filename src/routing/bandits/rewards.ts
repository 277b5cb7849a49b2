import { type Duration, milliseconds } from '../../kernel/durations.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import type { RouteOutcome } from '../policy.ts'

/** Turns a branch's outcome into a reward in [0, 1]; `undefined` if this outcome says nothing (yet). */
export interface RewardRule {
  readonly kind: string
  /** In [0, 1], or `undefined`. Anything out of range teaches nothing. */
  reward(outcome: RouteOutcome): number | undefined
}

/**
 * target / (target + latency): near 1 at once, ½ at the target, towards 0 beyond. A failure is 0.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function rewardOfLatency(target: Duration): RewardRule {
  const targetMs = milliseconds(target, 'rewardOfLatency.target')
  if (targetMs <= 0) {
    throw new InvalidArgumentError('rewardOfLatency.target is not above 0', {
      path: 'rewardOfLatency.target',
      value: target,
      remedy: "Pass the latency that is worth half a reward, like '200ms'",
    })
  }
  return {
    kind: 'latency',
    reward: ({ failed, latencyMs, agreement }) =>
      agreement === undefined ? (failed ? 0 : targetMs / (targetMs + Math.max(0, latencyMs))) : undefined,
  }
}

/** 1 for an answer, 0 for a failure. */
export function rewardOfSuccess(): RewardRule {
  return {
    kind: 'success',
    reward: ({ failed, agreement }) => (agreement === undefined ? (failed ? 0 : 1) : undefined),
  }
}

/**
 * The share of the voters' weight that agreed with the branch, known once the next merge has voted. A failure is 0 at once:
 * it can no longer agree.
 */
export function rewardOfAgreement(): RewardRule {
  return { kind: 'agreement', reward: ({ failed, agreement }) => agreement ?? (failed ? 0 : undefined) }
}
