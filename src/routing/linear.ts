import { demand, names } from '../kernel/demand.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { RandomStream } from '../kernel/kernel.ts'
import { oneOf } from '../kernel/one-of.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { shuffle } from '../kernel/shuffle.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import { aMatrix, within } from './checks.ts'
import { RoutingMatrixError } from './errors.ts'
import { reversed } from './reachability.ts'
import type { RoutingMatrix } from './routing-matrix.ts'

/** The input of the nodes, how rounds run, and when they end. */
export interface LinearOptions {
  /** What each node puts in by itself: n × k numbers, row by row; k is the width of a state. */
  readonly bias: Float64Array
  /** d in x' = (1 − d)·b + d·A·x. Without it the mode is undamped: x' = b + A·x. */
  readonly damping?: number
  /** Where the states start, n × k. Default: the bias. */
  readonly start?: Float64Array
  /** Names of the nodes that keep their start whatever they receive. */
  readonly clamped?: readonly string[]
  /**
   * `asynchronous` (default): each node reads the others' newest states, as actors do. `random` also shuffles the turns of every
   * round. `synchronous`: all nodes read the states of the previous round.
   */
  readonly mode?: 'asynchronous' | 'synchronous'
  readonly random?: RandomStream
  /** Done when no number moves further than this in a round. Default 1e-12. */
  readonly tolerance?: number
  /** Default 10,000. */
  readonly roundsMax?: number
}

/** The state at the end of the rounds. */
export interface LinearResult {
  /** n × k, row by row. */
  readonly state: Float64Array
  readonly rounds: number
  /** The greatest change in the last round. */
  readonly change: number
  readonly converged: boolean
}

/**
 * Linear mode: processors hold vectors, and in every round each one adds up Σ_j a_ij·x_j of the others.
 *
 *   x_i' = (1 − d)·b_i + d·Σ_j a_ij·x_j          damped
 *   x_i' =         b_i +   Σ_j a_ij·x_j          undamped
 *
 * Rounds end at the fixed point if d·radius(A) < 1 (d = 1 undamped), in any order of turns (Chazan and Miranker 1969).
 * Otherwise they would grow without end, so they are refused, unless clamped nodes hold the rest.
 *
 * @throws RoutingMatrixError (`routing-matrix`) for a radius of 1 or more, or a clamped name that is not in A
 * @throws InvalidArgumentError (`invalid-argument`) for sizes and options out of range
 */
export function linearRounds(matrix: RoutingMatrix, options: LinearOptions): LinearResult {
  const problem = checked(matrix, options)
  const { state, rounds, roundsMax, tolerance } = problem
  const rows = reversed(matrix.table())
  const order = Uint32Array.from({ length: matrix.size }, (_, at) => at)
  const before = options.mode === 'synchronous' ? new Float64Array(state.length) : state
  let change = Number.POSITIVE_INFINITY
  let round = rounds
  for (; round < roundsMax && change > tolerance; round++) {
    if (before !== state) before.set(state)
    else if (options.random !== undefined) shuffle(order, options.random)
    change = 0
    for (const node of order) {
      if (problem.clamped[node] === 0) change = Math.max(change, turn(problem, rows, before, node))
    }
  }
  return { state, rounds: round, change, converged: change <= tolerance }
}

const LINEAR_OPTIONS = [
  'bias',
  'damping',
  'start',
  'clamped',
  'mode',
  'random',
  'tolerance',
  'roundsMax',
] as const satisfies readonly (keyof LinearOptions)[]

interface Problem {
  readonly width: number
  readonly bias: Float64Array
  readonly state: Float64Array
  readonly clamped: Uint8Array
  /** Sum of the bias and of what the node receives. */
  readonly own: number
  readonly heard: number
  readonly tolerance: number
  readonly roundsMax: number
  readonly rounds: 0
  /** What one node receives, k numbers. */
  readonly sum: Float64Array
}

function checked(matrix: RoutingMatrix, options: LinearOptions): Problem {
  aMatrix(matrix, 'linear.matrix')
  onlyOptions(options ?? null, 'linear', LINEAR_OPTIONS)
  const { bias, damping, start = bias, tolerance = 1e-12, mode = 'asynchronous', clamped: held } = options
  demand(bias, 'linear.bias', 'a Float64Array', (given) => given instanceof Float64Array)
  demand(start, 'linear.start', 'a Float64Array', (given) => given instanceof Float64Array)
  oneOf(['asynchronous', 'synchronous'], mode, 'linear.mode')
  if (held !== undefined) names(held, 'linear.clamped')
  const roundsMax = wholeNumber(options.roundsMax ?? 10_000, 'linear.roundsMax')
  within(tolerance, 'linear.tolerance', 0, Number.MAX_VALUE)
  if (damping !== undefined) within(damping, 'linear.damping', 0, 1)
  const width = bias.length / Math.max(1, matrix.size)
  checkSize('linear.bias', bias, matrix.size, Number.isInteger(width))
  checkSize('linear.start', start, matrix.size, start.length === bias.length)
  const clamped = new Uint8Array(matrix.size)
  for (const name of held ?? []) clamped[matrix.indexOf(name)] = 1
  // Clamped nodes break every circle: only values that circle among the free nodes can grow.
  const free = held === undefined ? matrix : matrix.without(held)
  checkRadius(free, damping ?? 1)
  return {
    width,
    bias,
    state: Float64Array.from(start),
    clamped,
    own: damping === undefined ? 1 : 1 - damping,
    heard: damping ?? 1,
    tolerance,
    roundsMax,
    rounds: 0,
    sum: new Float64Array(width),
  }
}

function checkSize(path: string, given: Float64Array, size: number, fits: boolean): void {
  if (fits && given.every(Number.isFinite)) return
  throw new InvalidArgumentError(`${path} does not hold ${size} rows of finite numbers`, {
    path,
    value: given.length,
    remedy: `Pass ${size} × k numbers, k for each name of A`,
  })
}

function checkRadius(matrix: RoutingMatrix, damping: number): void {
  const { rows, columns } = matrix.table().sums()
  const most = (sums: Float64Array) => sums.reduce((greatest, sum) => Math.max(greatest, sum), 0)
  // Either norm is an upper bound of the radius, so a normalised matrix needs no iteration.
  if (damping * Math.min(most(rows), most(columns)) < 1 - 1e-9) return
  const radius = matrix.spectralRadius()
  if (damping * radius < 1 - 1e-12) return
  const damped = damping === 1 ? '' : `, damped by ${damping}`
  throw new RoutingMatrixError([
    { path: 'A', value: radius, what: `its spectral radius is ${radius}${damped}: rounds would not settle` },
  ])
}

/** One node's turn. @returns how far its state moved. */
function turn(
  { width, bias, state, own, heard, sum }: Problem,
  rows: { readonly start: Uint32Array; readonly target: Uint32Array; readonly weight: Float64Array },
  from: Float64Array,
  node: number,
): number {
  sum.fill(0)
  for (let at = rows.start[node] as number; at < (rows.start[node + 1] as number); at++) {
    const other = (rows.target[at] as number) * width
    const weight = rows.weight[at] as number
    for (let k = 0; k < width; k++) sum[k] = (sum[k] as number) + weight * (from[other + k] as number)
  }
  let moved = 0
  for (let k = 0; k < width; k++) {
    const at = node * width + k
    const value = own * (bias[at] as number) + heard * (sum[k] as number)
    moved = Math.max(moved, Math.abs(value - (state[at] as number)))
    state[at] = value
  }
  return moved
}
