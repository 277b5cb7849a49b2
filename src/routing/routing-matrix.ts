import type { Matrix } from 'mathjs'
import { text } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { Edge } from './edge.ts'
import { RoutingMatrixError, type RoutingProblem } from './errors.ts'
import { fromSparse, linearAlgebra, toSparse } from './linear-algebra.ts'
import { EXPECTATIONS, type MatrixExpectations, unmetExpectations } from './matrix-expectations.ts'
import { heatMap } from './matrix-picture.ts'
import {
  arrowKey,
  checkColumn,
  edgeProblems,
  edgesOf,
  givenList,
  listOf,
  nameProblems,
  readable,
  wholeSpec,
} from './matrix-problems.ts'
import { printTable } from './matrix-table.ts'
import { parseCsv, parseJson, printCsv, readText } from './matrix-text.ts'
import { type PageRankOptions, pageRank } from './page-rank.ts'
import { reachableFrom } from './reachability.ts'
import { RouteTable } from './route-table.ts'
import { type SpectralBounds, spectralBounds } from './spectral-radius.ts'

/** Names, with their weighted edges or with the dense `A`: row i holds the weight of each name’s output at name i. */
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
 *         └    0      0.7    0.3    0   ┘ fuse         row = the weights of a merge's parts
 *
 * a_ij is the weight of the arrow j → i, and for vector-valued outputs the combined input of processor i is
 * `Σ_j a_ij·x_j`, so that one round of the whole network is `y = A·x`. Rows hold merge weights, columns hold routing
 * probabilities. Sparse (compressed columns, as mathjs stores them), and immutable: a change is a new matrix.
 */
export class RoutingMatrix {
  readonly names: readonly string[]
  readonly #index: ReadonlyMap<string, number>
  readonly #table: RouteTable
  #sparse: Matrix | undefined

  private constructor(names: readonly string[], edges: readonly Edge[]) {
    this.names = givenList(names, 'names')
    this.#index = new Map(names.map((name, i) => [name, i]))
    const arrows = givenList(edges, 'edges').filter(({ weight }) => weight !== 0)
    this.#table = RouteTable.compile(names, arrows, (name) => this.indexOf(name))
  }

  /**
   * Builds A from edges or from its rows.
   *
   * @throws RoutingMatrixError (`routing-matrix`) with every problem: unknown and duplicate names, weights that are
   * negative or not finite, duplicate edges, ragged or wrongly sized rows.
   */
  static from(spec: RoutingSpec): RoutingMatrix {
    const problems: RoutingProblem[] = nameProblems(readable(spec).names)
    const names = listOf(spec.names)
    const edges = 'edges' in spec ? spec.edges : edgesOf(names, spec.A, problems)
    problems.push(...edgeProblems(names, edges))
    if (problems.length > 0) throw new RoutingMatrixError(problems)
    return new RoutingMatrix([...names], edges)
  }

  /** From `{ names, A }` or `{ names, edges }`, as data or as a JSON text. @throws RoutingMatrixError (`routing-matrix`) */
  static fromJSON(json: unknown): RoutingMatrix {
    return RoutingMatrix.from(wholeSpec(typeof json === 'string' ? parseJson(json) : json))
  }

  /**
   * From CSV: a header with the columns' names, then a row per name that starts with it. Quoted fields, CRLF, a byte-order mark
   * and rows in another order than the columns are fine; an empty cell is 0.
   *
   * @throws RoutingMatrixError (`routing-matrix`) with every problem, by line
   */
  static fromCsv(csv: string): RoutingMatrix {
    return RoutingMatrix.from(parseCsv(csv))
  }

  /** From a file: `.json`, else CSV. @throws RoutingMatrixError (`routing-matrix`), also for a file that can't be read */
  static async load(file: string | URL): Promise<RoutingMatrix> {
    const read = await readText(file)
    return String(file).endsWith('.json') ? RoutingMatrix.fromJSON(read) : RoutingMatrix.fromCsv(read)
  }

  get size(): number {
    return this.names.length
  }

  /** Whether A has a row and a column of this name. */
  has(name: string): boolean {
    return this.#index.has(name)
  }

  /** The index of a name's row and column. @throws RoutingMatrixError (`routing-matrix`) for a name that is not in A. */
  indexOf(name: string): number {
    const index = this.#index.get(name)
    if (index === undefined) {
      const what = `'${text(name)}' is not one of ${this.names.join(', ')}`
      throw new RoutingMatrixError([{ path: 'name', value: name, what }])
    }
    return index
  }

  /** a_ij of the arrow `from` → `to`; 0 without one. */
  weight(from: string, to: string): number {
    return this.#table.weightOf(this.indexOf(from), this.indexOf(to))
  }

  /** All edges with a weight other than zero, column by column. */
  edges(): Edge[] {
    const { start, target, weight } = this.#table
    return this.names.flatMap((from, column) => {
      const edges: Edge[] = []
      for (let at = start[column] as number; at < (start[column + 1] as number); at++) {
        edges.push({ from, to: this.names[target[at] as number] as string, weight: weight[at] as number })
      }
      return edges
    })
  }

  /**
   * A copy with these arrows in place of those between the same names. A weight of 0 removes an arrow; `add` appends names.
   *
   * @throws RoutingMatrixError (`routing-matrix`), and this matrix stays as it is
   */
  with(edges: readonly Edge[], options: { readonly add?: readonly string[] } = {}): RoutingMatrix {
    onlyOptions(options, 'with', ['add'])
    const add = givenList(options.add ?? [], 'names')
    const replaced = new Set(givenList(edges, 'edges').map((edge) => arrowKey(edge?.from, edge?.to)))
    const kept = this.edges().filter(({ from, to }) => !replaced.has(arrowKey(from, to)))
    return RoutingMatrix.from({ names: [...this.names, ...add], edges: [...kept, ...edges] })
  }

  /** A copy without these names and their arrows. @throws RoutingMatrixError (`routing-matrix`) for an unknown name */
  without(names: readonly string[]): RoutingMatrix {
    const gone = new Set(givenList(names, 'names').map((name) => this.names[this.indexOf(name)]))
    const edges = this.edges().filter(({ from, to }) => !gone.has(from) && !gone.has(to))
    const left = this.names.filter((name) => !gone.has(name))
    return new RoutingMatrix(left, edges)
  }

  /** y = A·x by mathjs. @throws RoutingMatrixError if the length of x is not that of `names`. */
  apply(x: readonly number[]): number[] {
    checkColumn(x, this.size)
    if (x.length === 0) return []
    const math = linearAlgebra()
    const column = math.matrix(x.map((value) => [value]))
    return (math.multiply(this.#mathjs(), column).toArray() as number[][]).map(([value]) => value ?? 0)
  }

  /** The same arrows, with the weights of each row (a merge's parts) summing to 1. */
  normalizeRows(): RoutingMatrix {
    const { rows } = this.#table.sums()
    return this.#scaled((_from, to) => 1 / (rows[to] as number))
  }

  /** The same arrows, with the weights of each column (where an output goes) summing to 1. */
  normalizeColumns(): RoutingMatrix {
    const { columns } = this.#table.sums()
    return this.#scaled((from) => 1 / (columns[from] as number))
  }

  /** a_ij / √(row sum i · column sum j); for a symmetric A that is D^−½ A D^−½. Its spectral radius is at most 1. */
  normalizeSymmetric(): RoutingMatrix {
    const { rows, columns } = this.#table.sums()
    return this.#scaled((from, to) => 1 / Math.sqrt(rows[to] as number) / Math.sqrt(columns[from] as number))
  }

  /** How much one round of the undamped network grows circulating values. Below 1 they die away. By power iteration. */
  spectralRadius(): number {
    return this.spectralBounds().radius
  }

  /** The spectral radius with proven bounds, at most `tolerance` apart relative to it where that can be reached. */
  spectralBounds(tolerance = 1e-12): SpectralBounds {
    return spectralBounds(this.#table, tolerance)
  }

  /**
   * Where a message is found in the long run, by name; sums to 1. See {@link pageRank}.
   *
   * @throws InvalidArgumentError (`invalid-argument`), RoutingMatrixError (`routing-matrix`)
   */
  steadyState(options: PageRankOptions = {}): ReadonlyMap<string, number> {
    const shares = pageRank(this, options)
    return new Map(this.names.map((name, at) => [name, shares[at] as number]))
  }

  /** All names that can be reached from these in any number of steps, including these themselves. */
  reachableFrom(names: readonly string[]): ReadonlySet<string> {
    const from = givenList(names, 'names').map((name) => this.indexOf(name))
    const reached = reachableFrom(this.#table, from)
    return new Set(this.names.filter((_, at) => reached[at] === 1))
  }

  /** Whether `to` can be reached from `from` in one step or more. */
  reaches(from: string, to: string): boolean {
    const recipients = this.#table.branches(this.indexOf(from)).names
    return this.reachableFrom(recipients).has(this.names[this.indexOf(to)] as string)
  }

  /**
   * A^steps by mathjs: entry ij sums the product of the weights over all paths of that many steps from j to i.
   *
   * @throws RoutingMatrixError (`routing-matrix`) where weights overflow, InvalidArgumentError (`invalid-argument`)
   */
  power(steps: number): RoutingMatrix {
    let left = wholeNumber(steps, 'power.steps', 0)
    const identity = this.names.map((name) => ({ from: name, to: name, weight: 1 }))
    if (this.size === 0) return this
    const math = linearAlgebra()
    let result = new RoutingMatrix(this.names, identity).sparse()
    for (let square = this.sparse(); left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) result = math.multiply(result, square) as Matrix
      if (left > 1) square = math.multiply(square, square) as Matrix
    }
    return RoutingMatrix.from({ names: this.names, edges: fromSparse(result, this.names) })
  }

  /**
   * Returns this matrix if it meets the expectations.
   *
   * @throws RoutingMatrixError (`routing-matrix`) with everything that differs: sums, dead ends, unreachable names, the radius
   */
  expect(expected: MatrixExpectations): this {
    onlyOptions(expected ?? null, 'expect', EXPECTATIONS)
    const problems = unmetExpectations(this, expected)
    if (problems.length > 0) throw new RoutingMatrixError(problems)
    return this
  }

  /** A compiled into typed arrays, for the hot path. */
  table(): RouteTable {
    return this.#table
  }

  /** A as a separate mathjs sparse matrix, for any other algebra. */
  sparse(): Matrix {
    return this.#mathjs().clone() as Matrix
  }

  /** A row by row. */
  toArray(): number[][] {
    const rows = this.names.map(() => new Array<number>(this.size).fill(0))
    const { start, target, weight } = this.#table
    for (let column = 0; column < this.size; column++) {
      for (let at = start[column] as number; at < (start[column + 1] as number); at++) {
        ;(rows[target[at] as number] as number[])[column] = weight[at] as number
      }
    }
    return rows
  }

  /** Names and the dense matrix, row by row. */
  toJSON(): { names: readonly string[]; A: number[][] } {
    return { names: this.names, A: this.toArray() }
  }

  /** CSV that `fromCsv` reads. */
  toCsv(): string {
    return printCsv(this.toJSON())
  }

  /** An aligned table for a terminal, `digits` significant digits a weight. */
  toString(digits = 3): string {
    return printTable(this.toJSON(), wholeNumber(digits, 'digits', 1, 100))
  }

  /** A heat map: a self-contained SVG; the darker, the heavier. */
  toSvg(): string {
    return heatMap(this.toJSON())
  }

  #mathjs(): Matrix {
    this.#sparse ??= toSparse(this.#table)
    return this.#sparse
  }

  #scaled(factor: (from: number, to: number) => number): RoutingMatrix {
    return new RoutingMatrix(
      this.names,
      this.edges().map((edge) => ({
        ...edge,
        weight: edge.weight * factor(this.indexOf(edge.from), this.indexOf(edge.to)),
      })),
    )
  }
}
