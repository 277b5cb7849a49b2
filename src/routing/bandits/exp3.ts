import { InvalidArgumentError } from '../../kernel/errors.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { within } from '../checks.ts'
import { routePolicy } from '../chooser.ts'
import type { BranchSet, RoutePolicy, RouteSite } from '../policy.ts'
import { type SavedArm, savedNumbers } from './arm-state.ts'
import { Bandit } from './bandit.ts'
import { type Arm, type Decision, FIGURES, PROPENSITY } from './decision-log.ts'
import { checkLearning, type Learning, type LearningOptions, toldOptions } from './learning-options.ts'

/** What EXP3 is tuned for, plus the options of every learning policy except `picks`. */
export interface Exp3Options<B extends string = string> extends Omit<LearningOptions<B>, 'picks'> {
  /** Number of messages it is tuned for. Default 10,000. */
  readonly horizon?: number
  /** How often the best branch may change within the horizon. Above 0, weights are shared as in EXP3.S. Default 0. */
  readonly shifts?: number
  /** Share of uniform exploration. Default: the share that the horizon calls for. */
  readonly gamma?: number
}

/**
 * EXP3 (Auer, Cesa-Bianchi, Freund and Schapire 2002): assumes nothing about how rewards arise, not even that they are stationary.
 *
 *   p = (1 − γ) w / Σw + γ / K         chosen at random by p
 *   w ← w · exp(γ (r / p) / K)         of the branch chosen; with `shifts`, then each w += (e α / K) Σw    (EXP3.S)
 *
 * γ = min(1, √(K ln K / ((e − 1) T))), with S shifts √(K (S ln(KT) + e) / ((e − 1) T)) and α = 1/T. Against the best fixed
 * branch it loses at most 2.63 √(T K ln K) in T messages, whatever the world does.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function exp3<const B extends string = never>(options: Exp3Options<B> = {}): RoutePolicy<unknown, B> {
  const learning = checkLearning(options, 'exp3', ['horizon', 'shifts', 'gamma'])
  if ('picks' in options && options.picks !== 1 && options.picks !== undefined) {
    throw new InvalidArgumentError('exp3.picks is not 1', {
      path: 'exp3.picks',
      value: options.picks,
      remedy: 'Leave it out: EXP3 chooses one branch a message; thompson, ucb1 and linUcb can choose several',
    })
  }
  const horizon = wholeNumber(options.horizon ?? 10_000, 'exp3.horizon')
  const shifts = wholeNumber(options.shifts ?? 0, 'exp3.shifts', 0)
  if (options.gamma !== undefined) within(options.gamma, 'exp3.gamma', 0, 1)
  return routePolicy(
    'exp3',
    Object.keys(options.bounds ?? {}) as B[],
    toldOptions(options),
    (site) => new Exp3(site, learning, horizon, shifts, options.gamma),
  )
}

interface WeighedArm extends Arm {
  /** Relative to the others; NaN until it has been compared with them. */
  weight: number
}

/** Weights are rescaled when their greatest exceeds this, long before they overflow. */
const WEIGHT_MAX = 1e100
/** No weight falls below this share of the greatest: a weight of 0 could not grow again. */
const WEIGHT_MIN = 1e-200

class Exp3 extends Bandit<unknown, WeighedArm> {
  readonly kind = 'exp3'
  protected readonly measure = 'probability'
  readonly #horizon: number
  readonly #shifts: number
  readonly #given: number | undefined
  #gamma = 0
  /** Total probability of the allowed branches at the last selection. */
  #sum = 1

  constructor(
    site: RouteSite,
    learning: Learning,
    horizon: number,
    shifts: number,
    gamma: number | undefined,
  ) {
    super(site, learning)
    this.#horizon = horizon
    this.#shifts = shifts
    this.#given = gamma
  }

  protected newArm(arm: Arm): WeighedArm {
    return Object.assign(arm, { weight: Number.NaN })
  }

  protected override compile(branches: BranchSet): void {
    super.compile(branches)
    this.#relate()
    this.#gamma = this.#given ?? tuned(this.arms.at.length, this.#horizon, this.#shifts)
  }

  override restore(state: unknown): void {
    super.restore(state)
    // Before the first message no branch is in use; the first branch set decides.
    if (this.arms.at.length > 0) this.#relate()
  }

  /** Weights mean something only relative to one another: those of the branches in use, all of them known. */
  #relate(): void {
    const { at: arms } = this.arms
    // The weight of a departed branch was relative to the branches of its time.
    for (const [, arm] of this.arms.entries()) if (!arms.includes(arm)) arm.weight = Number.NaN
    const known = arms.filter((arm) => !Number.isNaN(arm.weight))
    // A new branch starts with the average weight.
    const usual = known.length === 0 ? 1 : known.reduce((sum, arm) => sum + arm.weight, 0) / known.length
    for (const arm of arms) if (Number.isNaN(arm.weight)) arm.weight = usual
    this.#rescale()
  }

  protected score(arms: readonly WeighedArm[], _value: unknown, scores: Float64Array): undefined {
    const sum = sumOf(arms)
    // When frozen, it plays the mixed strategy it has learned, without exploring.
    const gamma = this.frozen ? 0 : this.#gamma
    for (let at = 0; at < arms.length; at++) {
      scores[at] = ((1 - gamma) * (arms[at] as WeighedArm).weight) / sum + gamma / arms.length
    }
  }

  protected override select(scores: Float64Array, allowed: Uint8Array): number {
    this.#sum = allowedSum(scores, allowed)
    let left = this.site.random.next() * this.#sum
    let last = -1
    for (let at = 0; at < scores.length; at++) {
      if (allowed[at] === 0) continue
      last = at
      left -= scores[at] as number
      if (left < 0) return at
    }
    return last
  }

  protected override probability(scores: Float64Array, position: number): number {
    return (scores[position] as number) / this.#sum
  }

  protected learn(arm: WeighedArm, reward: number, decision: Decision<WeighedArm>): void {
    // A forced choice says nothing about the branches that could not be chosen, so it counts but does not change weights.
    if (decision.cause === 'bound') return
    const { at: arms } = this.arms
    const count = decision.names.length
    const position = decision.chosen[0] as number
    const propensity = decision.figures[decision.base + position * FIGURES + PROPENSITY] as number
    arm.weight *= Math.exp((this.#gamma * reward) / propensity / count)
    if (this.#shifts > 0) {
      const shared = ((Math.E / this.#horizon) * sumOf(arms)) / arms.length
      for (let at = 0; at < arms.length; at++) (arms[at] as WeighedArm).weight += shared
    }
    if (arm.weight > WEIGHT_MAX) this.#rescale()
  }

  protected override saveArm(arm: WeighedArm): SavedArm {
    return Number.isNaN(arm.weight) ? super.saveArm(arm) : { ...super.saveArm(arm), weight: arm.weight }
  }

  protected override loadArm(arm: WeighedArm, saved: SavedArm): void {
    if (saved.weight === undefined) return
    const path = `${this.site.path}.state.${arm.name}.weight`
    arm.weight = within(savedNumbers(saved.weight, 1, path)[0] as number, path, WEIGHT_MIN, Number.MAX_VALUE)
  }

  #rescale(): void {
    const { at: arms } = this.arms
    const most = arms.reduce((max, arm) => Math.max(max, arm.weight), 0)
    for (const arm of arms) arm.weight = Math.max(WEIGHT_MIN, arm.weight / most)
  }
}

function sumOf(arms: readonly WeighedArm[]): number {
  let sum = 0
  for (let at = 0; at < arms.length; at++) sum += (arms[at] as WeighedArm).weight
  return sum
}

function allowedSum(scores: Float64Array, allowed: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < scores.length; at++) if (allowed[at] === 1) sum += scores[at] as number
  return sum
}

/** Corollary 3.2 (EXP3) and Corollary 8.3 (EXP3.S) of the paper. */
function tuned(arms: number, horizon: number, shifts: number): number {
  const hardness = shifts > 0 ? shifts * Math.log(arms * horizon) + Math.E : Math.log(arms)
  return Math.min(1, Math.sqrt((arms * hardness) / ((Math.E - 1) * horizon)))
}
