import { expect, test } from 'vitest'
import {
  adversaryOf,
  bestFixed,
  linear,
  type Played,
  play,
  playOften,
  shifting,
  steady,
} from '../../scripts/regret/worlds.ts'
import { exp3 } from '../../src/routing/bandits/exp3.ts'
import { linUcb } from '../../src/routing/bandits/lin-ucb.ts'
import { thompson } from '../../src/routing/bandits/thompson.ts'
import { ucb1 } from '../../src/routing/bandits/ucb1.ts'
import { weightedRandom } from '../../src/routing/policies/weighted.ts'

const MEANS = [0.9, 0.8, 0.7, 0.6, 0.5]
const at = ({ regret }: Played, rounds: number) => regret[rounds - 1] as number
const fixedAt = (played: Played, rounds: number) => bestFixed(played)[rounds - 1] as number

test('UCB1 stays under its bound, 8 Σ ln n / Δ + (1 + π²/3) Σ Δ (Auer, Cesa-Bianchi and Fischer 2002)', () => {
  const rounds = 6000
  const played = playOften(() => ucb1(), steady(MEANS), 4, { rounds })
  const gaps = MEANS.map((mean) => 0.9 - mean).filter((gap) => gap > 0)
  for (const n of [100, 1000, rounds]) {
    const bound =
      8 * gaps.reduce((sum, gap) => sum + Math.log(n) / gap, 0) +
      (1 + Math.PI ** 2 / 3) * gaps.reduce((sum, gap) => sum + gap, 0)
    expect(at(played, n)).toBeLessThan(bound)
  }
  // Logarithmic: the second half costs less than a third of the first.
  expect(at(played, rounds) - at(played, rounds / 2)).toBeLessThan(at(played, rounds / 2) / 3)
})

test('Thompson sampling is near the bound of Lai and Robbins, Σ Δ ln n / kl, and far below UCB1', () => {
  const rounds = 6000
  const played = playOften(() => thompson(), steady(MEANS), 4, { rounds })
  const kl = (p: number, q: number) => p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q))
  const lowest = MEANS.slice(1).reduce(
    (sum, mean) => sum + ((0.9 - mean) * Math.log(rounds)) / kl(mean, 0.9),
    0,
  )
  expect(at(played, rounds)).toBeLessThan(2 * lowest)
  expect(at(played, rounds)).toBeLessThan(
    at(
      playOften(() => ucb1(), steady(MEANS), 2, { rounds }),
      rounds,
    ) / 2,
  )
  // Uniform routing loses 0.2 a round: six times as much would already be a wide margin.
  const uniform = playOften(() => weightedRandom(), steady(MEANS), 1, { rounds })
  expect(at(played, rounds) * 6).toBeLessThan(at(uniform, rounds))
})

test('EXP3 stays under 2.63 √(nK ln K) against the best fixed branch, where worlds stand still, shift, and are adverse', () => {
  const rounds = 6000
  const policy = () => exp3({ horizon: rounds })
  for (const world of [steady(MEANS), shifting(3, 500), adversaryOf(ucb1(), rounds, 1)]) {
    const K = world.branches.length
    const played = playOften(policy, world, 3, { rounds })
    const weak = at(played, rounds) - fixedAt(played, rounds)
    expect(weak, world.name).toBeLessThan(2.63 * Math.sqrt(rounds * K * Math.log(K)))
  }
})

test('against an adversary UCB1 loses in proportion to the rounds, and EXP3 does not', () => {
  const rounds = 6000
  const world = adversaryOf(ucb1(), rounds, 1)
  const fooled = play(ucb1(), world, { rounds, seed: 1 })
  // Every single round is lost, half of them against the better fixed branch.
  expect(at(fooled, rounds)).toBe(rounds)
  expect(at(fooled, rounds) - fixedAt(fooled, rounds)).toBeGreaterThan(rounds * 0.45)
  const played = playOften(() => exp3({ horizon: rounds }), world, 3, { rounds })
  expect(at(played, rounds)).toBeLessThan(at(fooled, rounds) * 0.6)
  expect(at(played, rounds) - fixedAt(played, rounds)).toBeLessThan(rounds * 0.05)
})

test('EXP3.S follows a shifting world: under its bound against the best of every part, and far better than any fixed branch', () => {
  const rounds = 6000
  const world = shifting(3, 2000)
  const played = playOften(() => exp3({ horizon: rounds, shifts: 3 }), world, 3, { rounds })
  // Corollary 8.3: 2 √(e − 1) √(KT (S ln(KT) + e)).
  const bound = 2 * Math.sqrt(Math.E - 1) * Math.sqrt(3 * rounds * (3 * Math.log(3 * rounds) + Math.E))
  expect(at(played, rounds)).toBeLessThan(bound)
  expect(at(played, rounds)).toBeLessThan(fixedAt(played, rounds) / 3)
  const without = playOften(() => exp3({ horizon: rounds }), world, 3, { rounds })
  expect(at(played, rounds)).toBeLessThan(at(without, rounds) / 2)
})

const THETAS = [
  [0.5, 0.4, 0, 0.1],
  [0.5, -0.4, 0, 0.1],
  [0.5, 0, 0.4, -0.1],
]
const contextual = (options = {}) =>
  linUcb({ features: (x: readonly number[]) => x, dimensions: 4, ...options })

test('LinUCB learns which branch is best for which message, where no fixed branch is better than chance', () => {
  const rounds = 6000
  const world = linear(THETAS)
  const played = playOften(() => contextual(), world, 3, { rounds })
  const uniform = playOften(() => weightedRandom(), world, 1, { rounds })
  expect(at(played, rounds) * 20).toBeLessThan(at(uniform, rounds))
  expect(at(played, rounds) * 20).toBeLessThan(fixedAt(played, rounds))
  // Õ(√(dT)): growing by less than √2 as rounds double.
  expect(at(played, rounds)).toBeLessThan(Math.SQRT2 * at(played, rounds / 2) + 5)
  expect(at(played, rounds)).toBeLessThan(Math.sqrt(4 * rounds))
})

test('late and missing feedback cost a little, and do not stop anyone from learning', () => {
  const rounds = 4000
  const uniform = 0.2 * rounds
  for (const [policy, most] of [
    [() => thompson(), 0.25],
    [() => ucb1(), 0.45],
    [() => exp3({ horizon: rounds }), 0.7],
  ] as const) {
    const played = playOften(policy, steady(MEANS), 3, { rounds, delay: 50, missing: 0.3 })
    expect(at(played, rounds), policy().kind).toBeLessThan(uniform * most)
  }
  const played = playOften(() => contextual(), linear(THETAS), 2, { rounds, delay: 50, missing: 0.3 })
  expect(at(played, rounds)).toBeLessThan(100)
})

test('the same seed plays the same game', () => {
  for (const policy of [() => thompson(), () => ucb1(), () => exp3()]) {
    const options = { rounds: 500, seed: 9 }
    expect(play(policy(), steady(MEANS), options).regret).toEqual(
      play(policy(), steady(MEANS), options).regret,
    )
  }
})
