import { createRequire } from 'node:module'
import type { MathJsInstance, Matrix } from 'mathjs'
import type { Edge } from './edge.ts'
import type { RouteTable } from './route-table.ts'

let instance: MathJsInstance | undefined

/**
 * mathjs, loaded on first use: loading takes about 0.4 s, which a service without pipelines never pays.
 * A synchronous require keeps `RoutingMatrix.from` synchronous.
 */
export function linearAlgebra(): MathJsInstance {
  instance ??= createRequire(import.meta.url)('mathjs') as MathJsInstance
  return instance
}

/** What mathjs calls its fields; both store compressed columns. */
interface SparseParts {
  readonly values: number[]
  readonly index: number[]
  readonly ptr: number[]
  readonly size: [number, number]
}

/** A mathjs sparse matrix with the entries of a table. */
export function toSparse({ start, target, weight }: RouteTable): Matrix {
  const size = start.length - 1
  const parts: SparseParts = {
    values: [...weight],
    index: [...target],
    ptr: [...start],
    size: [size, size],
  }
  const { SparseMatrix } = linearAlgebra() as unknown as {
    SparseMatrix: { fromJSON(parts: SparseParts): Matrix }
  }
  return SparseMatrix.fromJSON(parts)
}

/** The entries of a mathjs sparse matrix as edges. */
export function fromSparse(matrix: Matrix, names: readonly string[]): Edge[] {
  const edges: Edge[] = []
  matrix.forEach((weight: number, [row = 0, column = 0]: number[]) => {
    edges.push({ from: names[column] as string, to: names[row] as string, weight })
  }, true)
  return edges
}
