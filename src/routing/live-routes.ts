import type { RouteTable } from './route-table.ts'
import type { RoutingMatrix } from './routing-matrix.ts'

/** One A with its compiled table, under a number that grows with every swap. Immutable. */
export interface RoutePlan {
  readonly version: number
  readonly matrix: RoutingMatrix
  readonly table: RouteTable
}

/**
 * The A in force, swapped while messages flow.
 *
 *   message ──▶ const plan = routes.current      one read: wholly the old or wholly the new A
 *   swap    ──▶ compiles first, then replaces one reference; what fails to compile changes nothing
 */
export class LiveRoutes {
  #current: RoutePlan

  constructor(matrix: RoutingMatrix) {
    this.#current = { version: 1, matrix, table: matrix.table() }
  }

  /** Read it once a message and keep it: a message that reads twice could see two A. */
  get current(): RoutePlan {
    return this.#current
  }

  /** @returns the plan in force from now on. */
  swap(matrix: RoutingMatrix): RoutePlan {
    this.#current = { version: this.#current.version + 1, matrix, table: matrix.table() }
    return this.#current
  }
}
