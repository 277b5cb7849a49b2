import { routePolicy } from '../chooser.ts'
import type { RoutePolicy } from '../policy.ts'
import { Bandit } from './bandit.ts'
import type { Arm } from './decision-log.ts'
import { checkLearning, type LearningOptions, toldOptions } from './learning-options.ts'

/**
 * UCB1 (Auer, Cesa-Bianchi and Fischer 2002): the branch that could be best.
 *
 * Every branch once, then the greatest mean + √(2 ln t / n), for n rewards of the branch and t in all. Expected regret after T
 * messages is at most 8 Σ ln T / Δ + (1 + π²/3) Σ Δ. Only ties are random; while feedback is late it repeats itself.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function ucb1<const B extends string = never>(
  options: LearningOptions<B> = {},
): RoutePolicy<unknown, B> {
  const learning = checkLearning(options, 'ucb1')
  return routePolicy(
    'ucb1',
    Object.keys(options.bounds ?? {}) as B[],
    toldOptions(options),
    (site) => new Ucb1(site, learning),
  )
}

class Ucb1 extends Bandit<unknown, Arm> {
  readonly kind = 'ucb1'
  protected readonly measure = 'upper bound'

  protected newArm(arm: Arm): Arm {
    return arm
  }

  protected score(arms: readonly Arm[], _value: unknown, scores: Float64Array): undefined {
    let total = 0
    for (let at = 0; at < arms.length; at++) total += (arms[at] as Arm).count
    const width = 2 * Math.log(total)
    for (let at = 0; at < arms.length; at++) {
      const { count, sum } = arms[at] as Arm
      if (count === 0) scores[at] = this.frozen ? 0 : Number.POSITIVE_INFINITY
      else scores[at] = sum / count + (this.frozen ? 0 : Math.sqrt(width / count))
    }
  }

  /** The bound needs only counts and sums. */
  protected learn(): void {}
}
