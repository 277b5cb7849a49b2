import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MergeError } from '../../src/merge/errors.ts'
import { median, trimmedMean } from '../../src/merge/median.ts'
import { maxScore, reduce, union } from '../../src/merge/selection.ts'
import { majorityVote } from '../../src/merge/weighted-vote.ts'

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const parts = fc.array(number, { minLength: 1, maxLength: 9 })
const named = <T>(values: readonly T[]): Record<string, T> =>
  Object.fromEntries(values.map((value, i) => [`b${i}`, value]))
const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error
  }
}

test('median: of an even number the mean of the middle two, of vectors place by place', () => {
  expect(median()({ a: 3, b: 1, c: 2 })).toBe(2)
  expect(median()({ a: 4, b: 1, c: 2, d: 3 })).toBe(2.5)
  expect(median()({ a: 10, b: 9, c: undefined })).toBe(9.5)
  expect([...median()({ a: [1, 9], b: [2, 8], c: Float32Array.of(3, 7) as never })]).toEqual([2, 8])
})

test('median and trimmed mean lie within their parts, and the order of the branches does not matter', () => {
  fc.assert(
    fc.property(parts, (values) => {
      for (const merge of [median(), trimmedMean(), trimmedMean({ trim: 0 })]) {
        const value = merge(named(values))
        expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6)
        expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-6)
        expect(merge(named([...values].reverse()))).toBeCloseTo(value, 6)
      }
    }),
  )
})

test('one wild part of three or more moves neither median nor trimmed mean out of the others', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 2, maxLength: 8 }), number, (values, wild) => {
      const all = named([...values, wild * 1e6])
      for (const value of [median()(all), trimmedMean({ trim: 0.34 })(all)]) {
        expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6)
        expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-6)
      }
    }),
  )
})

test('a trimmed mean leaves out ⌊trim·n⌋ at each end', () => {
  expect(trimmedMean({ trim: 0.2 })(named([1, 2, 3, 4, 100]))).toBe(3)
  expect(trimmedMean({ trim: 0.19 })(named([1, 2, 3, 4, 100]))).toBe(22)
  expect(thrown(() => trimmedMean({ trim: 0.5 }))).toMatchObject({ code: 'invalid-argument', path: 'trim' })
})

test('nothing, NaN and unlike shapes are refused by the branch', () => {
  expect(thrown(() => median()({ a: undefined }))).toBeInstanceOf(MergeError)
  expect(thrown(() => median()({ a: 1, b: Number.NaN }))).toMatchObject({ code: 'merge', path: 'parts.b' })
  expect(thrown(() => median()({ a: [1, 2], b: [1, Number.NaN] }))).toMatchObject({ path: 'parts.b[1]' })
  expect(thrown(() => trimmedMean()({ a: [1, 2], b: [1] }))).toMatchObject({ path: 'parts.b' })
  expect(thrown(() => median()({ a: 1, b: [1] as never }))).toMatchObject({ path: 'parts.b' })
})

test('a majority is more than half of those who vote', () => {
  expect(majorityVote()({ a: 'x', b: 'y', c: 'x' })).toBe('x')
  expect(majorityVote({ by: (text: string) => text || undefined })({ a: '', b: 'y', c: '' })).toBe('y')
  expect(thrown(() => majorityVote()({ a: 'x', b: 'y' }))).toMatchObject({ code: 'merge' })
  expect(thrown(() => majorityVote()({}))).toMatchObject({ code: 'merge' })
})

test('the highest score wins, the first branch a tie; NaN is named', () => {
  const best = maxScore((part: { s: number }) => part.s)
  expect(best({ a: { s: 1 }, b: { s: 2 }, c: { s: 2 } })).toEqual({ s: 2 })
  const [first, second] = [{ s: 5 }, { s: 5 }]
  expect(best({ a: first, b: second })).toBe(first)
  expect(best({ a: { s: Number.NEGATIVE_INFINITY } })).toEqual({ s: Number.NEGATIVE_INFINITY })
  expect(thrown(() => best({ a: { s: Number.NaN } }))).toMatchObject({ path: 'parts.a' })
  expect(thrown(() => best({}))).toMatchObject({ code: 'merge' })
})

test('a union has each item once, in order; whatever is united is in it', () => {
  expect(union()({ a: [1, 2], b: undefined, c: [2, 3] })).toEqual([1, 2, 3])
  expect(union({ by: ({ id }: { id: number }) => id })({ a: [{ id: 1 }], b: [{ id: 1 }] })).toEqual([
    { id: 1 },
  ])
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 9 })), { maxLength: 5 }), (lists) => {
      const all = union()(named(lists))
      expect(new Set(all)).toEqual(new Set(lists.flat()))
      expect(new Set(all).size).toBe(all.length)
    }),
  )
})

test('reduce folds in the order of the branches', () => {
  const joined = reduce(
    () => '',
    (sum, part: string, branch) => `${sum}${branch}=${part};`,
  )
  expect(joined({ a: 'x', b: undefined, c: 'z' })).toBe('a=x;c=z;')
})
