import { GanglionError } from '../kernel/errors.ts'

/** One thing that is wrong with a routing matrix. */
export interface RoutingProblem {
  readonly path: string
  readonly value: unknown
  readonly what: string
}

/** A routing matrix can't be built; `problems` holds all that is wrong with it at once. Code `routing-matrix`. */
export class RoutingMatrixError extends GanglionError {
  readonly problems: readonly RoutingProblem[]

  constructor(problems: readonly RoutingProblem[]) {
    const first = problems[0]
    super('routing-matrix', `the routing matrix is not valid: ${problems.map((p) => p.what).join('; ')}`, {
      ...(first === undefined ? {} : { path: first.path, value: first.value }),
      remedy: 'Give finite, non-negative weights between names that are listed in `names`, each once',
    })
    this.problems = problems
  }
}
