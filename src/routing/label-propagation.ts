import { entriesIn } from '../kernel/demand.ts'
import type { RandomStream } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { aMatrix } from './checks.ts'
import { linearRounds } from './linear.ts'
import type { RoutingMatrix } from './routing-matrix.ts'

/** The known labels, and how rounds run. */
export interface LabelPropagationOptions {
  /** The known labels, by name; they never change. */
  readonly seeds: { readonly [name: string]: string }
  readonly mode?: 'asynchronous' | 'synchronous'
  readonly random?: RandomStream
  /** Done when no probability moves further than this in a round. Default 1e-12. */
  readonly tolerance?: number
  /** Default 10,000. */
  readonly roundsMax?: number
}

/** The label found for one name. */
export interface PropagatedLabel {
  /** The likeliest label; `undefined` if no seed reaches the name. Ties go to the first in alphabetical order. */
  readonly label: string | undefined
  /** By label; all 0 if no seed reaches the name. */
  readonly probabilities: { readonly [label: string]: number }
}

/** The labels found for every name of A. */
export interface LabelPropagationResult {
  readonly labels: ReadonlyMap<string, PropagatedLabel>
  readonly rounds: number
  readonly converged: boolean
}

/**
 * Label propagation (Zhu and Ghahramani 2002): every name takes the mean of the labels of its senders, weighted by its row of
 * A. Known labels stay. The fixed point is the probability that a walk against the arrows meets a seed of that label first. A
 * name without senders, or with senders that no seed reaches, has no label.
 *
 * @throws RoutingMatrixError (`routing-matrix`) for a seed that is not in A
 * @throws InvalidArgumentError (`invalid-argument`) for options out of range
 */
export function propagateLabels(
  matrix: RoutingMatrix,
  options: LabelPropagationOptions,
): LabelPropagationResult {
  aMatrix(matrix, 'propagateLabels.matrix')
  onlyOptions(options ?? null, 'propagateLabels', ['seeds', 'mode', 'random', 'tolerance', 'roundsMax'])
  const { seeds, ...rounds } = options
  const known = entriesIn<string, string>(seeds, 'propagateLabels.seeds', 'an object of labels by name')
  const names = [...new Set(known.map(([, label]) => label))].sort()
  const width = Math.max(1, names.length)
  const start = new Float64Array(matrix.size * width)
  for (const [name, label] of known) start[matrix.indexOf(name) * width + names.indexOf(label)] = 1
  const heard = matrix.reachableFrom(known.map(([name]) => name))
  const unheard = matrix.names.filter((name) => !heard.has(name))
  const {
    state,
    rounds: done,
    converged,
  } = linearRounds(matrix.normalizeRows(), {
    ...rounds,
    bias: new Float64Array(start.length),
    start,
    // Names that no seed reaches keep 0; clamping them keeps rounds from circling among them.
    clamped: [...known.map(([name]) => name), ...unheard],
  })
  const labels = new Map(
    matrix.names.map((name, at) => [name, labelOf(names, state.subarray(at * width, (at + 1) * width))]),
  )
  return { labels, rounds: done, converged }
}

function labelOf(names: readonly string[], row: Float64Array): PropagatedLabel {
  let best = -1
  names.forEach((_, at) => {
    const value = row[at] as number
    // Sums that differ only by rounding are equal.
    if (value > 0 && (best === -1 || value > (row[best] as number) + 1e-9)) best = at
  })
  const probabilities = Object.fromEntries(names.map((name, at) => [name, row[at] as number]))
  return { label: best === -1 ? undefined : names[best], probabilities }
}
