import { aFunction, demand } from '../kernel/demand.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import type { Edge } from './edge.ts'
import type { BranchSet } from './policy.ts'

/**
 * A, compiled for the hot path as compressed sparse columns:
 *
 *   column j's arrows are at  start[j] … start[j+1]-1
 *   recipients:  target  [ dense lexical | fuse | fuse | … ]
 *   weights:     weight  [  1      1     | 0.7  | 0.3  | … ]
 *
 * One lookup costs two array reads and allocates nothing. Immutable.
 */
export class RouteTable {
  readonly names: readonly string[]
  readonly start: Uint32Array
  readonly target: Uint32Array
  readonly weight: Float64Array
  readonly #branches: (BranchSet | undefined)[]

  private constructor(
    names: readonly string[],
    start: Uint32Array,
    target: Uint32Array,
    weight: Float64Array,
  ) {
    this.names = demand(names, 'names', 'a list of names', Array.isArray)
    this.start = start
    this.target = target
    this.weight = weight
    this.#branches = new Array<BranchSet | undefined>(names.length).fill(undefined)
  }

  /** From edges between names that `indexOf` knows, each listed once. */
  static compile(
    names: readonly string[],
    edges: readonly Edge[],
    indexOf: (name: string) => number,
  ): RouteTable {
    demand(names, 'names', 'a list of names', Array.isArray)
    demand(edges, 'edges', 'a list of edges', (given) => Array.isArray(given) && given.every(isEdge))
    aFunction(indexOf, 'indexOf')
    const size = names.length
    const start = new Uint32Array(size + 1)
    const target = new Uint32Array(edges.length)
    const weight = new Float64Array(edges.length)
    const sorted = edges
      .map((edge) => ({ column: indexOf(edge.from), row: indexOf(edge.to), weight: edge.weight }))
      .sort((a, b) => a.column - b.column || a.row - b.row)
    sorted.forEach((edge, at) => {
      start[edge.column + 1] = at + 1
      target[at] = edge.row
      weight[at] = edge.weight
    })
    // A column without arrows starts and ends where the previous one ended.
    for (let column = 1; column <= size; column++) {
      start[column] = Math.max(start[column] ?? 0, start[column - 1] ?? 0)
    }
    return new RouteTable(names, start, target, weight)
  }

  /** Column `from` as a policy sees it; position p is the recipient `target[start[from] + p]`. Made once. */
  branches(from: number): BranchSet {
    const known = typeof from === 'number' ? this.#branches[from] : undefined
    if (known !== undefined) return known
    const made = this.#branchesOf(wholeNumber(from, 'from', 0, Math.max(0, this.names.length - 1)))
    this.#branches[from] = made
    return made
  }

  #column(given: Float64Array, path: string): void {
    demand(given, path, `a Float64Array of ${this.names.length} numbers`, (one) => {
      return one instanceof Float64Array && one.length === this.names.length
    })
  }

  #branchesOf(from: number): BranchSet {
    const first = this.start[from] as number
    const end = this.start[from + 1] as number
    return {
      names: Array.from(this.target.subarray(first, end), (row) => this.names[row] as string),
      weights: this.weight.slice(first, end),
    }
  }

  /** a_ij, by bisection in column `from`; 0 without an arrow. */
  weightOf(from: number, to: number): number {
    if (typeof from !== 'number') wholeNumber(from, 'from', 0)
    if (typeof to !== 'number') wholeNumber(to, 'to', 0)
    const { target } = this
    let low = this.start[from] as number
    let high = this.start[from + 1] as number
    while (low < high) {
      const middle = (low + high) >>> 1
      const row = target[middle] as number
      if (row === to) return this.weight[middle] as number
      if (row < to) low = middle + 1
      else high = middle
    }
    return 0
  }

  /** The sum of each row and each column. */
  sums(): { readonly rows: Float64Array; readonly columns: Float64Array } {
    const rows = new Float64Array(this.names.length)
    const columns = new Float64Array(this.names.length)
    for (let column = 0; column < columns.length; column++) {
      for (let at = this.start[column] as number; at < (this.start[column + 1] as number); at++) {
        const row = this.target[at] as number
        rows[row] = (rows[row] as number) + (this.weight[at] as number)
        columns[column] = (columns[column] as number) + (this.weight[at] as number)
      }
    }
    return { rows, columns }
  }

  /** y = A·x without mathjs: adds into `y`, which must be zeroed, and returns it. */
  apply(x: Float64Array, y: Float64Array): Float64Array {
    this.#column(x, 'x')
    this.#column(y, 'y')
    for (let column = 0; column < x.length; column++) {
      const value = x[column] as number
      const end = this.start[column + 1] as number
      for (let at = this.start[column] as number; at < end; at++) {
        const row = this.target[at] as number
        y[row] = (y[row] as number) + (this.weight[at] as number) * value
      }
    }
    return y
  }
}

function isEdge({ from, to, weight }: Edge): boolean {
  return typeof from === 'string' && typeof to === 'string' && typeof weight === 'number'
}
