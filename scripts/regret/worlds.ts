import { SeededRandomness } from '../../src/kernel/random.ts'
import type {
  BranchSet,
  RouteChooser,
  RoutePolicy,
  RouteRequest,
  RouteSite,
} from '../../src/routing/policy.ts'
import { RouteChoice } from '../../src/routing/route-choice.ts'

/** A world: each branch's expected reward at round t for a message. Rewards are coin flips with that mean. */
export interface World {
  readonly name: string
  readonly branches: readonly string[]
  /** The message of round t; features for a contextual world. */
  message(t: number, random: () => number): readonly number[]
  mean(t: number, branch: number, message: readonly number[]): number
}

/** Stationary branches. */
export function steady(means: readonly number[]): World {
  return {
    name: 'steady',
    branches: means.map((_, at) => `b${at}`),
    message: () => [],
    mean: (_t, branch) => means[branch] as number,
  }
}

/** Every `period` rounds the next branch is the good one. */
export function shifting(branches: number, period: number, good = 0.9, bad = 0.1): World {
  return {
    name: 'shifting',
    branches: Array.from({ length: branches }, (_, at) => `b${at}`),
    message: () => [],
    mean: (t, branch) => (Math.floor(t / period) % branches === branch ? good : bad),
  }
}

/** Expected reward ½ + θ_b · x, x uniform on [−1, 1]^d with a leading 1: each message has its own best branch. */
export function linear(thetas: readonly (readonly number[])[]): World {
  return {
    name: 'linear',
    branches: thetas.map((_, at) => `b${at}`),
    message: (_t, random) => [1, ...(thetas[0] as readonly number[]).slice(1).map(() => 2 * random() - 1)],
    mean: (_t, branch, x) =>
      Math.min(
        1,
        Math.max(
          0,
          (thetas[branch] as readonly number[]).reduce((sum, w, i) => sum + w * (x[i] as number), 0),
        ),
      ),
  }
}

/**
 * Two branches and an adversary that knows a policy without randomness: in every round the branch about to be chosen
 * pays 0 and the other 1. The rewards are fixed beforehand, by playing that policy with the same seed.
 */
export function adversaryOf(policy: RoutePolicy<readonly number[]>, rounds: number, seed: number): World {
  const branches = ['b0', 'b1']
  const chooser = openAlone(policy, seed)
  const choice = new RouteChoice()
  const set: BranchSet = { names: branches, weights: Float64Array.of(1, 1) }
  const punished = Uint8Array.from({ length: rounds }, (_, t) => {
    chooser.choose(set, { id: t, key: undefined, value: [], remainingMs: 1000 }, choice)
    chooser.learner?.feedback(t, 0)
    return choice.chosen[0] as number
  })
  return {
    name: 'adversary',
    branches,
    message: () => [],
    mean: (t, branch) => (punished[t] === branch ? 0 : 1),
  }
}

/** A policy's earnings in a world: cumulative expected rewards by round. */
export interface Played {
  /** Loss compared with the best branch of every round. */
  readonly regret: Float64Array
  /** The same for each branch, if always chosen. */
  readonly fixed: readonly Float64Array[]
}

/** Regret of the branch with the smallest loss at the end. */
export function bestFixed({ fixed }: Played): Float64Array {
  const last = (regret: Float64Array) => regret[regret.length - 1] as number
  return fixed.reduce((best, one) => (last(one) < last(best) ? one : best))
}

export interface Play {
  readonly rounds: number
  readonly seed: number
  /** Rounds from a decision to its feedback. Default 0. */
  readonly delay?: number
  /** Share of decisions that never get feedback. Default 0. */
  readonly missing?: number
}

/** A chooser outside any pipeline, on a clock that stands still. */
export function openAlone<T>(policy: RoutePolicy<T>, seed: number): RouteChooser<T> {
  const site: RouteSite = {
    path: policy.kind,
    random: new SeededRandomness(seed).stream('policy'),
    clock: { monotonic: () => 0 },
    load: () => 0,
  }
  return policy.open(site)
}

/** Plays a policy against a world. The same seed gives the same messages and coin flips, whatever the policy. */
export function play(
  policy: RoutePolicy<readonly number[]>,
  world: World,
  { rounds, seed, delay = 0, missing = 0 }: Play,
): Played {
  const chooser = openAlone(policy, seed)
  const coins = new SeededRandomness(seed).stream('world')
  const branches: BranchSet = {
    names: world.branches,
    weights: new Float64Array(world.branches.length).fill(1),
  }
  const choice = new RouteChoice()
  const regret = new Float64Array(rounds)
  const fixed = world.branches.map(() => new Float64Array(rounds))
  const rewards = new Float64Array(rounds)
  let lost = 0
  for (let t = 0; t < rounds; t++) {
    const message = world.message(t, () => coins.next())
    const request: RouteRequest<readonly number[]> = {
      id: t,
      key: undefined,
      value: message,
      remainingMs: 1000,
    }
    chooser.choose(branches, request, choice)
    const chosen = choice.chosen[0] as number
    const means = world.branches.map((_, at) => world.mean(t, at, message))
    const best = Math.max(...means)
    for (const [at, mean] of means.entries()) {
      const one = fixed[at] as Float64Array
      one[t] = (one[t - 1] ?? 0) + best - mean
    }
    const mean = means[chosen] as number
    lost += best - mean
    regret[t] = lost
    rewards[t] = coins.next() < mean ? 1 : 0
    const due = t - delay
    if (due >= 0 && coins.next() >= missing) chooser.learner?.feedback(due, rewards[due] as number)
  }
  return { regret, fixed }
}

/** The mean of several plays with seeds 1, 2, 3 … */
export function playOften(
  policy: () => RoutePolicy<readonly number[]>,
  world: World,
  plays: number,
  options: Omit<Play, 'seed'>,
): Played {
  const all = Array.from({ length: plays }, (_, at) => play(policy(), world, { ...options, seed: at + 1 }))
  return {
    regret: meanOf(all.map(({ regret }) => regret)),
    fixed: world.branches.map((_, at) => meanOf(all.map(({ fixed }) => fixed[at] as Float64Array))),
  }
}

function meanOf(curves: readonly Float64Array[]): Float64Array {
  return (curves[0] as Float64Array).map((_, t) =>
    curves.reduce((sum, curve) => sum + (curve[t] as number) / curves.length, 0),
  )
}
