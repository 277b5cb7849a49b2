import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat } from '../../src/merge/concat.ts'
import { median, trimmedMean } from '../../src/merge/median.ts'
import { reciprocalRank } from '../../src/merge/reciprocal-rank.ts'
import { maxScore, union } from '../../src/merge/selection.ts'
import type { Accumulator, BeginContext, Parts } from '../../src/merge/strategy.ts'
import { weightedAverage } from '../../src/merge/weighted-average.ts'
import { majorityVote, weightedVote } from '../../src/merge/weighted-vote.ts'

const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error
  }
}
const at = (weights: Record<string, number> = {}) => ({ input: undefined, weights })
const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const weight = fc.double({ min: 0, max: 1e6, noNaN: true })
/** Names that an object would rather keep for itself, among others. */
const name = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'), fc.string())
/** Branches in some order: name, part, weight. */
const branches = <T>(part: fc.Arbitrary<T>) =>
  fc.uniqueArray(fc.tuple(name, part, weight), { selector: ([key]) => key, minLength: 1, maxLength: 8 })
type Branches<T> = readonly (readonly [name: string, part: T, weight: number])[]

const partsOf = <T>(list: Branches<T>): Record<string, T> =>
  Object.fromEntries(list.map(([key, part]) => [key, part]))
const weightsOf = (list: Branches<unknown>): Record<string, number> =>
  Object.fromEntries(list.map(([key, , own]) => [key, own]))
/** Integer-like names go first in an object: this is the order that a merge sees. */
const orderOf = (list: Branches<unknown>): string[] => Object.keys(partsOf(list))

interface Incremental<T, R> {
  (parts: Parts<T>, at: { input: undefined; weights: Record<string, number> }): R
  begin(at: BeginContext): Accumulator<T, R>
}

/** The merge of all at once, and of one after another in the order of the list reversed. */
function both<T, R>(merge: Incremental<T, R>, list: Branches<T>): [whole: R, grown: R] {
  const under = merge.begin({ input: undefined, branches: orderOf(list), weights: weightsOf(list) })
  for (const [key, part] of [...list].reverse()) under.add(key, part)
  under.result()
  return [merge(partsOf(list), at(weightsOf(list))), under.result()]
}

const average = weightedAverage()
const ofVectors = average as never as Incremental<number[], Float64Array>
const ofNumbers = average as never as Incremental<number, number>
const ofChances = average as never as Incremental<object, Record<string, number>>

const vector = fc.array(number, { minLength: 3, maxLength: 3 })
const chances = fc.dictionary(
  fc.constantFrom('x', 'y', 'z', '__proto__'),
  fc.double({ min: 0.01, max: 10, noNaN: true }),
  {
    minKeys: 1,
    noNullPrototype: true,
  },
)
const close = (a: ArrayLike<number>, b: ArrayLike<number>): void => {
  expect(a.length).toBe(b.length)
  for (let i = 0; i < a.length; i++) expect(a[i]).toBeCloseTo(b[i] as number, 5)
}

test('an average lies within its parts, whatever the order, and grows to the same as parts come', () => {
  fc.assert(
    fc.property(branches(vector), (list) => {
      const [whole, grown] = both(ofVectors, list)
      close(grown, whole)
      const counted = list.some(([, , own]) => own > 0) ? list.filter(([, , own]) => own > 0) : list
      for (let place = 0; place < 3; place++) {
        const column = counted.map(([, part]) => part[place] as number)
        expect(whole[place]).toBeGreaterThanOrEqual(Math.min(...column) - 1e-6)
        expect(whole[place]).toBeLessThanOrEqual(Math.max(...column) + 1e-6)
      }
    }),
  )
  fc.assert(
    fc.property(branches(number), (list) => {
      const [whole, grown] = both(ofNumbers, list)
      expect(grown).toBeCloseTo(whole, 5)
    }),
  )
})

test('equal parts average to themselves', () => {
  fc.assert(
    fc.property(branches(fc.constant(0)), vector, (list, part) => {
      const same = list.map(([key, , own]) => [key, part, own] as const)
      close(weightedAverage()(partsOf(same), at(weightsOf(same))), part)
      close(median()(partsOf(same)), part)
      close(trimmedMean()(partsOf(same)), part)
    }),
  )
})

test('averaged chances sum to 1, and a part counts by its weight, however large its numbers', () => {
  expect(average({ a: { x: 3, y: 1 }, b: { y: 0.5, z: 0.5 } }, at({ a: 0.5, b: 0.5 }))).toEqual({
    x: 0.375,
    y: 0.375,
    z: 0.25,
  })
  fc.assert(
    fc.property(branches(chances), (list) => {
      const [whole, grown] = both(ofChances, list)
      const sum = Object.values(whole).reduce((total, chance) => total + chance, 0)
      expect(sum).toBeCloseTo(1, 9)
      expect(new Set(Object.keys(grown))).toEqual(new Set(Object.keys(whole)))
      for (const [label, chance] of Object.entries(whole)) {
        expect(Object.getOwnPropertyDescriptor(grown, label)?.value).toBeCloseTo(chance, 9)
        expect(chance).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})

test('where no part has weight each counts the same, and one without weight never counts beside one with', () => {
  expect(average({ a: 1, b: 3 }, at({ a: 0, b: 0 }))).toBe(2)
  expect(average({ a: 1, b: 3 }, at())).toBe(2)
  expect(average({ a: 1, b: 3 }, at({ a: 0, b: 0.1 }))).toBe(3)
  expect(average({ a: 1, b: 3, c: 5 }, at({ a: 0, b: 1, c: 0 }))).toBe(3)
  expect(average(Object.fromEntries([['constructor', 4]]), at())).toBe(4)
})

test('NaN, Infinity, unlike kinds and impossible chances are named by branch and place', () => {
  const of = (parts: object) => thrown(() => average(parts as Record<string, number>, at({ a: 1, b: 1 })))
  expect(of({ a: 1, b: Number.NaN })).toMatchObject({ code: 'merge', path: 'parts.b' })
  expect(of({ a: [1, 2], b: [1, Number.POSITIVE_INFINITY] })).toMatchObject({ path: 'parts.b[1]' })
  expect(of({ a: [1, 2], b: [1] })).toMatchObject({ path: 'parts.b' })
  expect(of({ a: 1, b: [1] })).toMatchObject({ path: 'parts.b' })
  expect(of({ a: 1, b: null })).toMatchObject({ path: 'parts.b' })
  expect(of({ a: 1, b: 'x' })).toMatchObject({ path: 'parts.b' })
  expect(of({ a: { x: 1 }, b: { x: -1 } })).toMatchObject({ path: 'parts.b.x' })
  expect(of({ a: { x: 1 }, b: { x: Number.NaN } })).toMatchObject({ path: 'parts.b.x' })
  expect(of({ a: { x: 1 }, b: { x: 0 } })).toMatchObject({ path: 'parts.b' })
  expect(of({ a: { x: 1 }, b: {} })).toMatchObject({ path: 'parts.b' })
  expect(of({})).toMatchObject({ code: 'merge', path: 'parts' })
  expect(thrown(() => median()({ a: { x: 1 } as never }))).toMatchObject({ code: 'merge', path: 'parts.a' })
})

test('a refused part leaves no trace in an average in progress', () => {
  const under = weightedAverage().begin<number[]>({
    input: undefined,
    branches: ['a', 'b', 'c'],
    weights: { a: 1, b: 1, c: 1 },
  })
  under.add('a', [1, 1])
  expect(thrown(() => under.add('b', [1, Number.NaN]))).toMatchObject({ code: 'merge' })
  expect(thrown(() => under.add('b', [1]))).toMatchObject({ code: 'merge' })
  under.add('c', [3, 5])
  expect([...under.result()]).toEqual([2, 3])
})

const choice = fc.constantFrom('x', 'y', 'z')

test('a vote does not depend on the order of the branches except for ties, and its shares sum to 1', () => {
  fc.assert(
    fc.property(branches(choice), (list) => {
      const [whole, grown] = both(weightedVote(), list)
      expect(grown).toEqual(whole)
      expect(whole.votes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
      const back = [...list].reverse()
      const turned = weightedVote()(partsOf(back), at(weightsOf(back)))
      const shares = (votes: typeof whole.votes) => new Map(votes.map(({ choice, share }) => [choice, share]))
      expect(shares(turned.votes)).toEqual(shares(whole.votes))
      expect(turned.agreement).toBe(whole.agreement)
    }),
  )
})

test('tied, the choice of the first branch wins, also where sums of weights differ in their last digit only by order', () => {
  const vote = weightedVote()
  expect(vote({ a: 'x', b: 'y' }, at({ a: 0.5, b: 0.5 })).winner).toBe('x')
  expect(vote({ a: 'y', b: 'x' }, at({ a: 0.5, b: 0.5 })).winner).toBe('y')
  const weights = { a: 0.1, b: 0.2, c: 0.3, d: 0.3, e: 0.2, f: 0.1 }
  expect(vote({ a: 'x', b: 'x', c: 'x', d: 'y', e: 'y', f: 'y' }, at(weights)).winner).toBe('x')
  expect(vote({ a: 'x', b: 'y' }, at({ a: 0, b: 0 }))).toMatchObject({ winner: 'x', agreement: 0.5 })
  const under = vote.begin<string>({ input: undefined, branches: ['a', 'b'], weights: { a: 1, b: 1 } })
  under.add('b', 'late')
  under.add('a', 'first')
  expect(under.result().winner).toBe('first')
})

test('a choice of NaN is refused by its branch, a vote among none too', () => {
  expect(thrown(() => weightedVote()({ a: 1, b: Number.NaN }, at()))).toMatchObject({
    code: 'merge',
    path: 'parts.b',
  })
  expect(thrown(() => majorityVote()({ a: Number.NaN }))).toMatchObject({ code: 'merge', path: 'parts.a' })
  expect(thrown(() => weightedVote()({}, at()))).toMatchObject({ code: 'merge', path: 'parts' })
  const all = weightedVote({ by: () => undefined })
  expect(thrown(() => all({ a: 'x', b: 'y' }, at({ a: 1, b: 1 })))).toMatchObject({ code: 'merge' })
})

test('a majority is the same in every order, and as parts come', () => {
  fc.assert(
    fc.property(branches(choice), (list) => {
      const outcome = (run: () => string) => {
        const result = thrown(run)
        return typeof result === 'string' ? result : (result as { code: string }).code
      }
      const merge = majorityVote()
      const whole = outcome(() => merge(partsOf(list)))
      const under = merge.begin<string>({ input: undefined, branches: orderOf(list), weights: {} })
      for (const [key, part] of [...list].reverse()) under.add(key, part)
      expect(outcome(() => under.result())).toBe(whole)
      expect(outcome(() => merge(partsOf([...list].reverse())))).toBe(whole)
    }),
  )
})

const items = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 })

test('a fused ranking, a union and a concatenation grow to the same as parts come, in whatever order', () => {
  fc.assert(
    fc.property(branches(items), (list) => {
      for (const merge of [reciprocalRank(), union(), concat()]) {
        const [whole, grown] = both(merge as never as Incremental<number[], unknown>, list)
        expect(grown).toEqual(whole)
      }
    }),
  )
})

test('scores of a fused ranking do not depend on the order of the branches, and lie within what weights allow', () => {
  fc.assert(
    fc.property(branches(items), (list) => {
      const back = [...list].reverse()
      const scores = (some: Branches<number[]>) =>
        new Map(reciprocalRank()(partsOf(some), at(weightsOf(some))).map(({ item, score }) => [item, score]))
      expect(scores(back)).toEqual(scores(list))
      for (const score of scores(list).values()) expect(score).toBeLessThanOrEqual(1 / 61 + 1e-12)
    }),
  )
})

test('the best part is the same in every order unless it is tied, and as parts come', () => {
  fc.assert(
    fc.property(branches(number), (list) => {
      const merge = maxScore((part: number) => part)
      const [whole, grown] = both(merge as never as Incremental<number, number>, list)
      // 0 and −0 tie: the first branch's stays.
      expect(whole + 0).toBe(Math.max(...list.map(([, part]) => part)) + 0)
      expect(grown).toBe(whole)
    }),
  )
})

test('vectors of one type are put end to end as that type; unlike ones are named', () => {
  const merge = concat()
  const floats = merge({ a: Float32Array.of(1, 2), b: undefined, c: Float32Array.of(3) })
  expect(floats).toBeInstanceOf(Float32Array)
  expect([...floats]).toEqual([1, 2, 3])
  expect(merge({ a: new Float64Array(0), b: Float64Array.of(1) })).toEqual(Float64Array.of(1))
  expect(merge({})).toEqual([])
  const under = merge.begin<Float64Array>({ input: undefined, branches: ['a', 'b', 'c'], weights: {} })
  under.add('c', Float64Array.of(3))
  under.add('a', Float64Array.of(1))
  expect(under.result()).toEqual(Float64Array.of(1, 3))
  const of = (parts: object) => thrown(() => merge(parts as Record<string, number[]>))
  expect(of({ a: [1], b: Float32Array.of(1) })).toMatchObject({ code: 'merge', path: 'parts.b' })
  expect(of({ a: Float32Array.of(1), b: Float64Array.of(1) })).toMatchObject({ path: 'parts.b' })
  expect(of({ a: 'text' })).toMatchObject({ path: 'parts.a' })
})

test('lists that are none are named', () => {
  for (const merge of [union(), reciprocalRank()])
    expect(thrown(() => merge({ a: ['x'], b: 'y' as never }, at({ a: 1, b: 1 })))).toMatchObject({
      path: 'parts.b',
    })
})

test('a million places are averaged, and a list of a million items is joined', () => {
  const n = 1_000_000
  const [zeros, ones] = [new Float32Array(n), new Float32Array(n).fill(1)]
  const mean = weightedAverage()({ a: zeros, b: ones }, at({ a: 1, b: 3 }))
  expect(mean.every((value) => value === 0.75)).toBe(true)
  const list = Array.from({ length: n }, (_, i) => i)
  expect(concat()({ a: list, b: list }).length).toBe(2 * n)
  const rows = median()({ a: zeros, b: ones, c: ones })
  expect(rows.every((value) => value === 1)).toBe(true)
})
