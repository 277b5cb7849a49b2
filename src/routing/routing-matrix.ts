import type { Matrix } from 'mathjs'
import type { Edge } from './edge.ts'
import { RoutingMatrixError, type RoutingProblem } from './errors.ts'
import { linearAlgebra } from './linear-algebra.ts'
import { RouteTable } from './route-table.ts'

/** Names, with their weighted edges or with the dense `A`: row i holds what each name’s output counts at name i. */
export type RoutingSpec =
  | { readonly names: readonly string[]; readonly edges: readonly Edge[] }
  | { readonly names: readonly string[]; readonly A: readonly (readonly number[])[] }

/**
 * The routing matrix A of a network of n processors.
 *
 *            from j →
 *         ┌ question dense lexical fuse ┐
 *  to i ↓ │    0       0      0     0   │ question
 *         │    1       0      0     0   │ dense        column = where a processor's output goes
 *         │    1       0      0     0   │ lexical
 *         └    0      0.7    0.3    0   ┘ fuse         row = what a merge's parts count
 *
 * a_ij is the weight of the arrow j → i, and for vector-valued outputs the combined input of processor i is
 * `Σ_j a_ij·x_j`, so that one round of the whole network is `y = A·x`. Rows hold merge weights, columns hold routing
 * probabilities. Immutable: a change is a new matrix.
 */
export class RoutingMatrix {
  readonly names: readonly string[]
  readonly #matrix: Matrix
  readonly #index: ReadonlyMap<string, number>
  #table: RouteTable | undefined

  private constructor(names: readonly string[], edges: readonly Edge[]) {
    const math = linearAlgebra()
    this.names = names
    this.#index = new Map(names.map((name, i) => [name, i]))
    const matrix = math.sparse() as Matrix
    matrix.resize([names.length, names.length], 0)
    for (const { from, to, weight } of edges) {
      if (weight !== 0) matrix.set([this.indexOf(to), this.indexOf(from)], weight)
    }
    this.#matrix = matrix
  }

  /**
   * Builds A from edges or from its rows.
   *
   * @throws RoutingMatrixError (`routing-matrix`) with every problem: unknown and duplicate names, weights that are
   * negative or not finite, duplicate edges, ragged or wrongly sized rows.
   */
  static from(spec: RoutingSpec): RoutingMatrix {
    const problems: RoutingProblem[] = [...nameProblems(spec.names)]
    const edges = 'edges' in spec ? spec.edges : edgesOf(spec.names, spec.A, problems)
    problems.push(...edgeProblems(spec.names, edges))
    if (problems.length > 0) throw new RoutingMatrixError(problems)
    return new RoutingMatrix([...spec.names], edges)
  }

  get size(): number {
    return this.names.length
  }

  /** The row and column of a name. @throws RoutingMatrixError (`routing-matrix`) for a name that is not in A. */
  indexOf(name: string): number {
    const index = this.#index.get(name)
    if (index === undefined) {
      throw new RoutingMatrixError([
        { path: 'name', value: name, what: `'${name}' is not one of ${this.names.join(', ')}` },
      ])
    }
    return index
  }

  /** a_ij of the arrow `from` → `to`; 0 where there is none. */
  weight(from: string, to: string): number {
    return this.#matrix.get([this.indexOf(to), this.indexOf(from)]) as number
  }

  /** All edges of a weight other than zero. */
  edges(): Edge[] {
    const edges: Edge[] = []
    this.#matrix.forEach((weight: number, [row = 0, column = 0]: number[]) => {
      edges.push({ from: this.names[column] as string, to: this.names[row] as string, weight })
    }, true)
    return edges
  }

  /** y = A·x by mathjs. @throws RoutingMatrixError when x has another length than `names`. */
  apply(x: readonly number[]): number[] {
    if (x.length !== this.size) {
      throw new RoutingMatrixError([
        { path: 'x', value: x.length, what: `x has ${x.length} entries where A has ${this.size} columns` },
      ])
    }
    const math = linearAlgebra()
    const column = math.matrix(x.map((value) => [value]))
    return (math.multiply(this.#matrix, column).toArray() as number[][]).map(([value]) => value ?? 0)
  }

  /** The same arrows, with the weights of each row (what a merge's parts count) summing to 1. */
  normalizeRows(): RoutingMatrix {
    const sums = new Map<string, number>()
    const edges = this.edges()
    for (const { to, weight } of edges) sums.set(to, (sums.get(to) ?? 0) + weight)
    return new RoutingMatrix(
      this.names,
      edges.map((edge) => ({ ...edge, weight: edge.weight / (sums.get(edge.to) ?? 1) })),
    )
  }

  /** The hot path: A compiled into typed arrays, made once. */
  table(): RouteTable {
    this.#table ??= RouteTable.compile(this.names, this.edges(), (name) => this.indexOf(name))
    return this.#table
  }

  /** A row by row. */
  toArray(): number[][] {
    return this.#matrix.toArray() as number[][]
  }

  /** Names and the dense matrix, row by row. */
  toJSON(): { names: readonly string[]; A: number[][] } {
    return { names: this.names, A: this.toArray() }
  }
}

function nameProblems(names: readonly string[]): RoutingProblem[] {
  const problems: RoutingProblem[] = []
  const seen = new Set<string>()
  names.forEach((name, i) => {
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

function edgesOf(
  names: readonly string[],
  rows: readonly (readonly number[])[],
  problems: RoutingProblem[],
): Edge[] {
  const edges: Edge[] = []
  const n = names.length
  if (rows.length !== n) {
    problems.push({ path: 'A', value: rows.length, what: `A has ${rows.length} rows for ${n} names` })
  }
  rows.slice(0, n).forEach((row, i) => {
    if (row.length !== n) {
      problems.push({
        path: `A[${i}]`,
        value: row.length,
        what: `A[${i}] has ${row.length} entries, not ${n}`,
      })
    }
    row.slice(0, n).forEach((weight, j) => {
      if (weight !== 0) edges.push({ from: names[j] as string, to: names[i] as string, weight })
    })
  })
  return edges
}

function edgeProblems(names: readonly string[], edges: readonly Edge[]): RoutingProblem[] {
  const known = new Set(names)
  const seen = new Set<string>()
  const problems: RoutingProblem[] = []
  for (const { from, to, weight } of edges) {
    const path = `edges.${from}→${to}`
    for (const end of [from, to]) {
      if (!known.has(end)) problems.push({ path, value: end, what: `'${end}' is not one of the names` })
    }
    if (!Number.isFinite(weight) || weight < 0) {
      problems.push({ path, value: weight, what: `the weight of ${from}→${to} is ${weight}` })
    }
    const key = JSON.stringify([from, to])
    if (seen.has(key)) problems.push({ path, value: weight, what: `${from}→${to} is given twice` })
    seen.add(key)
  }
  return problems
}
