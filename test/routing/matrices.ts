import fc from 'fast-check'
import { RoutingMatrix } from '../../src/routing/routing-matrix.ts'

/** Names of a matrix of size n. */
export const namesOf = (n: number): string[] => Array.from({ length: n }, (_, at) => `p${at}`)

/** Dense rows, about half of the entries 0, the others in a range in which sums are accurate. */
export function rowsArbitrary(sizeMax = 8, weightMin = 0.01, sizeMin = 1): fc.Arbitrary<number[][]> {
  const weight = fc.double({ min: weightMin, max: 9, noNaN: true })
  const cell = fc.oneof(fc.constant(0), weight)
  return fc
    .integer({ min: sizeMin, max: sizeMax })
    .chain((n) => fc.array(fc.array(cell, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }))
}

export const matrixOf = (A: number[][]): RoutingMatrix => RoutingMatrix.from({ names: namesOf(A.length), A })

/** Names that CSV has to quote are among them. */
export const nameArbitrary = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  fc.constantFrom('a,b', 'say "hi"', 'two\nlines', ' padded ', '__proto__', 'ü', 'to\\from'),
)
