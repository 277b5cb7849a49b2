import { atOnce } from '../../kernel/callbacks.ts'
import { aFunction } from '../../kernel/demand.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { within } from '../checks.ts'
import { routePolicy } from '../chooser.ts'
import type { RoutePolicy, RouteSite } from '../policy.ts'
import { type SavedArm, savedNumbers } from './arm-state.ts'
import { Bandit } from './bandit.ts'
import type { Arm, Decision } from './decision-log.ts'
import { checkFeatures } from './features.ts'
import { checkLearning, type Learning, type LearningOptions, toldOptions } from './learning-options.ts'

/** LinUCB's view of a message, plus the options of every learning policy. */
export interface LinUcbOptions<T, B extends string = string> extends LearningOptions<B> {
  /** The message as `dimensions` finite numbers, best within [−1, 1]. A constant 1 among them serves as an offset. */
  readonly features: (value: T) => ArrayLike<number>
  readonly dimensions: number
  /** The value of uncertainty: the paper's α. Default 1. */
  readonly alpha?: number
  /** Ridge weight: how strongly to assume that no feature matters. Default 1. */
  readonly ridge?: number
}

/** More features would make decisions slow: the cost grows with the square of their number. */
const DIMENSIONS_MAX = 256

/**
 * LinUCB with disjoint models (Li, Chu, Langford and Schapire 2010): which branch is best depends on the message.
 *
 * Each branch learns θ by ridge regression of its rewards on the features x, and the greatest θ·x + α √(xᵀ A⁻¹ x) is chosen.
 * A⁻¹ is kept by Sherman–Morrison updates: O(d²) a decision and branch, no matrix is ever inverted.
 *
 * @throws InvalidArgumentError (`invalid-argument`), also from `choose` for features of a wrong size
 */
export function linUcb<T, const B extends string = never>(options: LinUcbOptions<T, B>): RoutePolicy<T, B> {
  const learning = checkLearning(options, 'linUcb', ['features', 'dimensions', 'alpha', 'ridge'])
  const { features, alpha = 1, ridge = 1 } = options
  aFunction(features, 'linUcb.features')
  const dimensions = wholeNumber(options.dimensions, 'linUcb.dimensions', 1, DIMENSIONS_MAX)
  within(alpha, 'linUcb.alpha', 0, Number.MAX_VALUE)
  within(ridge, 'linUcb.ridge', 1e-9, Number.MAX_VALUE)
  return routePolicy(
    'linUcb',
    Object.keys(options.bounds ?? {}) as B[],
    { ...toldOptions(options), features: features.name || 'function' },
    (site) => new LinUcb<T>(site, learning, { features, dimensions, alpha, ridge }),
  )
}

interface LinearArm extends Arm {
  /** A⁻¹, symmetric, d × d row by row. */
  readonly inverse: Float64Array
  /** Σ r·x. */
  readonly rewarded: Float64Array
  /** A⁻¹ · Σ r·x. */
  readonly theta: Float64Array
}

interface Model<T> {
  readonly features: (value: T) => ArrayLike<number>
  readonly dimensions: number
  readonly alpha: number
  readonly ridge: number
}

class LinUcb<T> extends Bandit<T, LinearArm> {
  readonly kind = 'linUcb'
  protected readonly measure = 'upper bound'
  readonly #model: Model<T>
  readonly #scratch: Float64Array

  constructor(site: RouteSite, learning: Learning, model: Model<T>) {
    super(site, learning)
    this.#model = model
    this.#scratch = new Float64Array(model.dimensions)
  }

  protected newArm(arm: Arm): LinearArm {
    const { dimensions: d, ridge } = this.#model
    const inverse = new Float64Array(d * d)
    for (let i = 0; i < d; i++) inverse[i * d + i] = 1 / ridge
    return Object.assign(arm, { inverse, rewarded: new Float64Array(d), theta: new Float64Array(d) })
  }

  protected score(arms: readonly LinearArm[], value: T, scores: Float64Array): Float64Array {
    const { dimensions, alpha, features } = this.#model
    const x = checkFeatures(atOnce(this.site.path, features(value)), dimensions, this.site.path)
    for (let at = 0; at < arms.length; at++) {
      const { inverse, theta } = arms[at] as LinearArm
      const width = this.frozen || alpha === 0 ? 0 : alpha * Math.sqrt(quadratic(inverse, x))
      scores[at] = dot(theta, x) + width
    }
    return x
  }

  protected learn(arm: LinearArm, reward: number, decision: Decision<LinearArm>): void {
    const x = decision.features as Float64Array
    const { inverse, rewarded, theta } = arm
    shermanMorrison(inverse, x, this.#scratch)
    for (let i = 0; i < x.length; i++) rewarded[i] = (rewarded[i] as number) + reward * (x[i] as number)
    multiply(inverse, rewarded, theta)
  }

  protected override saveArm(arm: LinearArm): SavedArm {
    return { ...super.saveArm(arm), inverse: [...arm.inverse], rewarded: [...arm.rewarded] }
  }

  protected override loadArm(arm: LinearArm, saved: SavedArm): void {
    const { dimensions: d } = this.#model
    const path = `${this.site.path}.state.${arm.name}`
    arm.inverse.set(savedNumbers(saved.inverse, d * d, `${path}.inverse`))
    arm.rewarded.set(savedNumbers(saved.rewarded, d, `${path}.rewarded`))
    multiply(arm.inverse, arm.rewarded, arm.theta)
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** out = M·x. */
function multiply(matrix: Float64Array, x: Float64Array, out: Float64Array): void {
  const d = x.length
  for (let row = 0; row < d; row++) {
    let sum = 0
    for (let column = 0; column < d; column++) {
      sum += (matrix[row * d + column] as number) * (x[column] as number)
    }
    out[row] = sum
  }
}

/** xᵀ M x for a symmetric M, never below 0: rounding must not lead to the root of a negative number. */
function quadratic(matrix: Float64Array, x: Float64Array): number {
  const d = x.length
  let sum = 0
  for (let row = 0; row < d; row++) {
    let half = 0.5 * (matrix[row * d + row] as number) * (x[row] as number)
    for (let column = row + 1; column < d; column++) {
      half += (matrix[row * d + column] as number) * (x[column] as number)
    }
    sum += 2 * half * (x[row] as number)
  }
  return Math.max(0, sum)
}

/**
 * (A + x xᵀ)⁻¹ = A⁻¹ − (A⁻¹x)(A⁻¹x)ᵀ / (1 + xᵀA⁻¹x), in place (Sherman and Morrison 1950). Both halves get the same number,
 * so it stays symmetric.
 */
export function shermanMorrison(inverse: Float64Array, x: Float64Array, scratch: Float64Array): void {
  const d = x.length
  multiply(inverse, x, scratch)
  const scale = 1 / (1 + Math.max(0, dot(scratch, x)))
  for (let row = 0; row < d; row++) {
    for (let column = row; column < d; column++) {
      const value =
        (inverse[row * d + column] as number) - scale * (scratch[row] as number) * (scratch[column] as number)
      inverse[row * d + column] = value
      inverse[column * d + row] = value
    }
  }
}
