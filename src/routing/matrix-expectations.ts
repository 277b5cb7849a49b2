import type { RoutingProblem } from './errors.ts'
import { reachableFrom, reversed } from './reachability.ts'
import type { RoutingMatrix } from './routing-matrix.ts'

/** What a matrix may be asked to be, beyond valid. */
export interface MatrixExpectations {
  /** Where messages come in. Names that no way from there reaches are dead: `unreachable`. */
  readonly sources?: readonly string[]
  /** Where results leave. Names from which no way leads there are dead ends. */
  readonly sinks?: readonly string[]
  /** Rows of these names, or all that hear anyone (`true`), sum to 1: merge weights. */
  readonly rowsSum?: boolean | readonly string[]
  /** Columns of these names, or all that have arrows (`true`), sum to 1: routing probabilities. */
  readonly columnsSum?: boolean | readonly string[]
  /** Names that may not have a row of zeros: they must hear somebody. */
  readonly heard?: readonly string[]
  /** The spectral radius is below that; 1 for undamped linear mode. */
  readonly radiusBelow?: number
  /** How far a sum may be off. Default 1e-9. */
  readonly tolerance?: number
}

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
    const what = `no way leads to it from ${expected.sources.join(', ')}`
    problems.push(...dead(matrix, reachableFrom(table, from), what))
  }
  if (expected.sinks !== undefined) {
    const to = indices(matrix, expected.sinks)
    const what = `no way leads from it to ${expected.sinks.join(', ')}`
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
