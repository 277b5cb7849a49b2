import { InvalidArgumentError } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import { aMatrix, shares, within } from './checks.ts'
import type { RoutingMatrix } from './routing-matrix.ts'

/** Damping, seeds and accuracy of a steady state. */
export interface PageRankOptions {
  /** d, the share of steps that follow an arrow; the others jump to a seed. At least 0, below 1. Default 0.85. */
  readonly damping?: number
  /** Where jumps go, by relative weight. Default: every node alike. Personalised PageRank names a few. */
  readonly seeds?: { readonly [name: string]: number }
  /** Bound on the error of the result, summed over all names. Default 1e-12. */
  readonly tolerance?: number
  /** Default 10,000. */
  readonly roundsMax?: number
}

/**
 * Where a message is found in the long run if it follows the arrows of A with their weights as probabilities
 * (Page, Brin, Motwani and Winograd 1999; with seeds Haveliwala 2002):
 *
 *   x' = d·P·x + (d·Σ_dangling x_j + 1 − d)·v        P: columns of A summing to 1, v: the seeds summing to 1
 *
 * A node without arrows (dangling) jumps to a seed, so nothing is lost. The result sums to 1.
 *
 * @throws InvalidArgumentError (`invalid-argument`) for options out of range, no names, or too few rounds
 * @throws RoutingMatrixError (`routing-matrix`) for a seed that is not in A
 */
export function pageRank(matrix: RoutingMatrix, options: PageRankOptions = {}): Float64Array {
  aMatrix(matrix, 'pageRank.matrix')
  onlyOptions(options, 'pageRank', ['damping', 'tolerance', 'roundsMax', 'seeds'])
  const { damping = 0.85, tolerance = 1e-12 } = options
  const roundsMax = wholeNumber(options.roundsMax ?? 10_000, 'pageRank.roundsMax')
  within(damping, 'pageRank.damping', 0, 1 - 1e-9)
  within(tolerance, 'pageRank.tolerance', 0, 1)
  const jumps = jumpsTo(matrix, options.seeds)
  const table = matrix.normalizeColumns().table()
  let x = Float64Array.from(jumps)
  let y = new Float64Array(x.length)
  for (let round = 0; round < roundsMax; round++) {
    y.fill(0)
    table.apply(x, y)
    let followed = 0
    for (let i = 0; i < y.length; i++) {
      y[i] = damping * (y[i] as number)
      followed += y[i] as number
    }
    let change = 0
    for (let i = 0; i < y.length; i++) {
      // The rest jumps: 1 − d of everything, and all of the mass at a dangling node.
      y[i] = (y[i] as number) + (1 - followed) * (jumps[i] as number)
      change += Math.abs((y[i] as number) - (x[i] as number))
    }
    const last = x
    x = y
    y = last
    // Each round shrinks the error by at least d, so the error left is at most d / (1 − d) of the last change.
    if ((change * damping) / (1 - damping) <= Math.max(tolerance, 4 * x.length * Number.EPSILON)) return x
  }
  throw new InvalidArgumentError(`pageRank did not settle in ${roundsMax} rounds`, {
    path: 'pageRank.roundsMax',
    value: roundsMax,
    remedy: 'Allow more rounds, or damp more',
  })
}

function jumpsTo(
  matrix: RoutingMatrix,
  seeds: { readonly [name: string]: number } | undefined,
): Float64Array {
  const jumps = new Float64Array(matrix.size)
  if (matrix.size === 0) {
    throw new InvalidArgumentError('A has no names', {
      path: 'names',
      value: 0,
      remedy: 'Pass at least one name',
    })
  }
  if (seeds === undefined) return jumps.fill(1 / matrix.size)
  const entries = shares(seeds, 'pageRank.seeds')
  const sum = entries.reduce((total, [, share]) => total + share, 0)
  for (const [name, share] of entries) jumps[matrix.indexOf(name)] = share / sum
  return jumps
}
