import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { exp3 } from '../../src/routing/bandits/exp3.ts'
import { linUcb, shermanMorrison } from '../../src/routing/bandits/lin-ucb.ts'
import { rewardOfAgreement, rewardOfLatency, rewardOfSuccess } from '../../src/routing/bandits/rewards.ts'
import { beta, gamma, normal } from '../../src/routing/bandits/sampling.ts'
import { thompson } from '../../src/routing/bandits/thompson.ts'
import { ucb1 } from '../../src/routing/bandits/ucb1.ts'
import { linearAlgebra } from '../../src/routing/linear-algebra.ts'
import type { BranchSet, RouteChooser, RouteLearner, RoutePolicy } from '../../src/routing/policy.ts'
import { RouteChoice } from '../../src/routing/route-choice.ts'

const setOf = (...names: string[]): BranchSet => ({ names, weights: new Float64Array(names.length).fill(1) })
const abc = setOf('a', 'b', 'c')
const features = (value: unknown): number[] => (Array.isArray(value) ? value : [1, 0])

/** Every learning policy, with the options that all take. */
const learners = (options: Parameters<typeof ucb1<string>>[0] = {}): RoutePolicy<unknown>[] => [
  thompson(options),
  ucb1(options),
  linUcb({ features, dimensions: 2, ...options }),
  exp3({ horizon: 1000, ...options }),
]

interface Bench {
  readonly chooser: RouteChooser<unknown>
  readonly learner: RouteLearner
  readonly clock: { now: number }
  choose(id: number, set?: BranchSet, value?: unknown): string[]
}

function open(policy: RoutePolicy<unknown>, seed = 1): Bench {
  const clock = { now: 0 }
  const chooser = policy.open({
    path: 'qa.readers',
    random: new SeededRandomness(seed).stream('policy'),
    clock: { monotonic: () => clock.now },
    load: () => 0,
  })
  const choice = new RouteChoice()
  return {
    chooser,
    learner: chooser.learner as RouteLearner,
    clock,
    choose(id, set = abc, value) {
      chooser.choose(set, { id, key: undefined, value, remainingMs: 1 }, choice)
      return Array.from(choice.chosen.subarray(0, choice.count), (at) => set.names[at] as string)
    },
  }
}

/** Teaches that `good` is worth 1 and the others 0. */
function teach(bench: Bench, rounds: number, good: string, from = 0): Map<string, number> {
  const counts = new Map<string, number>()
  for (let id = from; id < from + rounds; id++) {
    const [name = ''] = bench.choose(id)
    counts.set(name, (counts.get(name) ?? 0) + 1)
    bench.learner.feedback(id, name === good ? 1 : 0)
  }
  return counts
}

const outcome = (latencyMs: number, failed = false, agreement?: number) => ({ latencyMs, failed, agreement })

test('everyone learns which branch is good, and turns when the good one is gone', () => {
  for (const policy of learners()) {
    const bench = open(policy)
    const counts = teach(bench, 1000, 'b')
    expect(counts.get('b'), policy.kind).toBeGreaterThan(700)
    bench.choose(5000, setOf('a', 'c'))
    expect(bench.choose(5001, setOf('a', 'c'))).not.toContain('b')
    // What was known of it is known when it comes back.
    const back = Array.from({ length: 200 }, (_, at) => bench.choose(6000 + at)[0])
    const share = back.filter((name) => name === 'b').length
    // EXP3 alone forgets: what a branch weighed was in relation to the others of its time.
    expect(share, policy.kind).toBeGreaterThan(policy.kind === 'exp3' ? 20 : 100)
  }
})

test('a branch that comes later is tried, and can win', () => {
  for (const policy of learners()) {
    const bench = open(policy)
    teach(bench, 300, 'b')
    const wider = setOf('a', 'b', 'c', 'new')
    let chosen = 0
    for (let id = 1000; id < 3000; id++) {
      const [name] = bench.choose(id, wider)
      bench.learner.feedback(id, name === 'new' ? 1 : name === 'b' ? 0.3 : 0)
      if (id >= 2000 && name === 'new') chosen += 1
    }
    expect(chosen, policy.kind).toBeGreaterThan(600)
  }
})

test('feedback: unknown, settled and expired ids, and rewards out of range, are typed errors that change nothing', () => {
  for (const policy of learners({ pendingMax: 2, rememberMax: 2, expireAfter: '1s' })) {
    const bench = open(policy)
    const before = JSON.stringify(bench.chooser.save())
    expect(() => bench.learner.feedback(1, 0.5)).toThrow(
      expect.objectContaining({ code: 'unknown-decision', path: 'qa.readers', value: 1 }),
    )
    bench.choose(1)
    for (const reward of [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY, '1' as never]) {
      expect(() => bench.learner.feedback(1, reward)).toThrow(
        expect.objectContaining({ code: 'invalid-argument', path: 'qa.readers.feedback' }),
      )
    }
    expect(bench.learner.awaits(1)).toBe(true)
    bench.learner.feedback(1, 1)
    expect(JSON.stringify(bench.chooser.save())).not.toBe(before)
    const taught = JSON.stringify(bench.chooser.save())
    expect(() => bench.learner.feedback(1, 1)).toThrow(expect.objectContaining({ code: 'unknown-decision' }))
    expect(bench.learner.why(1).state).toBe('settled')
    expect(JSON.stringify(bench.chooser.save())).toBe(taught)
  }
})

test('decisions without feedback are bounded in number and in time, and counted when they expire', () => {
  for (const policy of learners({ pendingMax: 10, rememberMax: 5, expireAfter: '1s' })) {
    const bench = open(policy)
    for (let id = 0; id < 100; id++) bench.choose(id)
    expect(bench.learner).toMatchObject({ pending: 10, expired: 90 })
    expect(() => bench.learner.feedback(89, 1)).toThrow(expect.objectContaining({ code: 'unknown-decision' }))
    expect(bench.learner.why(89).state).toBe('expired')
    expect(() => bench.learner.why(50)).toThrow(expect.objectContaining({ code: 'unknown-decision' }))
    bench.learner.feedback(90, 1)
    bench.clock.now = 1001
    bench.choose(100)
    expect(bench.learner).toMatchObject({ pending: 1, expired: 99 })
  }
})

test('however feedback comes, late, missing, out of turn, for a run that passed twice: what is pending is what was chosen and not told', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('choose' as const), id: fc.nat(20) }),
    fc.record({ kind: fc.constant('feedback' as const), id: fc.nat(20) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.nat(3), (steps, which) => {
      const bench = open(learners({ pendingMax: 1000 })[which] as RoutePolicy<unknown>)
      const pending = new Map<number, number>()
      let told = 0
      for (const { kind, id } of steps) {
        if (kind === 'choose') {
          bench.choose(id)
          pending.set(id, (pending.get(id) ?? 0) + 1)
        } else if (pending.has(id)) {
          bench.learner.feedback(id, 0.5)
          told += pending.get(id) as number
          pending.delete(id)
        } else {
          expect(() => bench.learner.feedback(id, 0.5)).toThrow(
            expect.objectContaining({ code: 'unknown-decision' }),
          )
        }
        expect(bench.learner.awaits(id)).toBe(pending.has(id))
      }
      expect(bench.learner.pending).toBe([...pending.values()].reduce((sum, one) => sum + one, 0))
      const arms = bench.chooser.save()?.arms as { count: number }[]
      expect(arms.reduce((sum, { count }) => sum + count, 0)).toBe(told)
    }),
    { numRuns: 60 },
  )
})

test('the floor: everyone is explored, whatever was learned', () => {
  for (const policy of learners({ floor: 0.3 })) {
    const bench = open(policy)
    teach(bench, 500, 'b')
    const counts = teach(bench, 3000, 'b', 1000)
    for (const name of ['a', 'c']) expect(counts.get(name), policy.kind).toBeGreaterThan(3000 * 0.1 * 0.8)
  }
})

test('bounds hold over every window, from the first decision on', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(share, share, fc.nat(3), fc.constantFrom('a', 'b', 'c'), (low, high, which, good) => {
      const min = Math.min(low, high) * 0.5
      const max = Math.max(low, high, 0.05)
      const bench = open(learners({ bounds: { a: { min, max } } })[which] as RoutePolicy<unknown>)
      const chosen: number[] = []
      for (let id = 0; id < 400; id++) {
        const [name] = bench.choose(id)
        chosen.push(name === 'a' ? 1 : 0)
        bench.learner.feedback(id, name === good ? 1 : 0)
      }
      for (const width of [10, 50, 200]) {
        for (let at = 0; at + width <= chosen.length; at += 7) {
          const count = chosen.slice(at, at + width).reduce((sum, one) => sum + one, 0)
          expect(count).toBeLessThanOrEqual(max * width + 2 + 1e-6)
          expect(count).toBeGreaterThanOrEqual(Math.floor(min * width * (1 - 1e-9)) - 1)
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('bounds out of range, or that can not all be kept, are refused where they are written', () => {
  for (const [path, bounds] of [
    ['ucb1.bounds.a.min', { a: { min: -0.1 } }],
    ['ucb1.bounds.a.max', { a: { min: 0.5, max: 0.4 } }],
    ['ucb1.bounds', { a: { min: 0.6 }, b: { min: 0.6 } }],
  ] as const) {
    expect(() => ucb1<string>({ bounds })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path }),
    )
  }
  for (const [path, options] of [
    ['ucb1.floor', { floor: 2 }],
    ['ucb1.picks', { picks: 0 }],
    ['ucb1.pendingMax', { pendingMax: 0 }],
  ] as const) {
    expect(() => ucb1(options)).toThrow(expect.objectContaining({ code: 'invalid-argument', path }))
  }
  expect(() => exp3({ picks: 2 } as never)).toThrow(expect.objectContaining({ path: 'exp3.picks' }))
})

test('several picks are different branches, the best among them', () => {
  for (const policy of [
    thompson({ picks: 2 }),
    ucb1({ picks: 2 }),
    linUcb({ picks: 2, features, dimensions: 2 }),
  ]) {
    const bench = open(policy)
    let good = 0
    for (let id = 0; id < 500; id++) {
      const names = bench.choose(id)
      expect(new Set(names).size).toBe(2)
      if (id >= 300 && names.includes('b')) good += 1
      for (const name of names) {
        bench.chooser.observe(id, name, outcome(1))
      }
      bench.learner.feedback(id, names.includes('b') ? 1 : 0)
    }
    expect(good, policy.kind).toBeGreaterThan(180)
    expect(bench.choose(999, setOf('only'))).toEqual(['only'])
  }
})

test('frozen: chooses the best known, and learns nothing', () => {
  for (const policy of learners()) {
    const bench = open(policy)
    teach(bench, 1000, 'b')
    bench.learner.frozen = true
    const { arms: before } = bench.chooser.save() as unknown as { arms: { count: number; sum: number }[] }
    const counts = teach(bench, 300, 'a', 2000)
    const { arms: after } = bench.chooser.save() as unknown as { arms: { count: number; sum: number }[] }
    expect(counts.get('b'), policy.kind).toBeGreaterThan(policy.kind === 'exp3' ? 250 : 299)
    expect(after.map(({ count, sum }) => [count, sum])).toEqual(before.map(({ count, sum }) => [count, sum]))
    expect(bench.learner.why(2000).cause).toBe('frozen')
  }
})

test('saved as JSON and restored, it chooses on as if nothing had happened', () => {
  for (const make of [0, 1, 2, 3]) {
    const one = open(learners()[make] as RoutePolicy<unknown>)
    teach(one, 300, 'b')
    const saved = JSON.parse(JSON.stringify(one.chooser.save()))
    const other = open(learners()[make] as RoutePolicy<unknown>)
    other.chooser.restore(saved)
    expect(other.chooser.save()).toEqual(saved)
    const frozen = open(learners({ frozen: true })[make] as RoutePolicy<unknown>)
    frozen.chooser.restore(saved)
    expect(frozen.learner.frozen).toBe(true)
    const counts = teach(other, 100, 'b', 1000)
    expect(counts.get('b')).toBeGreaterThan(50)
  }
})

test('a state that is damaged, or of another kind, is refused and changes nothing', () => {
  for (const policy of learners()) {
    const bench = open(policy)
    teach(bench, 50, 'b')
    const saved = JSON.parse(JSON.stringify(bench.chooser.save()))
    const [first, ...rest] = saved.arms
    for (const state of [
      undefined,
      null,
      7,
      {},
      { ...saved, kind: 'other' },
      { ...saved, version: 2 },
      { ...saved, arms: {} },
      { ...saved, arms: [...rest, { ...first, count: -1 }] },
      { ...saved, arms: [...rest, { ...first, sum: first.count + 1 }] },
      { ...saved, arms: [...rest, { ...first, name: 7 }] },
      { ...saved, arms: [...rest, null] },
      ...('inverse' in first ? [{ ...saved, arms: [{ ...first, inverse: [1] }] }] : []),
      ...('weight' in first ? [{ ...saved, arms: [{ ...first, weight: -1 }] }] : []),
    ]) {
      expect(() => bench.chooser.restore(state)).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      )
    }
    expect(JSON.parse(JSON.stringify(bench.chooser.save()))).toEqual(saved)
  }
})

test('why: what each branch was known for, what was compared, what was chosen and what came of it', () => {
  for (const policy of learners()) {
    const bench = open(policy)
    teach(bench, 200, 'b')
    const [name = ''] = bench.choose(777)
    const why = bench.learner.why(777)
    expect(why).toMatchObject({ id: 777, kind: policy.kind, chosen: [name], state: 'pending', rewards: {} })
    expect(why.branches.map((branch) => branch.name)).toEqual(['a', 'b', 'c'])
    expect(why.branches.reduce((sum, { count }) => sum + count, 0)).toBe(200)
    expect(why.branches[1]?.mean).toBe(1)
    expect(why.text).toContain(name)
    if (policy.kind !== 'exp3') {
      const best = Math.max(...why.branches.map(({ score }) => score))
      expect(why.branches.find((branch) => branch.name === name)?.score).toBe(best)
    }
    if (policy.kind !== 'thompson') {
      expect(why.branches.reduce((sum, { propensity = Number.NaN }) => sum + propensity, 0)).toBeCloseTo(1, 9)
    }
    bench.learner.feedback(777, 0.25)
    expect(bench.learner.why(777)).toMatchObject({ state: 'settled', rewards: { [name]: 0.25 } })
  }
  expect(open(ucb1()).choose(1)).toHaveLength(1)
})

test('rewards by rule: latency, success, and agreement once a vote is known', () => {
  const latency = rewardOfLatency('200ms')
  expect(latency.reward(outcome(0))).toBe(1)
  expect(latency.reward(outcome(200))).toBe(0.5)
  expect(latency.reward(outcome(5, true))).toBe(0)
  expect(rewardOfSuccess().reward(outcome(5, true))).toBe(0)
  expect(rewardOfAgreement().reward(outcome(5))).toBeUndefined()
  expect(rewardOfAgreement().reward(outcome(5, false, 0.75))).toBe(0.75)
  expect(() => rewardOfLatency(0)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))

  for (const policy of learners({ reward: rewardOfAgreement() })) {
    const bench = open(policy)
    const [name = ''] = bench.choose(1)
    bench.chooser.observe(1, name, outcome(5))
    expect(bench.learner.awaits(1)).toBe(true)
    bench.chooser.observe(1, name, outcome(5, false, 0.75))
    expect(bench.learner.why(1)).toMatchObject({ state: 'settled', rewards: { [name]: 0.75 } })
    // A second outcome, one of a branch that was not chosen, and one of a run that nobody knows: all ignored.
    bench.chooser.observe(1, name, outcome(5, false, 0.1))
    bench.chooser.observe(1, 'zed', outcome(5, false, 0.1))
    bench.chooser.observe(99, name, outcome(5, false, 0.1))
    expect(bench.learner.why(1).rewards).toEqual({ [name]: 0.75 })
  }
})

test('LinUCB: features that are not what was promised fail the message, and nothing else', () => {
  const bench = open(linUcb({ features, dimensions: 2 }))
  bench.choose(1, abc, [1, 2])
  const before = JSON.stringify(bench.chooser.save())
  for (const value of [[1], [1, 2, 3], [1, Number.NaN], [1, Number.POSITIVE_INFINITY]]) {
    expect(() => bench.choose(2, abc, value)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path: 'qa.readers.features' }),
    )
  }
  expect(JSON.stringify(bench.chooser.save())).toBe(before)
  expect(bench.learner.pending).toBe(1)
})

test('Sherman–Morrison updates are the inverse that mathjs finds', () => {
  const math = linearAlgebra()
  const vector = (d: number) =>
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: d, maxLength: d })
  const vectors = fc
    .integer({ min: 1, max: 6 })
    .chain((d) => fc.array(vector(d), { minLength: 1, maxLength: 30 }))
  fc.assert(
    fc.property(vectors, (xs) => {
      const d = xs[0]?.length as number
      const inverse = Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0))
      const A = (math.identity(d) as never as { toArray(): number[][] }).toArray()
      for (const x of xs) {
        shermanMorrison(inverse, Float64Array.from(x), new Float64Array(d))
        x.forEach((one, i) => {
          x.forEach((other, j) => {
            ;(A[i] as number[])[j] = (A[i]?.[j] as number) + one * other
          })
        })
      }
      const expected = math.inv(A) as number[][]
      inverse.forEach((value, at) => {
        expect(value).toBeCloseTo(expected[Math.floor(at / d)]?.[at % d] as number, 9)
      })
    }),
    { numRuns: 40 },
  )
})

test('draws have the mean and the variance of their distributions', () => {
  const random = new SeededRandomness(3).stream('draws')
  const n = 40_000
  const moments = (draw: () => number) => {
    let sum = 0
    let squares = 0
    for (let at = 0; at < n; at++) {
      const x = draw()
      sum += x
      squares += x * x
    }
    return { mean: sum / n, variance: squares / n - (sum / n) ** 2 }
  }
  const standard = moments(() => normal(random))
  expect(Math.abs(standard.mean)).toBeLessThan(0.02)
  expect(Math.abs(standard.variance - 1)).toBeLessThan(0.03)
  for (const shape of [0.2, 0.7, 1, 3, 50]) {
    const { mean, variance } = moments(() => gamma(random, shape))
    // Four standard errors; a gamma's variance is its shape.
    expect(Math.abs(mean - shape)).toBeLessThan(4 * Math.sqrt(shape / n))
    expect(Math.abs(variance / shape - 1)).toBeLessThan(shape < 1 ? 0.2 : 0.08)
  }
  for (const [a, b] of [
    [0.5, 0.5],
    [1, 1],
    [2, 5],
    [300, 100],
  ] as const) {
    const expected = a / (a + b)
    const variance = (a * b) / ((a + b) ** 2 * (a + b + 1))
    const drawn = moments(() => beta(random, a, b))
    expect(Math.abs(drawn.mean - expected)).toBeLessThan(4 * Math.sqrt(variance / n))
    expect(Math.abs(drawn.variance / variance - 1)).toBeLessThan(0.08)
  }
})
