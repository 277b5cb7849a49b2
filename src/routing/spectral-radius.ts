import { components } from './components.ts'
import { solveInPlace } from './dense-solve.ts'
import type { RouteTable } from './route-table.ts'

/** The spectral radius lies within [low, high]; `radius` is the best single figure. */
export interface SpectralBounds {
  readonly radius: number
  readonly low: number
  readonly high: number
}

const ROUNDS_FIRST = 200
const ROUNDS_MAX = 20_000
/** Noda's iteration solves a dense system per block; above this size power iteration continues instead. */
const DENSE_MAX = 400
const NODA_ROUNDS_MAX = 40

/**
 * The spectral radius of a non-negative A: how much one round of the undamped network grows circulating values.
 *
 * The radius of A is the greatest of its strongly connected blocks, so that chains (nilpotent: 0) and reducible networks are
 * exact. Within a block B, power iteration of B + σI, which converges for periodic blocks too, and for every x > 0
 * min (Bx)ᵢ/xᵢ ≤ ρ(B) ≤ max (Bx)ᵢ/xᵢ (Collatz 1942, Wielandt 1950): the bounds prove how good the figure is. Where that is
 * slow (long rings), Noda's iteration (1971) takes over, which converges quadratically.
 */
export function spectralBounds(table: RouteTable, tolerance = 1e-12): SpectralBounds {
  let radius = 0
  let low = 0
  let high = 0
  for (const nodes of components(table)) {
    const block = blockOf(table, nodes)
    const bounds = nodes.length === 1 ? alone(block) : irreducible(block, tolerance)
    radius = Math.max(radius, bounds.radius)
    low = Math.max(low, bounds.low)
    high = Math.max(high, bounds.high)
  }
  return { radius, low, high }
}

/** The arrows within one component, with indices of its own. */
interface Block {
  readonly size: number
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly weight: Float64Array
}

function blockOf({ start, target, weight }: RouteTable, nodes: readonly number[]): Block {
  const own = new Map(nodes.map((node, at) => [node, at]))
  const from: number[] = []
  const to: number[] = []
  const weights: number[] = []
  nodes.forEach((node, column) => {
    for (let at = start[node] as number; at < (start[node + 1] as number); at++) {
      const row = own.get(target[at] as number)
      if (row === undefined) continue
      from.push(column)
      to.push(row)
      weights.push(weight[at] as number)
    }
  })
  return {
    size: nodes.length,
    from: Uint32Array.from(from),
    to: Uint32Array.from(to),
    weight: Float64Array.from(weights),
  }
}

/** A single node circles only through an arrow to itself. */
function alone(block: Block): SpectralBounds {
  const radius = block.weight[0] ?? 0
  return { radius, low: radius, high: radius }
}

function irreducible(block: Block, tolerance: number): SpectralBounds {
  const x = new Float64Array(block.size).fill(1)
  let bounds = powerIteration(block, x, tolerance, ROUNDS_FIRST)
  if (isTight(bounds, tolerance)) return bounds
  if (block.size <= DENSE_MAX) bounds = nodaIteration(block, x, tolerance, bounds)
  return isTight(bounds, tolerance) ? bounds : powerIteration(block, x, tolerance, ROUNDS_MAX)
}

function isTight({ low, high }: SpectralBounds, tolerance: number): boolean {
  return high - low <= tolerance * high
}

function powerIteration(block: Block, x: Float64Array, tolerance: number, roundsMax: number): SpectralBounds {
  const y = new Float64Array(block.size)
  let bounds = { radius: 0, low: 0, high: Number.POSITIVE_INFINITY }
  for (let round = 0; round < roundsMax; round++) {
    bounds = narrowed(bounds, quotients(block, x, y))
    if (isTight(bounds, tolerance)) break
    // Half of the radius as shift: enough to break a period without slowing an aperiodic block much.
    const shift = bounds.radius / 2
    let most = 0
    for (let i = 0; i < y.length; i++) {
      const value = (y[i] as number) + shift * (x[i] as number)
      x[i] = value
      most = Math.max(most, value)
    }
    for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) / most
  }
  return bounds
}

/** y = Bx, and its Collatz–Wielandt quotients. */
function quotients(block: Block, x: Float64Array, y: Float64Array): SpectralBounds {
  y.fill(0)
  for (let at = 0; at < block.weight.length; at++) {
    const row = block.to[at] as number
    y[row] = (y[row] as number) + (block.weight[at] as number) * (x[block.from[at] as number] as number)
  }
  let low = Number.POSITIVE_INFINITY
  let high = 0
  let above = 0
  let below = 0
  for (let i = 0; i < x.length; i++) {
    const quotient = (y[i] as number) / (x[i] as number)
    low = Math.min(low, quotient)
    high = Math.max(high, quotient)
    above += (y[i] as number) * (x[i] as number)
    below += (x[i] as number) * (x[i] as number)
  }
  return { radius: Math.min(high, Math.max(low, above / below)), low, high }
}

/** The bounds of every x hold, so all of them hold together. */
function narrowed(a: SpectralBounds, b: SpectralBounds): SpectralBounds {
  const low = Math.max(a.low, b.low)
  const high = Math.max(low, Math.min(a.high, b.high))
  return { radius: Math.min(high, Math.max(low, b.radius)), low, high }
}

/** x ← (λI − B)⁻¹ x with λ = max (Bx)ᵢ/xᵢ: keeps x > 0, and λ falls to ρ quadratically. */
function nodaIteration(
  block: Block,
  x: Float64Array,
  tolerance: number,
  before: SpectralBounds,
): SpectralBounds {
  const n = block.size
  const y = new Float64Array(n)
  let bounds = before
  for (let round = 0; round < NODA_ROUNDS_MAX; round++) {
    const here = quotients(block, x, y)
    bounds = narrowed(bounds, here)
    if (isTight(bounds, tolerance)) break
    const matrix = new Float64Array(n * n)
    for (let i = 0; i < n; i++) matrix[i * n + i] = here.high
    for (let at = 0; at < block.weight.length; at++) {
      const place = (block.to[at] as number) * n + (block.from[at] as number)
      matrix[place] = (matrix[place] as number) - (block.weight[at] as number)
    }
    const next = Float64Array.from(x)
    // λ is so close to ρ that the system is singular: x can't get better.
    if (!solveInPlace(matrix, next)) break
    const most = next.reduce((max, value) => Math.max(max, value), 0)
    if (!next.every((value) => value / most > 0)) break
    for (let i = 0; i < n; i++) x[i] = (next[i] as number) / most
  }
  return bounds
}
