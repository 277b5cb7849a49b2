import { onlyOptions } from '../../kernel/only-options.ts'
import { within } from '../checks.ts'
import { routePolicy } from '../chooser.ts'
import type { RoutePolicy, RouteSite } from '../policy.ts'
import { Bandit } from './bandit.ts'
import type { Arm } from './decision-log.ts'
import { checkLearning, type Learning, type LearningOptions, toldOptions } from './learning-options.ts'
import { beta } from './sampling.ts'

/** The prior, plus the options of every learning policy. */
export interface ThompsonOptions<B extends string = string> extends LearningOptions<B> {
  /** The prior of every branch: a Beta of this many good and bad rewards. Default 1 and 1. */
  readonly prior?: { readonly good: number; readonly bad: number }
}

/**
 * Thompson sampling: draws from its belief about every branch and takes the best draw.
 *
 * Beliefs are Beta(good + Σr, bad + Σ(1 − r)) for rewards r in [0, 1]: exact for rewards of 0 and 1, cautious for rewards in
 * between, which vary less than a coin of the same mean. Expected regret grows as ln n / Δ (Thompson 1933; Agrawal and Goyal
 * 2012; Kaufmann, Korda and Munos 2012). A good default when rewards are late: its draws differ even without news.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function thompson<const B extends string = never>(
  options: ThompsonOptions<B> = {},
): RoutePolicy<unknown, B> {
  const learning = checkLearning(options, 'thompson', ['prior'])
  onlyOptions(options.prior, 'thompson.prior', ['good', 'bad'])
  const { good, bad } = options.prior ?? { good: 1, bad: 1 }
  within(good, 'thompson.prior.good', 1e-3, Number.MAX_VALUE)
  within(bad, 'thompson.prior.bad', 1e-3, Number.MAX_VALUE)
  return routePolicy(
    'thompson',
    Object.keys(options.bounds ?? {}) as B[],
    toldOptions(options),
    (site) => new Thompson(site, learning, good, bad),
  )
}

class Thompson extends Bandit<unknown, Arm> {
  readonly kind = 'thompson'
  protected readonly measure = 'draw'
  readonly #good: number
  readonly #bad: number

  constructor(site: RouteSite, learning: Learning, good: number, bad: number) {
    super(site, learning)
    this.#good = good
    this.#bad = bad
  }

  protected newArm(arm: Arm): Arm {
    return arm
  }

  protected score(arms: readonly Arm[], _value: unknown, scores: Float64Array): undefined {
    for (let at = 0; at < arms.length; at++) {
      const { count, sum } = arms[at] as Arm
      const good = this.#good + sum
      const bad = this.#bad + count - sum
      scores[at] = this.frozen ? good / (good + bad) : beta(this.site.random, good, bad)
    }
  }

  /** Has no closed form. */
  protected override probability(): number {
    return Number.NaN
  }

  /** Count and sum are all that a belief needs. */
  protected learn(): void {}
}
