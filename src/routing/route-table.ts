import type { Edge } from './edge.ts'

/**
 * A, compiled for the hot path as compressed sparse columns:
 *
 *   column j's arrows stand at  start[j] … start[j+1]-1
 *   recipients:  target  [ dense lexical | fuse | fuse | … ]
 *   weights:     weight  [  1      1     | 0.7  | 0.3  | … ]
 *
 * One lookup costs two array reads and allocates nothing.
 */
export class RouteTable {
  readonly start: Uint32Array
  readonly target: Uint32Array
  readonly weight: Float64Array

  private constructor(start: Uint32Array, target: Uint32Array, weight: Float64Array) {
    this.start = start
    this.target = target
    this.weight = weight
  }

  static compile(size: number, edges: readonly Edge[], indexOf: (name: string) => number): RouteTable {
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
    // A column without arrows starts and ends where the one before it ended.
    for (let column = 1; column <= size; column++) {
      start[column] = Math.max(start[column] ?? 0, start[column - 1] ?? 0)
    }
    return new RouteTable(start, target, weight)
  }

  /** y = A·x without mathjs: adds into `y`, which must be zeroed, and returns it. */
  apply(x: Float64Array, y: Float64Array): Float64Array {
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
