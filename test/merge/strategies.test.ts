import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat } from '../../src/merge/concat.ts'
import { MergeError } from '../../src/merge/errors.ts'
import { reciprocalRank } from '../../src/merge/reciprocal-rank.ts'
import { renormalize } from '../../src/merge/strategy.ts'
import { weightedAverage } from '../../src/merge/weighted-average.ts'
import { weightedVote } from '../../src/merge/weighted-vote.ts'

const at = (weights: Record<string, number>) => ({ input: undefined, weights })

test('weights renormalise over the parts that came', () => {
  expect(renormalize({ a: 2, b: 1, c: 1 }, ['a', 'c'])).toEqual({ a: 2 / 3, b: 0, c: 1 / 3 })
  expect(renormalize({ a: 0, b: 0 }, ['a', 'b'])).toEqual({ a: 0.5, b: 0.5 })
  const named = Object.fromEntries([['__proto__', 1]])
  expect(Object.values(renormalize(named, ['__proto__']))).toEqual([1])
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.double({ min: 0, max: 1e6, noNaN: true }), { minKeys: 1 }),
      (weights) => {
        const sum = Object.values(renormalize(weights, Object.keys(weights))).reduce((a, b) => a + b, 0)
        expect(sum).toBeCloseTo(1, 9)
      },
    ),
  )
})

test('reciprocal rank fuses by the formula of Cormack et al.', () => {
  const fuse = reciprocalRank({ k: 60 })
  const ranked = fuse({ dense: ['x', 'y'], lexical: ['y', 'z'] }, at({ dense: 0.7, lexical: 0.3 }))
  expect(ranked.map((r) => r.item)).toEqual(['y', 'x', 'z'])
  expect(ranked[0]?.score).toBeCloseTo(0.7 / 62 + 0.3 / 61, 12)
  expect(ranked[0]?.ranks).toEqual({ dense: 2, lexical: 1 })
})

test('reciprocal rank knows items by identity and does without a missing branch', () => {
  const fuse = reciprocalRank({ by: (passage: { id: number }) => passage.id })
  const ranked = fuse({ a: [{ id: 1 }, { id: 1 }, { id: 2 }], b: undefined }, at({ a: 1, b: 0 }))
  expect(ranked.map((r) => r.item.id)).toEqual([1, 2])
})

test('reciprocal rank is never worse for an item that a branch ranks higher', () => {
  const lists = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 10 })
  fc.assert(
    fc.property(lists, lists, (a, b) => {
      const fuse = reciprocalRank()
      const first = a[0]
      const before = fuse({ a: [...a.slice(1), first], b }, at({ a: 0.5, b: 0.5 }))
      const after = fuse({ a, b }, at({ a: 0.5, b: 0.5 }))
      const scoreIn = (list: typeof before) => list.find((r) => r.item === first)?.score ?? 0
      expect(scoreIn(after)).toBeGreaterThanOrEqual(scoreIn(before))
    }),
  )
})

test('a vote goes to the largest weight, its share is the agreement, and abstentions count', () => {
  const vote = weightedVote()
  const weights = { a: 0.5, b: 0.3, c: 0.2 }
  expect(vote({ a: 'yes', b: 'no', c: 'no' }, at(weights))).toMatchObject({ winner: 'yes', agreement: 0.5 })
  expect(vote({ a: undefined, b: 'no', c: 'no' }, at({ a: 0, b: 0.6, c: 0.4 })).agreement).toBe(1)
  const abstaining = weightedVote({ by: (text: string) => (text === '' ? undefined : text) })
  expect(abstaining({ a: '', b: 'no', c: 'no' }, at(weights))).toMatchObject({ winner: 'no', agreement: 0.5 })
  expect(() => abstaining({ a: '', b: '', c: '' }, at(weights))).toThrow(MergeError)
})

test('an average lies within its parts, and unlike parts are named', () => {
  const average = weightedAverage()
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(number, number, fc.double({ min: 0, max: 1, noNaN: true }), (x, y, w) => {
      const mean = average({ a: x, b: y }, at({ a: w, b: 1 - w }))
      expect(mean).toBeGreaterThanOrEqual(Math.min(x, y) - 1e-6)
      expect(mean).toBeLessThanOrEqual(Math.max(x, y) + 1e-6)
    }),
  )
  expect([
    ...average({ a: Float32Array.of(1, 0), b: Float32Array.of(0, 1) }, at({ a: 0.25, b: 0.75 })),
  ]).toEqual([0.25, 0.75])
  expect(() => average({ a: [1, 2], b: [1] }, at({ a: 0.5, b: 0.5 }))).toThrow(/part 'b' is a vector of 1/)
})

test('concat keeps the order of the branches', () => {
  expect(concat()({ a: [1], b: undefined, c: [2, 3] })).toEqual([1, 2, 3])
})
