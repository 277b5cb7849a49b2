import { demand } from '../kernel/demand.ts'
import { text } from '../kernel/errors.ts'
import type { Edge } from './edge.ts'
import { RoutingMatrixError, type RoutingProblem } from './errors.ts'
import type { RoutingSpec } from './routing-matrix.ts'

/** Most names of one A: more would be a mistake in the file, not a network. */
const NAMES_MAX = 100_000

/** @throws InvalidArgumentError (`invalid-argument`) naming the path. */
export function givenList<T>(list: readonly T[], path: string): readonly T[] {
  return demand(list, path, `a list of ${path}`, Array.isArray)
}

/** Where to look for a matrix. @throws RoutingMatrixError (`routing-matrix`) */
export function readable(spec: RoutingSpec): RoutingSpec {
  return specIf(spec, (given) => typeof given === 'object' && [given.names, 'edges' in given].length > 0)
}

/** A spec with all its parts, from outside. @throws RoutingMatrixError (`routing-matrix`) */
export function wholeSpec(json: unknown): RoutingSpec {
  return specIf(json, (given) => 'names' in given && ('A' in given || 'edges' in given))
}

function specIf(value: unknown, holds: (given: RoutingSpec) => boolean): RoutingSpec {
  try {
    if (holds(value as RoutingSpec)) return value as RoutingSpec
  } catch {
    // A proxy or a getter that throws: it can't be read.
  }
  throw new RoutingMatrixError([
    { path: 'json', value, what: 'it is not an object with `names`, and `A` or `edges`' },
  ])
}

function isList(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}

/** The value if it is a list, an empty list otherwise. */
export function listOf<T>(value: readonly T[]): readonly T[] {
  return isList(value) ? value : []
}

/** @throws InvalidArgumentError (`invalid-argument`), RoutingMatrixError (`routing-matrix`) for another length than A's. */
export function checkColumn(x: readonly number[], size: number): void {
  demand(
    x,
    'x',
    'a list of numbers',
    (given) => isList(given) && given.every((one) => typeof one === 'number'),
  )
  if (x.length === size) return
  const what = `x has ${x.length} entries where A has ${size} columns`
  throw new RoutingMatrixError([{ path: 'x', value: x.length, what }])
}

/** Ends of an arrow as one text, whatever they are. */
export function arrowKey(from: unknown, to: unknown): string {
  return JSON.stringify([text(from), text(to)])
}

/** What is wrong with the names of a matrix: not a list, too many, empty, or listed twice. */
export function nameProblems(names: unknown): RoutingProblem[] {
  if (!isList(names)) {
    return [{ path: 'names', value: names, what: 'names is not a list' }]
  }
  if (names.length > NAMES_MAX) {
    return [
      {
        path: 'names',
        value: names.length,
        what: `${names.length} names are more than the ${NAMES_MAX} allowed`,
      },
    ]
  }
  const problems: RoutingProblem[] = []
  const seen = new Set<unknown>()
  names.forEach((name: unknown, i) => {
    const path = `names[${i}]`
    if (typeof name !== 'string' || name === '') {
      problems.push({ path, value: name, what: `${path} is not a non-empty string` })
    } else if (seen.has(name)) {
      problems.push({ path, value: name, what: `'${name}' is listed twice` })
    }
    seen.add(name)
  })
  return problems
}

/** The edges of a dense A; wrong sizes are added to `problems`. */
export function edgesOf(names: readonly string[], rows: unknown, problems: RoutingProblem[]): Edge[] {
  if (!isList(rows)) {
    problems.push({ path: 'A', value: rows, what: 'A is not a list of rows' })
    return []
  }
  const edges: Edge[] = []
  const n = names.length
  if (rows.length !== n) {
    problems.push({ path: 'A', value: rows.length, what: `A has ${rows.length} rows for ${n} names` })
  }
  rows.slice(0, n).forEach((row: unknown, i) => {
    const path = `A[${i}]`
    if (!isList(row)) {
      problems.push({ path, value: row, what: `${path} is not a list of numbers` })
      return
    }
    if (row.length !== n) {
      problems.push({ path, value: row.length, what: `${path} has ${row.length} entries, not ${n}` })
    }
    row.slice(0, n).forEach((weight, j) => {
      if (weight !== 0)
        edges.push({ from: names[j] as string, to: names[i] as string, weight: weight as number })
    })
  })
  return edges
}

/** Problems of the edges: unknown ends, weights that are negative or not finite, an edge listed twice. */
export function edgeProblems(names: readonly string[], edges: unknown): RoutingProblem[] {
  if (!isList(edges)) return [{ path: 'edges', value: edges, what: 'edges is not a list' }]
  const known = new Set(names)
  const seen = new Set<string>()
  const problems: RoutingProblem[] = []
  for (const edge of edges as readonly (Edge | null)[]) {
    const { from, to, weight } = edge ?? ({} as Partial<Edge>)
    const arrow = `${text(from)}→${text(to)}`
    const path = `edges.${arrow}`
    for (const end of [from, to]) {
      if (!known.has(end as string)) {
        problems.push({ path, value: end, what: `'${text(end)}' is not one of the names` })
      }
    }
    if (!Number.isFinite(weight) || (weight as number) < 0) {
      problems.push({ path, value: weight, what: `the weight of ${arrow} is ${text(weight)}` })
    }
    const key = arrowKey(from, to)
    if (seen.has(key)) problems.push({ path, value: weight, what: `${arrow} is given twice` })
    seen.add(key)
  }
  return problems
}
