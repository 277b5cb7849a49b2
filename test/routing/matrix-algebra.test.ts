import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linearAlgebra } from '../../src/routing/linear-algebra.ts'
import { RoutingMatrix } from '../../src/routing/routing-matrix.ts'
import { matrixOf, namesOf, rowsArbitrary } from './matrices.ts'

const math = linearAlgebra()
const sums = (A: number[][]) => A.map((row) => row.reduce((sum, one) => sum + one, 0))
const transposed = (A: number[][]) => A.map((_, j) => A.map((row) => row[j] as number))

test('rows, or columns, that have arrows sum to 1, and weights keep their proportions', () => {
  fc.assert(
    fc.property(rowsArbitrary(), (A) => {
      for (const sum of sums(matrixOf(A).normalizeRows().toArray())) {
        expect(sum === 0 ? 0 : Math.abs(sum - 1)).toBeLessThan(1e-12)
      }
      const columns = matrixOf(A).normalizeColumns().toArray()
      transposed(columns).forEach((column, j) => {
        const whole = transposed(A)[j]?.reduce((sum, one) => sum + one, 0) as number
        column.forEach((weight, i) => {
          expect(weight * whole).toBeCloseTo(A[i]?.[j] as number, 9)
        })
      })
    }),
  )
})

test('symmetric normalisation is D^-1/2 A D^-1/2 of mathjs, and its radius at most 1', () => {
  fc.assert(
    fc.property(rowsArbitrary(6), (half) => {
      const A = half.map((row, i) => row.map((one, j) => one + (half[j]?.[i] as number)))
      const D = sums(A).map((sum) => (sum === 0 ? 0 : 1 / Math.sqrt(sum)))
      const expected = math.multiply(math.multiply(math.diag(D), A), math.diag(D)) as unknown as number[][]
      const ours = matrixOf(A).normalizeSymmetric()
      ours.toArray().forEach((row, i) => {
        row.forEach((one, j) => {
          expect(one).toBeCloseTo(expected[i]?.[j] as number, 12)
        })
      })
      expect(ours.spectralRadius()).toBeLessThan(1 + 1e-9)
      expect(matrixOf(half).normalizeSymmetric().spectralRadius()).toBeLessThan(1 + 1e-9)
    }),
  )
})

test('the spectral radius is the greatest eigenvalue of mathjs, wherever mathjs finds them', () => {
  let compared = 0
  fc.assert(
    fc.property(rowsArbitrary(6), (A) => {
      let greatest: number
      try {
        const { values } = math.eigs(A) as unknown as { values: (number | { re: number; im: number })[] }
        greatest = Math.max(...values.map((value) => math.abs(value as number)))
      } catch {
        return
      }
      compared += 1
      // Eigenvalues of a nilpotent matrix are as inaccurate as the n-th root of a rounding error.
      expect(Math.abs(matrixOf(A).spectralRadius() - greatest)).toBeLessThan(
        Math.max(1e-6, 9 * 1e-16 ** (1 / A.length)),
      )
    }),
    { numRuns: 200 },
  )
  expect(compared).toBeGreaterThan(50)
})

test('the bounds enclose the growth of A^k, and are tight', () => {
  fc.assert(
    fc.property(rowsArbitrary(8), (A) => {
      const { low, high, radius } = matrixOf(A).spectralBounds()
      expect(high - low).toBeLessThanOrEqual(1e-9 * Math.max(1, high))
      // ρ ≤ ‖A^k‖^(1/k), by repeated squaring with the scale kept apart.
      let power = A
      let logScale = 0
      let k = 1
      for (let i = 0; i < 12; i++) {
        power = math.multiply(power, power) as number[][]
        k *= 2
        const norm = Math.max(...sums(power))
        if (norm === 0) break
        logScale = 2 * logScale + Math.log(norm)
        power = power.map((row) => row.map((one) => one / norm))
      }
      const norm = Math.max(...sums(power))
      const growth = norm === 0 ? 0 : Math.exp((logScale + Math.log(norm)) / k)
      expect(radius).toBeLessThanOrEqual(growth * (1 + 1e-9))
      // ‖A^k‖ is at most polynomial times ρ^k: the k-th root of 4096 steps leaves a few per cent.
      expect(radius).toBeGreaterThanOrEqual(growth * 0.97)
    }),
  )
})

test('rings of any length, chains, stars and blocks have the radius that is known of them', () => {
  const ring = (n: number, weight: number) =>
    RoutingMatrix.from({
      names: namesOf(n),
      edges: namesOf(n).map((from, at) => ({ from, to: `p${(at + 1) % n}`, weight: at === 0 ? weight : 1 })),
    })
  for (const n of [1, 2, 3, 10, 101, 300]) {
    // The product of the weights is 5: the radius its n-th root. All eigenvalues are equally great, so a plain power iteration never settles.
    expect(ring(n, 5).spectralRadius()).toBeCloseTo(5 ** (1 / n), 9)
  }
  const chain = RoutingMatrix.from({
    names: namesOf(2000),
    edges: namesOf(1999).map((from, at) => ({ from, to: `p${at + 1}`, weight: 9 })),
  })
  expect(chain.spectralRadius()).toBe(0)
  const star = RoutingMatrix.from({
    names: ['hub', ...namesOf(9)],
    edges: namesOf(9).flatMap((leaf) => [
      { from: 'hub', to: leaf, weight: 1 },
      { from: leaf, to: 'hub', weight: 1 },
    ]),
  })
  expect(star.spectralRadius()).toBeCloseTo(3, 9)
  // Reducible: the greater of two blocks, whatever arrow joins them.
  const blocks = matrixOf([
    [0, 2, 0, 0],
    [2, 0, 0, 0],
    [100, 0, 0.5, 0],
    [0, 0, 0, 0.25],
  ])
  expect(blocks.spectralRadius()).toBeCloseTo(2, 9)
  expect(RoutingMatrix.from({ names: [], edges: [] }).spectralRadius()).toBe(0)
})

test('a random matrix of 200, on which mathjs eigs does not converge, has bounds that prove the figure', () => {
  let seed = 7
  const next = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed / 2147483648
  }
  const A = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => (next() < 0.05 ? next() : 0)))
  const { low, high, radius } = matrixOf(A).spectralBounds()
  expect(high - low).toBeLessThan(1e-9)
  expect(radius).toBeGreaterThan(4)
  expect(radius).toBeLessThan(6)
})

test('the steady state is the dense solution of mathjs within 1e-9, dangling names and seeds included', () => {
  const damping = fc.double({ min: 0, max: 0.97, noNaN: true })
  fc.assert(
    fc.property(rowsArbitrary(8), damping, fc.nat(7), (A, d, at) => {
      const n = A.length
      const seed = `p${at % n}`
      for (const seeds of [undefined, { [seed]: 2 }]) {
        const v = namesOf(n).map((name) => (seeds === undefined ? 1 / n : name === seed ? 1 : 0))
        const P = transposed(A).map((column) => {
          const sum = column.reduce((total, one) => total + one, 0)
          return column.map((one, i) => (sum === 0 ? (v[i] as number) : one / sum))
        })
        // (I − d·P)·x = (1 − d)·v
        const left = math.subtract(math.identity(n), math.multiply(d, math.transpose(math.matrix(P))))
        const x = (
          math.lusolve(
            left as never,
            v.map((one) => (1 - d) * one),
          ) as never as { toArray(): number[][] }
        )
          .toArray()
          .map(([one]) => one as number)
        const ours = matrixOf(A).steadyState({ damping: d, ...(seeds === undefined ? {} : { seeds }) })
        let sum = 0
        namesOf(n).forEach((name, i) => {
          expect(Math.abs((ours.get(name) as number) - (x[i] as number))).toBeLessThan(1e-9)
          sum += ours.get(name) as number
        })
        expect(sum).toBeCloseTo(1, 9)
      }
    }),
  )
})

test('reachability is where powers of A are not zero', () => {
  fc.assert(
    fc.property(rowsArbitrary(6), (rows) => {
      const A = matrixOf(rows)
      const n = rows.length
      const powers = Array.from({ length: n }, (_, k) => A.power(k + 1))
      for (const from of A.names) {
        const ways = new Set(A.names.filter((to) => powers.some((power) => power.weight(from, to) > 0)))
        expect(new Set(A.names.filter((to) => A.reaches(from, to)))).toEqual(ways)
        expect(A.reachableFrom([from])).toEqual(new Set([from, ...ways]))
      }
    }),
    { numRuns: 50 },
  )
})

test('A^0 stands still, and A^(j+k) is A^j A^k', () => {
  const A = matrixOf([
    [0, 2, 0],
    [0, 0, 3],
    [1, 0, 0],
  ])
  expect(A.power(0).toArray()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ])
  expect(A.power(3).toArray()).toEqual([
    [6, 0, 0],
    [0, 6, 0],
    [0, 0, 6],
  ])
  expect(A.power(5).toArray()).toEqual(math.multiply(A.power(2).toArray(), A.power(3).toArray()))
  expect(() => A.power(-1)).toThrow(
    expect.objectContaining({ code: 'invalid-argument', path: 'power.steps' }),
  )
  expect(() => A.power(5000)).toThrow(expect.objectContaining({ code: 'routing-matrix' }))
})

test('a change is another matrix', () => {
  const A = matrixOf([
    [0, 0],
    [1, 0],
  ])
  const B = A.with(
    [
      { from: 'p0', to: 'p1', weight: 0 },
      { from: 'p1', to: 'new', weight: 0.5 },
    ],
    { add: ['new'] },
  )
  expect(A.weight('p0', 'p1')).toBe(1)
  expect(B.edges()).toEqual([{ from: 'p1', to: 'new', weight: 0.5 }])
  expect(B.without(['p0']).names).toEqual(['p1', 'new'])
  expect(B.without(['p1']).edges()).toEqual([])
  expect(() => A.with([{ from: 'p0', to: 'nobody', weight: 1 }])).toThrow(
    expect.objectContaining({ code: 'routing-matrix', path: 'edges.p0→nobody' }),
  )
  expect(() => A.without(['nobody'])).toThrow(expect.objectContaining({ code: 'routing-matrix' }))
})

test('what a matrix is expected to be and is not is listed at once', () => {
  const A = RoutingMatrix.from({
    names: ['in', 'a', 'b', 'lost', 'end', 'out'],
    edges: [
      { from: 'in', to: 'a', weight: 0.5 },
      { from: 'in', to: 'b', weight: 0.6 },
      { from: 'a', to: 'out', weight: 0.5 },
      { from: 'b', to: 'out', weight: 0.5 },
      { from: 'lost', to: 'out', weight: 0.1 },
      { from: 'b', to: 'end', weight: 0.5 },
      { from: 'end', to: 'end', weight: 1 },
    ],
  })
  const check = () =>
    A.expect({
      sources: ['in'],
      sinks: ['out'],
      rowsSum: ['out'],
      columnsSum: true,
      heard: ['in', 'a'],
      radiusBelow: 1,
    })
  expect(check).toThrow(
    expect.objectContaining({
      code: 'routing-matrix',
      problems: [
        { path: 'rows.out', value: 1.1 },
        { path: 'columns.in', value: 1.1 },
        { path: 'columns.a', value: 0.5 },
        { path: 'columns.lost', value: 0.1 },
        { path: 'rows.in', value: 0 },
        { path: 'names.lost', value: 'lost' },
        { path: 'names.end', value: 'end' },
        { path: 'A', value: 1 },
      ].map((problem) => expect.objectContaining(problem)),
    }),
  )
  expect(
    A.without(['lost', 'end']).expect({ sources: ['in'], sinks: ['out'], rowsSum: ['out'] }),
  ).toBeInstanceOf(RoutingMatrix)
})
