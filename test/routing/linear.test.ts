import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeededRandomness } from '../../src/kernel/random.ts'
import { propagateLabels } from '../../src/routing/label-propagation.ts'
import { linearRounds } from '../../src/routing/linear.ts'
import { linearAlgebra } from '../../src/routing/linear-algebra.ts'
import { pageRank } from '../../src/routing/page-rank.ts'
import { RoutingMatrix } from '../../src/routing/routing-matrix.ts'
import { matrixOf, namesOf, rowsArbitrary } from './matrices.ts'

const math = linearAlgebra()

/** (I − factor·A)⁻¹ · right, dense, by mathjs. */
function solved(A: number[][], factor: number, right: number[][]): number[][] {
  const left = math.subtract(math.identity(A.length), math.multiply(factor, math.matrix(A)))
  return (
    math.multiply(math.inv(left as never), math.matrix(right)) as never as { toArray(): number[][] }
  ).toArray()
}

const rowsOf = (state: Float64Array, width: number): number[][] =>
  Array.from({ length: state.length / width }, (_, at) => [...state.subarray(at * width, (at + 1) * width)])

const closeTo = (ours: number[][], expected: number[][]) => {
  ours.forEach((row, i) => {
    row.forEach((one, k) => {
      expect(Math.abs(one - (expected[i]?.[k] as number))).toBeLessThan(1e-9)
    })
  })
}

test('damped rounds end at (I − dA)⁻¹ (1 − d) b of mathjs, in every mode', () => {
  const width = fc.integer({ min: 1, max: 4 })
  const damping = fc.double({ min: 0, max: 0.9, noNaN: true })
  fc.assert(
    fc.property(rowsArbitrary(7), width, damping, fc.nat(1e6), (rows, k, d, seed) => {
      const A = matrixOf(rows).normalizeRows()
      const random = new SeededRandomness(seed).stream('linear')
      const bias = Float64Array.from({ length: rows.length * k }, () => 2 * random.next() - 1)
      const expected = solved(
        A.toArray(),
        d,
        rowsOf(bias, k).map((row) => row.map((one) => (1 - d) * one)),
      )
      for (const how of [{}, { random }, { mode: 'synchronous' as const }]) {
        const { state, converged, change } = linearRounds(A, { bias, damping: d, ...how })
        expect(converged).toBe(true)
        expect(change).toBeLessThanOrEqual(1e-12)
        closeTo(rowsOf(state, k), expected)
      }
    }),
  )
})

test('undamped rounds end at (I − A)⁻¹ b where the radius is below 1, and are refused where it is not', () => {
  fc.assert(
    fc.property(rowsArbitrary(7), fc.constantFrom(0.3, 0.9, 1, 1.5), (rows, target) => {
      const radius = matrixOf(rows).spectralRadius()
      const scaled = radius === 0 ? rows : rows.map((row) => row.map((one) => (one / radius) * target))
      const bias = Float64Array.from(rows, (_, at) => at - 2)
      const run = () => linearRounds(matrixOf(scaled), { bias })
      if (radius > 0 && target >= 1) {
        expect(run).toThrow(expect.objectContaining({ code: 'routing-matrix', path: 'A' }))
        return
      }
      const { state, converged } = run()
      expect(converged).toBe(true)
      const expected = solved(scaled, 1, rowsOf(bias, 1))
      const size = Math.max(1, ...expected.map(([one]) => Math.abs(one as number)))
      closeTo(
        rowsOf(state, 1).map((row) => row.map((one) => one / size)),
        expected.map((row) => row.map((one) => one / size)),
      )
    }),
  )
})

test('an asynchronous round reads what is new: it needs fewer rounds along a chain', () => {
  const names = namesOf(50)
  const chain = RoutingMatrix.from({
    names,
    edges: names.slice(1).map((to, at) => ({ from: `p${at}`, to, weight: 0.5 })),
  })
  const bias = new Float64Array(50)
  bias[0] = 1
  const asynchronous = linearRounds(chain, { bias, tolerance: 0 })
  const synchronous = linearRounds(chain, { bias, tolerance: 0, mode: 'synchronous' })
  expect(asynchronous.state).toEqual(synchronous.state)
  expect(asynchronous.rounds).toBe(2)
  expect(synchronous.rounds).toBe(50)
})

test('rounds that do not suffice are told, not hidden', () => {
  const A = matrixOf([
    [0, 1],
    [1, 0],
  ])
  const result = linearRounds(A, { bias: Float64Array.of(1, 0), damping: 0.999, roundsMax: 5 })
  expect(result).toMatchObject({ rounds: 5, converged: false })
  expect(result.change).toBeGreaterThan(1e-12)
})

test.each([
  ['linear.bias', { bias: Float64Array.of(1, 2, 3) }],
  ['linear.bias', { bias: Float64Array.of(1, Number.NaN) }],
  ['linear.start', { bias: Float64Array.of(1, 2), start: Float64Array.of(1) }],
  ['linear.damping', { bias: Float64Array.of(1, 2), damping: 1.5 }],
  ['linear.roundsMax', { bias: Float64Array.of(1, 2), roundsMax: 0 }],
  ['linear.tolerance', { bias: Float64Array.of(1, 2), tolerance: -1 }],
])('%s out of range is refused', (path, options) => {
  expect(() =>
    linearRounds(
      matrixOf([
        [0, 0.5],
        [0.5, 0],
      ]),
      options,
    ),
  ).toThrow(expect.objectContaining({ code: 'invalid-argument', path }))
})

test('personalised PageRank favours what the seeds lead to', () => {
  const A = RoutingMatrix.from({
    names: ['a', 'b', 'c', 'd'],
    edges: [
      { from: 'a', to: 'b', weight: 1 },
      { from: 'c', to: 'd', weight: 1 },
    ],
  })
  const [a, b, c, d] = pageRank(A, { seeds: { a: 1 } }) as unknown as number[]
  // Jumps only go to a, and b, dangling, jumps there too: a = 1 / (1 + d), b = d / (1 + d).
  expect(a).toBeCloseTo(1 / 1.85, 12)
  expect(b).toBeCloseTo(0.85 / 1.85, 12)
  expect([c, d]).toEqual([0, 0])
  for (const [path, options] of [
    ['pageRank.damping', { damping: 1 }],
    ['pageRank.seeds', { seeds: {} }],
    ['pageRank.seeds.a', { seeds: { a: -1 } }],
    ['pageRank.roundsMax', { roundsMax: 1, seeds: { a: 1 } }],
  ] as const) {
    expect(() => pageRank(A, options)).toThrow(expect.objectContaining({ code: 'invalid-argument', path }))
  }
  expect(() => pageRank(A, { seeds: { zed: 1 } })).toThrow(
    expect.objectContaining({ code: 'routing-matrix' }),
  )
})

test('labels are the absorbing probabilities of mathjs: (I − T_uu)⁻¹ T_ul Y_l', () => {
  fc.assert(
    fc.property(rowsArbitrary(8, 0.1, 3), fc.constantFrom('asynchronous', 'synchronous'), (rows, mode) => {
      // Arrows both ways, and a ring through all, so that every name hears a seed.
      const n = rows.length
      const A = rows.map((row, i) =>
        row.map((one, j) => one + (rows[j]?.[i] as number) + (Math.abs(i - j) % (n - 2) === 1 ? 1 : 0)),
      )
      A.forEach((row, i) => {
        row[(i + 1) % n] = (row[(i + 1) % n] as number) + 0.5
      })
      const seeds = { p0: 'red', p1: 'blue' }
      const { labels, converged } = propagateLabels(matrixOf(A), { seeds, mode: mode as 'synchronous' })
      expect(converged).toBe(true)
      const T = matrixOf(A).normalizeRows().toArray()
      const free = T.slice(2)
      const expected = solved(
        free.map((row) => row.slice(2)),
        1,
        free.map((row) => row.slice(0, 2)),
      )
      expected.forEach(([red, blue], at) => {
        const found = labels.get(`p${at + 2}`)
        expect(Math.abs((found?.probabilities.red as number) - (red as number))).toBeLessThan(1e-9)
        expect(Math.abs((found?.probabilities.blue as number) - (blue as number))).toBeLessThan(1e-9)
        if (Math.abs((red as number) - (blue as number)) < 1e-6) return
        expect(found?.label).toBe((red as number) > (blue as number) ? 'red' : 'blue')
      })
      expect(labels.get('p0')).toEqual({ label: 'red', probabilities: { red: 1, blue: 0 } })
    }),
  )
})

test('who hears no seed has no label, even where names hear each other in a ring', () => {
  const A = RoutingMatrix.from({
    names: ['seed', 'near', 'x', 'y', 'alone'],
    edges: [
      { from: 'seed', to: 'near', weight: 2 },
      { from: 'x', to: 'y', weight: 1 },
      { from: 'y', to: 'x', weight: 1 },
    ],
  })
  const { labels } = propagateLabels(A, { seeds: { seed: 'red' } })
  expect([...labels].map(([name, { label }]) => [name, label])).toEqual([
    ['seed', 'red'],
    ['near', 'red'],
    ['x', undefined],
    ['y', undefined],
    ['alone', undefined],
  ])
  expect(() => propagateLabels(A, { seeds: { nobody: 'red' } })).toThrow(
    expect.objectContaining({ code: 'routing-matrix' }),
  )
})
