import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { abTest } from '../../src/routing/policies/ab-test.ts'
import { type CanaryRollback, canary } from '../../src/routing/policies/canary.ts'
import { cheapestWithin } from '../../src/routing/policies/cheapest-within.ts'
import { conditional } from '../../src/routing/policies/conditional.ts'
import { consistentHash } from '../../src/routing/policies/consistent-hash.ts'
import { leastLoaded } from '../../src/routing/policies/least-loaded.ts'
import { shadow } from '../../src/routing/policies/shadow.ts'
import { all, topK, weightedRandom } from '../../src/routing/policies/weighted.ts'
import type { BranchSet, RouteChooser, RouteOutcome, RoutePolicy } from '../../src/routing/policy.ts'
import { RouteChoice } from '../../src/routing/route-choice.ts'

const branches = (weights: { readonly [name: string]: number }): BranchSet => ({
  names: Object.keys(weights),
  weights: Float64Array.from(Object.values(weights)),
})
const abc = branches({ a: 1, b: 2, c: 3 })

interface Bench<T> {
  readonly chooser: RouteChooser<T>
  readonly clock: { now: number }
  readonly loads: Map<string, number>
  /** Names chosen for a message; shadows end in `*`. */
  choose(set: BranchSet, message?: { key?: string; value?: T; remainingMs?: number }): string[]
}

function open<T>(policy: RoutePolicy<T>, seed = 1): Bench<T> {
  const clock = { now: 0 }
  const loads = new Map<string, number>()
  const chooser = policy.open({
    path: 'test',
    random: new SeededRandomness(seed).stream('policy'),
    clock: { monotonic: () => clock.now },
    load: (name) => loads.get(name) ?? 0,
  })
  const choice = new RouteChoice(1)
  return {
    chooser,
    clock,
    loads,
    choose(set, { key, value, remainingMs = Number.POSITIVE_INFINITY } = {}) {
      chooser.choose(set, { id: 1, key, value: value as T, remainingMs }, choice)
      return Array.from({ length: choice.count }, (_, at) => {
        const name = set.names[choice.chosen[at] as number] as string
        return choice.shadow[at] === 1 ? `${name}*` : name
      })
    },
  }
}

const ended = (latencyMs: number, failed = false): RouteOutcome => ({
  latencyMs,
  failed,
  agreement: undefined,
})
const failed = ended(1, true)

function countsOf<T>(bench: Bench<T>, set: BranchSet, rounds: number, key?: (at: number) => string) {
  const counts = new Map<string, number>(set.names.map((name) => [name, 0]))
  for (let at = 0; at < rounds; at++) {
    const message = key === undefined ? {} : { key: key(at) }
    for (const name of bench.choose(set, message)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

test('all: every branch, with its weight', () => {
  const { chooser } = open(all())
  const choice = new RouteChoice(1)
  chooser.choose(abc, { id: 1, key: undefined, value: undefined, remainingMs: 1 }, choice)
  expect([...choice.chosen.subarray(0, choice.count)]).toEqual([0, 1, 2])
  expect([...choice.weight.subarray(0, choice.count)]).toEqual([1, 2, 3])
})

test('top k: the heaviest, in the order of A, the first of equals', () => {
  expect(open(topK(2)).choose(abc)).toEqual(['b', 'c'])
  expect(open(topK(9)).choose(abc)).toEqual(['a', 'b', 'c'])
  expect(open(topK(2)).choose(branches({ a: 1, b: 1, c: 1 }))).toEqual(['a', 'b'])
  expect(() => topK(0)).toThrow(expect.objectContaining({ code: 'invalid-argument', path: 'topK.k' }))
})

test('weighted random: in proportion to the weights', () => {
  const counts = countsOf(open(weightedRandom()), abc, 60_000)
  // Three standard deviations of a binomial are below 400.
  expect(Math.abs((counts.get('a') as number) - 10_000)).toBeLessThan(400)
  expect(Math.abs((counts.get('b') as number) - 20_000)).toBeLessThan(400)
  expect(Math.abs((counts.get('c') as number) - 30_000)).toBeLessThan(400)
})

test('consistent hash: the same key, the same branch, whatever the order in A and whoever asks', () => {
  const one = open(consistentHash(), 1)
  const other = open(consistentHash(), 2)
  const turned = branches({ c: 3, a: 1, b: 2 })
  for (let at = 0; at < 500; at++) {
    expect(one.choose(abc, { key: `k${at}` })).toEqual(other.choose(turned, { key: `k${at}` }))
  }
})

test('consistent hash: shares follow the weights', () => {
  const counts = countsOf(open(consistentHash()), abc, 60_000, (at) => `user-${at}`)
  for (const [name, weight] of Object.entries({ a: 1, b: 2, c: 3 })) {
    expect(Math.abs((counts.get(name) as number) - weight * 10_000)).toBeLessThan(600)
  }
})

test('consistent hash: a branch that goes moves only its own keys, one that comes takes only what it keeps', () => {
  const sets = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 9 })
  const keys = fc.array(fc.string(), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(
      sets,
      fc.nat(8),
      fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { minLength: 9, maxLength: 9 }),
      keys,
      (names, at, weights, messages) => {
        const whole = branches(Object.fromEntries(names.map((name, i) => [`n${name}`, weights[i] as number])))
        const gone = whole.names[at % names.length] as string
        const rest: BranchSet = {
          names: whole.names.filter((name) => name !== gone),
          weights: whole.weights.filter((_, i) => whole.names[i] !== gone),
        }
        const bench = open(consistentHash())
        for (const key of messages) {
          const [before] = bench.choose(whole, { key })
          const [after] = bench.choose(rest, { key })
          if (before !== gone) expect(after).toBe(before)
        }
      },
    ),
  )
})

test('consistent hash: by a key of the message, and at random without any', () => {
  const bench = open(consistentHash({ key: (value: { user?: string }) => value.user }))
  const [first] = bench.choose(abc, { value: { user: 'ann' }, key: 'x' })
  expect(bench.choose(abc, { value: { user: 'ann' }, key: 'y' })).toEqual([first])
  const drawn = new Set(Array.from({ length: 60 }, () => bench.choose(abc, { value: {} })[0]))
  expect(drawn).toEqual(new Set(['a', 'b', 'c']))
})

test('least loaded: the least load for its weight, equals in turn', () => {
  const bench = open(leastLoaded())
  bench.loads.set('a', 1).set('b', 2).set('c', 9)
  // (1+1)/1, (2+1)/2, (9+1)/3
  expect(bench.choose(abc)).toEqual(['b'])
  const even = countsOf(open(leastLoaded()), branches({ a: 1, b: 1, c: 1 }), 9_000)
  for (const count of even.values()) expect(Math.abs(count - 3_000)).toBeLessThan(200)
})

test('two choices: the worst of many is never taken, and nobody is left out', () => {
  const bench = open(leastLoaded({ sample: 2 }))
  bench.loads.set('a', 3).set('b', 2).set('c', 1)
  const counts = countsOf(bench, branches({ a: 1, b: 1, c: 1 }), 9_000)
  // Of the pairs {a,b} {a,c} {b,c} the lesser: b once, c twice, a never.
  expect(counts.get('a')).toBe(0)
  expect(Math.abs((counts.get('b') as number) - 3_000)).toBeLessThan(200)
})

test('two choices keep loads nearly even where random choice does not', () => {
  const set = branches(Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`r${at}`, 1])))
  const greatest = (policy: RoutePolicy<unknown>) => {
    const bench = open(policy)
    for (let at = 0; at < 64 * 64; at++) {
      const [name = ''] = bench.choose(set)
      bench.loads.set(name, (bench.loads.get(name) ?? 0) + 1)
    }
    return Math.max(...bench.loads.values())
  }
  expect(greatest(leastLoaded({ sample: 2 }))).toBeLessThanOrEqual(64 + 5)
  expect(greatest(weightedRandom())).toBeGreaterThan(64 + 10)
})

test('cheapest within: the cheapest that has been in time, the fastest if none is', () => {
  const bench = open(cheapestWithin({ a: 1, b: 5, c: 9 }))
  expect(bench.choose(abc)).toEqual(['a'])
  for (let at = 0; at < 20; at++) {
    bench.chooser.observe(1, 'a', ended(500))
    bench.chooser.observe(1, 'b', ended(100))
    bench.chooser.observe(1, 'c', ended(20))
  }
  expect(bench.choose(abc, { remainingMs: 1000 })).toEqual(['a'])
  expect(bench.choose(abc, { remainingMs: 499 })).toEqual(['b'])
  expect(bench.choose(abc, { remainingMs: 99 })).toEqual(['c'])
  expect(bench.choose(abc, { remainingMs: 1 })).toEqual(['c'])
})

test('cheapest within: the quantile, failures as no answer, and a second chance after a while', () => {
  const bench = open(cheapestWithin({ a: 1, b: 5 }, { quantile: 0.9, window: 10, forgetAfter: '30s' }))
  const set = branches({ a: 1, b: 1 })
  for (let at = 0; at < 10; at++) bench.chooser.observe(1, 'a', ended(at === 0 ? 900 : 10))
  for (let at = 0; at < 10; at++) bench.chooser.observe(1, 'b', ended(50))
  // One of ten too slow is what a quantile of 0.9 allows; two are not.
  expect(bench.choose(set, { remainingMs: 100 })).toEqual(['a'])
  bench.chooser.observe(1, 'a', failed)
  bench.chooser.observe(1, 'a', failed)
  expect(bench.choose(set, { remainingMs: 100 })).toEqual(['b'])
  bench.clock.now = 30_001
  bench.chooser.observe(1, 'b', ended(50))
  expect(bench.choose(set, { remainingMs: 100 })).toEqual(['a'])
})

test('conditional: the first that holds, every one, or otherwise', () => {
  const conditions = { a: (n: number) => n < 10, b: (n: number) => n % 2 === 0 }
  const first = open(conditional(conditions, { otherwise: 'c' }))
  expect([4, 12, 13].map((value) => first.choose(abc, { value }))).toEqual([['a'], ['b'], ['c']])
  const every = open(conditional(conditions, { match: 'every' }))
  expect([4, 12, 13].map((value) => every.choose(abc, { value }))).toEqual([['a', 'b'], ['b'], []])
  expect(conditional(conditions, { otherwise: 'c' }).names).toEqual(['a', 'b', 'c'])
  // A branch that A has lost is passed over.
  expect(first.choose(branches({ b: 1, c: 1 }), { value: 4 })).toEqual(['b'])
})

test('A/B: by share, sticky by key, and another experiment assigns independently', () => {
  const shares = { a: 0.75, b: 0.25 }
  const set = branches({ a: 1, b: 1, c: 1 })
  const one = open(abTest(shares, { experiment: 'one' }))
  const counts = countsOf(one, set, 40_000, (at) => `user-${at}`)
  expect(Math.abs((counts.get('a') as number) - 30_000)).toBeLessThan(400)
  expect(counts.get('c')).toBe(0)
  const two = open(abTest(shares, { experiment: 'two' }))
  const assigned = (bench: typeof one, at: number) => bench.choose(set, { key: `user-${at}` })[0]
  let both = 0
  for (let at = 0; at < 10_000; at++) {
    expect(assigned(one, at)).toBe(assigned(open(abTest(shares, { experiment: 'one' }), 9), at))
    if (assigned(one, at) === 'b' && assigned(two, at) === 'b') both += 1
  }
  // Independent: a quarter of a quarter.
  expect(Math.abs(both - 625)).toBeLessThan(90)
})

test('A/B: a greater share takes keys, and gives none back; an arm that is gone leaves its share', () => {
  const set = branches({ a: 1, b: 1 })
  const narrow = open(abTest({ a: 0.1, b: 0.9 }))
  const wide = open(abTest({ a: 0.4, b: 0.6 }))
  for (let at = 0; at < 2_000; at++) {
    const key = `user-${at}`
    if (narrow.choose(set, { key })[0] === 'a') expect(wide.choose(set, { key })).toEqual(['a'])
    expect(wide.choose(branches({ b: 1 }), { key })).toEqual(['b'])
  }
})

test('canary: a small share, rolled back when it fails too often, and told once', () => {
  const rollbacks: CanaryRollback[] = []
  const policy = canary({
    stable: 'a',
    canary: 'b',
    share: 0.1,
    errorRateMax: 0.2,
    window: 50,
    samplesMin: 10,
    onRollback: (rollback) => rollbacks.push(rollback),
  })
  const set = branches({ a: 1, b: 1 })
  const bench = open(policy)
  const counts = countsOf(bench, set, 10_000)
  expect(Math.abs((counts.get('b') as number) - 1_000)).toBeLessThan(120)
  for (let at = 0; at < 9; at++) bench.chooser.observe(1, 'b', failed)
  // Too few to judge; and what fails elsewhere is not the canary's fault.
  for (let at = 0; at < 99; at++) bench.chooser.observe(1, 'a', failed)
  expect(rollbacks).toEqual([])
  for (let at = 0; at < 9; at++) bench.chooser.observe(1, 'b', failed)
  expect(rollbacks).toEqual([{ canary: 'b', outcomes: 10, failed: 10 }])
  expect(countsOf(bench, set, 1_000).get('b')).toBe(0)

  const restarted = open(policy)
  restarted.chooser.restore(JSON.parse(JSON.stringify(bench.chooser.save())))
  expect(countsOf(restarted, set, 1_000).get('b')).toBe(0)
  const another = open(canary({ stable: 'a', canary: 'b2', share: 0.5 }))
  another.chooser.restore(bench.chooser.save())
  expect(countsOf(another, branches({ a: 1, b2: 1 }), 100).get('b2')).toBeGreaterThan(20)
})

test('canary: good outcomes in its window keep it', () => {
  const bench = open(canary({ stable: 'a', canary: 'b', share: 1, errorRateMax: 0.2, window: 10 }))
  for (let at = 0; at < 500; at++) bench.chooser.observe(1, 'b', at % 5 === 0 ? failed : ended(1))
  expect(bench.choose(branches({ a: 1, b: 1 }))).toEqual(['b'])
})

test('shadow: the others choose as if it were not there; it is marked, counted, and learns nobody anything', () => {
  const bench = open(shadow(topK(1), { to: ['c'] }))
  expect(bench.choose(abc)).toEqual(['b', 'c*'])
  bench.chooser.observe(1, 'b', ended(10))
  bench.chooser.observe(1, 'c', ended(30, true))
  const counts = { chosen: 0, shadowed: 0, ended: 0, failed: 0, busyMs: 0 }
  expect(bench.chooser.report()).toEqual([
    { ...counts, name: 'a' },
    { ...counts, name: 'b', chosen: 1, ended: 1, busyMs: 10 },
    { ...counts, name: 'c', shadowed: 1, ended: 1, failed: 1, busyMs: 30 },
  ])
  const half = open(shadow(all(), { to: ['c'], share: 0.5 }))
  const shadowed = Array.from({ length: 2_000 }, () => half.choose(abc).length).filter(
    (length) => length === 3,
  )
  expect(Math.abs(shadowed.length - 1_000)).toBeLessThan(120)
})

test('every policy: nothing of nothing, counts by name while branches come and go', () => {
  const policies: RoutePolicy<never>[] = [
    all(),
    topK(2),
    weightedRandom(),
    consistentHash(),
    leastLoaded(),
    leastLoaded({ sample: 2 }),
    cheapestWithin({ b: 1, z: 1 }),
    abTest({ a: 1, b: 1 }),
    canary({ stable: 'a', canary: 'b' }),
    shadow(all(), { to: ['b'] }),
  ]
  for (const policy of policies) {
    const bench = open(policy as RoutePolicy<unknown>)
    expect(bench.choose(branches({}))).toEqual([])
    const before = branches({ a: 1, b: 1 })
    const after = branches({ z: 1, a: 1 })
    for (let at = 0; at < 50; at++) {
      for (const set of [before, after]) {
        const chosen = bench.choose(set, { key: `k${at}` })
        expect(chosen.length, policy.kind).toBeGreaterThan(0)
        for (const name of chosen) expect(set.names).toContain(name.replace('*', ''))
      }
    }
    const a = bench.chooser.report().find(({ name }) => name === 'a')
    expect(a?.chosen, policy.kind).toBeGreaterThan(0)
    expect(JSON.parse(JSON.stringify(policy)).kind).toBe(policy.kind)
  }
})

test('the same seed chooses the same', () => {
  for (const policy of [
    weightedRandom(),
    leastLoaded({ sample: 2 }),
    canary({ stable: 'a', canary: 'b', share: 0.5 }),
  ]) {
    const [one, other] = [open(policy, 7), open(policy, 7)]
    for (let at = 0; at < 100; at++) expect(one.choose(abc)).toEqual(other.choose(abc))
  }
})

test.each([
  ['abTest.shares', () => abTest({})],
  ['abTest.shares', () => abTest({ a: 0, b: 0 })],
  ['abTest.shares.a', () => abTest({ a: Number.NaN })],
  ['canary.share', () => canary({ stable: 'a', canary: 'b', share: 1.1 })],
  ['canary.samplesMin', () => canary({ stable: 'a', canary: 'b', window: 5, samplesMin: 6 })],
  ['cheapestWithin.costs.a', () => cheapestWithin({ a: -1 })],
  ['cheapestWithin.quantile', () => cheapestWithin({ a: 1 }, { quantile: 2 })],
  ['leastLoaded.sample', () => leastLoaded({ sample: 0 })],
  ['shadow.share', () => shadow(all(), { to: ['a'], share: -1 })],
] as const)('%s out of range is refused where it is written', (path, build) => {
  expect(build).toThrow(expect.objectContaining({ code: 'invalid-argument', path }))
})
