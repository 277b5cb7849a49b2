import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RoutingMatrixError } from '../../src/routing/errors.ts'
import { RoutingMatrix } from '../../src/routing/routing-matrix.ts'

const names = ['question', 'dense', 'lexical', 'fuse']
const edges = [
  { from: 'question', to: 'dense', weight: 1 },
  { from: 'question', to: 'lexical', weight: 1 },
  { from: 'dense', to: 'fuse', weight: 0.7 },
  { from: 'lexical', to: 'fuse', weight: 0.3 },
]

test('edges and rows describe the same A', () => {
  const fromEdges = RoutingMatrix.from({ names, edges })
  const fromRows = RoutingMatrix.from({ names, A: fromEdges.toArray() })
  expect(fromRows.toJSON()).toEqual(fromEdges.toJSON())
  expect(fromRows.weight('dense', 'fuse')).toBe(0.7)
  expect(fromRows.weight('fuse', 'dense')).toBe(0)
  expect(fromRows.edges()).toHaveLength(4)
})

test('y = A·x sends every output along its weighted arrows', () => {
  const A = RoutingMatrix.from({ names, edges })
  const y = A.apply([0, 2, 10, 0])
  expect(y[3]).toBeCloseTo(0.7 * 2 + 0.3 * 10, 12)
  expect(y.slice(0, 3)).toEqual([0, 0, 0])
})

test('the compiled table is the same linear map as mathjs', () => {
  const weights = fc.double({ min: 0, max: 9, noNaN: true })
  const system = fc.integer({ min: 1, max: 8 }).chain((n) =>
    fc.tuple(
      fc.array(fc.array(fc.oneof(fc.constant(0), weights), { minLength: n, maxLength: n }), {
        minLength: n,
        maxLength: n,
      }),
      fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: n, maxLength: n }),
    ),
  )
  fc.assert(
    fc.property(system, ([rows, x]) => {
      const A = RoutingMatrix.from({ names: rows.map((_, i) => `p${i}`), A: rows })
      const compiled = A.table().apply(Float64Array.from(x), new Float64Array(x.length))
      A.apply(x).forEach((value, i) => {
        expect(compiled[i]).toBeCloseTo(value, 9)
      })
    }),
  )
})

test('rows normalise to 1 and keep their proportions', () => {
  const A = RoutingMatrix.from({
    names,
    edges: edges.map((e) => ({ ...e, weight: e.weight * 5 })),
  }).normalizeRows()
  expect(A.weight('dense', 'fuse')).toBeCloseTo(0.7, 12)
  expect(A.weight('question', 'dense')).toBe(1)
})

test('everything wrong with a matrix is listed at once', () => {
  const build = () =>
    RoutingMatrix.from({
      names: ['a', 'a', 'b'],
      edges: [
        { from: 'a', to: 'zed', weight: 1 },
        { from: 'a', to: 'b', weight: Number.NaN },
        { from: 'b', to: 'a', weight: -1 },
        { from: 'b', to: 'a', weight: 1 },
      ],
    })
  expect(build).toThrow(RoutingMatrixError)
  try {
    build()
  } catch (error) {
    const { code, problems } = error as RoutingMatrixError
    expect(code).toBe('routing-matrix')
    expect(problems.map((p) => p.path)).toEqual([
      'names[1]',
      'edges.a→zed',
      'edges.a→b',
      'edges.b→a',
      'edges.b→a',
    ])
  }
})

test('a ragged A names the row', () => {
  expect(() => RoutingMatrix.from({ names: ['a', 'b'], A: [[0, 1], [0]] })).toThrow(
    /A\[1\] has 1 entries, not 2/,
  )
})
