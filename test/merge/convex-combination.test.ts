import fc from 'fast-check'
import { expect, test } from 'vitest'
import { convexCombination } from '../../src/merge/convex-combination.ts'

interface Hit {
  readonly id: number
  readonly s: number
}

const at = (weights: Record<string, number>) => ({ input: undefined, weights })
const hits = (...pairs: readonly [id: number, s: number][]): Hit[] => pairs.map(([id, s]) => ({ id, s }))
const score = (hit: Hit) => hit.s
const by = (hit: Hit) => hit.id
const dense = hits([1, 0.9], [2, 0.8], [3, 0.7])
const lexical = hits([3, 12], [4, 4])

test('scores of different scales are combined by min-max; an item that a list lacks counts as its lowest', () => {
  const ranked = convexCombination<Hit>({ score, by })({ dense, lexical }, at({ dense: 0.6, lexical: 0.4 }))
  expect(ranked.map(({ item }) => item.id)).toEqual([1, 3, 2, 4])
  expect(ranked.map((one) => one.score)).toEqual([0.6, 0.4, expect.closeTo(0.3), 0])
  expect(ranked[1]?.scores).toEqual({ dense: 0, lexical: 1 })
  expect(ranked[0]?.scores).toEqual({ dense: 1 })
})

test('a least score that is known says how much the lowest listed item is worth', () => {
  const combine = convexCombination<Hit>({ score, by, least: { lexical: 0 } })
  const ranked = combine({ dense, lexical }, at({ dense: 0.6, lexical: 0.4 }))
  expect(ranked.find(({ item }) => item.id === 4)?.score).toBeCloseTo(0.4 / 3, 12)
  expect(ranked.find(({ item }) => item.id === 2)?.score).toBeCloseTo(0.3, 12)
  const [only] = combine({ lexical: hits([9, 2]) }, at({ lexical: 1 }))
  expect(only?.score).toBe(1)
})

test('z-scores have mean 0 and deviation 1 in each list', () => {
  const ranked = convexCombination<Hit>({ score, by, normalize: 'z-score' })({ dense }, at({ dense: 1 }))
  const scores = ranked.map((one) => one.score)
  expect(scores[0]).toBeCloseTo(Math.sqrt(3 / 2), 9)
  expect(scores.reduce((a, b) => a + b)).toBeCloseTo(0, 9)
})

test('ties keep the order of appearance; the better of two scores counts; equal and empty lists say nothing', () => {
  const combine = convexCombination<Hit>({ score, by })
  expect(combine({ a: hits([1, 5], [2, 5]), b: [] }, at({ a: 1, b: 1 })).map(({ item }) => item.id)).toEqual([
    1, 2,
  ])
  const twice = combine({ a: hits([1, 0], [2, 1], [1, 2]) }, at({ a: 1 }))
  expect(twice.map(({ item, score: own }) => [item.id, own])).toEqual([
    [1, 1],
    [2, 0],
  ])
  expect(combine({}, at({}))).toEqual([])
  expect(combine({ a: dense, b: undefined }, at({ a: 0, b: 0 }))[0]?.score).toBe(1)
})

test('wrong options and scores are refused by their place', () => {
  const combine = convexCombination<Hit>({ score, by })
  expect(() => combine({ a: hits([1, 0], [2, Number.NaN]) }, at({ a: 1 }))).toThrow(
    expect.objectContaining({ code: 'merge', path: 'parts.a[1]' }),
  )
  expect(() => combine({ a: 'x' as never }, at({ a: 1 }))).toThrow(
    expect.objectContaining({ code: 'merge', path: 'parts.a' }),
  )
  const wrong: [object, string][] = [
    [{}, 'convexCombination.score'],
    [{ score, normalize: 'max' }, 'convexCombination.normalize'],
    [{ score, least: { a: Number.NaN } }, 'convexCombination.least'],
  ]
  for (const [options, path] of wrong)
    expect(() => convexCombination(options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', path }),
    )
})

const list = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 12 }),
    s: fc.integer({ min: -40, max: 40 }).map((eighths) => eighths / 8),
  }),
)
const normalize = fc.constantFrom('min-max' as const, 'z-score' as const)

test('the result depends neither on the order in which parts come nor on the scale of a list', () => {
  fc.assert(
    fc.property(list, list, normalize, (a, b, how) => {
      const combine = convexCombination<Hit>({ score, by, normalize: how })
      const weights = { a: 0.3, b: 0.7 }
      const whole = combine({ a, b }, at(weights))
      const under = combine.begin({ input: undefined, branches: ['a', 'b'], weights })
      under.add('b', b)
      under.add('a', a)
      expect(under.result()).toEqual(whole)
      const scaled = combine({ a: a.map(({ id, s }) => ({ id, s: 4 * s })), b }, at(weights))
      const scoresOf = (ranked: typeof whole) =>
        [...ranked].sort((x, y) => x.item.id - y.item.id).map((one) => one.score)
      scoresOf(scaled).forEach((value, i) => {
        expect(value).toBeCloseTo(scoresOf(whole)[i] as number, 6)
      })
    }),
  )
})

test('an item that a list scores higher never loses by it', () => {
  fc.assert(
    fc.property(list, list, fc.integer({ min: 0, max: 12 }), (a, b, id) => {
      const combine = convexCombination<Hit>({ score, by, least: { a: -6, b: -6 } })
      const placeIn = (first: readonly Hit[]) =>
        combine({ a: first, b }, at({ a: 0.5, b: 0.5 })).findIndex(({ item }) => item.id === id)
      const before = placeIn([...a, { id, s: 0 }])
      const after = placeIn([...a, { id, s: 6 }])
      expect(after).toBeLessThanOrEqual(before)
    }),
  )
})
