import { GanglionError, listOf, say, text } from '../kernel/errors.ts'

/** One problem of a routing matrix. */
export interface RoutingProblem {
  readonly path: string
  readonly value: unknown
  readonly what: string
}

/** A routing matrix can't be built; `problems` lists everything wrong with it. Code `routing-matrix`. */
export class RoutingMatrixError extends GanglionError {
  readonly problems: readonly RoutingProblem[]

  constructor(problems: readonly RoutingProblem[], cause?: unknown) {
    const all = listOf(problems)
    const [first] = all
    super('routing-matrix', say`the routing matrix is not valid: ${all.map((p) => p.what).join('; ')}`, {
      ...(first === undefined ? {} : { path: first.path, value: first.value }),
      remedy: 'Pass finite, non-negative weights between names that are listed in `names`, each once',
      ...(cause === undefined ? {} : { cause }),
    })
    this.problems = all
  }
}

/** Feedback or `why` for an unknown decision: never made here, already settled, or expired. Code `unknown-decision`. */
export class UnknownDecisionError extends GanglionError {
  constructor(path: string, id: number, what: 'unknown' | 'settled' | 'expired') {
    super(
      'unknown-decision',
      say`${path} has no decision ${text(id)} that waits for feedback: ${SAID[text(what) as keyof typeof SAID]}`,
      {
        path,
        value: id,
        remedy:
          'Pass the id that the run was answered with, once, while the decision is pending; raise `pendingMax` if it expired',
      },
    )
  }
}

const SAID = {
  unknown: 'none has this id, or it was dropped long ago',
  settled: 'it already had its feedback',
  expired: 'it waited too long and was dropped for newer ones',
} as const
