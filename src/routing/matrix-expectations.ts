import type { RoutingProblem } from './errors.ts'
import { reachableFrom, reversed } from './reachability.ts'
import type { RoutingMatrix } from './routing-matrix.ts'

/** Requirements on a matrix, beyond being valid. */
export interface MatrixExpectations {
  /** Where messages enter. Names that can't be reached from there are `unreachable`. */
  readonly sources?: readonly string[]
  /** Where results leave. Names that can't reach one of them are dead ends. */
  readonly sinks?: readonly string[]
  /** The rows of these names, or all rows with a sender (`true`), sum to 1: merge weights. */
  readonly rowsSum?: boolean | readonly string[]
  /** The columns of these names, or all columns with an arrow (`true`), sum to 1: routing probabilities. */
  readonly columnsSum?: boolean | readonly string[]
  /** Names that need a sender: their row may not be all zeros. */
  readonly heard?: readonly string[]
  /** Upper bound of the spectral radius; 1 for undamped linear mode. */
  readonly radiusBelow?: number
  /** Tolerance of the sums. Default 1e-9. */
  readonly tolerance?: number
}

export const EXPECTATIONS = [
  'sources',
  'sinks',
  'rowsSum',
  'columnsSum',
  'heard',
  'radiusBelow',
  'tolerance',
] as const satisfies readonly (keyof MatrixExpectations)[]

/** Everything that is not as expected, at once. */
export function unmetExpectations(matrix: RoutingMatrix, expected: MatrixExpectations): RoutingProblem[] {
  const { tolerance = 1e-9, radiusBelow } = expected
  const table = matrix.table()
  const { rows, columns } = table.sums()
  const problems = [
    ...sumProblems(matrix, 'row', rows, expected.rowsSum, tolerance),
    ...sumProblems(matrix, 'column', columns, expected.columnsSum, tolerance),
  ]
  for (const name of expected.heard ?? []) {
    if (rows[matrix.indexOf(name)] !== 0) continue
    problems.push({
      path: `rows.${name}`,
      value: 0,
      what: `the row of '${name}' is zero: nobody sends to it`,
    })
  }
  if (expected.sources !== undefined) {
    const from = indices(matrix, expected.sources)
    const what = `it can't be reached from ${expected.sources.join(', ')}`
    problems.push(...dead(matrix, reachableFrom(table, from), what))
  }
  if (expected.sinks !== undefined) {
    const to = indices(matrix, expected.sinks)
    const what = `it can't reach ${expected.sinks.join(', ')}`
    problems.push(...dead(matrix, reachableFrom(reversed(table), to), what))
  }
  if (radiusBelow !== undefined) {
    const radius = matrix.spectralRadius()
    if (!(radius < radiusBelow)) {
      problems.push({
        path: 'A',
        value: radius,
        what: `the spectral radius is ${radius}, not below ${radiusBelow}`,
      })
    }
  }
  return problems
}

function indices(matrix: RoutingMatrix, names: readonly string[]): number[] {
  return names.map((name) => matrix.indexOf(name))
}

function dead(matrix: RoutingMatrix, alive: Uint8Array, why: string): RoutingProblem[] {
  return matrix.names
    .filter((_, at) => alive[at] === 0)
    .map((name) => ({ path: `names.${name}`, value: name, what: `'${name}' is dead: ${why}` }))
}

function sumProblems(
  matrix: RoutingMatrix,
  kind: 'row' | 'column',
  sums: Float64Array,
  asked: boolean | readonly string[] | undefined,
  tolerance: number,
): RoutingProblem[] {
  if (asked === undefined || asked === false) return []
  const chosen = asked === true ? matrix.names.filter((_, at) => sums[at] !== 0) : asked
  return chosen.flatMap((name) => {
    const sum = sums[matrix.indexOf(name)] as number
    if (Math.abs(sum - 1) <= tolerance) return []
    return [{ path: `${kind}s.${name}`, value: sum, what: `the ${kind} of '${name}' sums to ${sum}, not 1` }]
  })
}
