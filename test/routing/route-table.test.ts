import fc from 'fast-check'
import { expect, test } from 'vitest'
import { routing } from '../../bench/pipeline/routing.ts'
import { matrixOf, rowsArbitrary } from './matrices.ts'

test('the table holds A: every column as branches, every entry by its indices', () => {
  fc.assert(
    fc.property(rowsArbitrary(7), (rows) => {
      const A = matrixOf(rows)
      const table = A.table()
      A.names.forEach((from, column) => {
        const { names, weights } = table.branches(column)
        expect(names.map((to, at) => ({ from, to, weight: weights[at] }))).toEqual(
          A.edges().filter((edge) => edge.from === from),
        )
        names.forEach((to, at) => {
          expect(A.names[table.target[(table.start[column] as number) + at] as number]).toBe(to)
        })
        expect(table.branches(column)).toBe(table.branches(column))
        rows.forEach((row, i) => {
          expect(table.weightOf(column, i)).toBe(row[column])
        })
      })
    }),
  )
})

test('the routing bench runs at its smallest size, and loses no decision', async () => {
  const results = await routing(0.001, 1)
  expect(results.map(({ unit }) => unit)).toEqual(new Array(12).fill('µs'))
  for (const { name, value } of results) expect(Number.isFinite(value), name).toBe(true)
})
