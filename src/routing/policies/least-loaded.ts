import { onlyOptions } from '../../kernel/only-options.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { Chooser, routePolicy } from '../chooser.ts'
import type { BranchSet, RoutePolicy, RouteRequest, RouteSite } from '../policy.ts'
import type { RouteChoice } from '../route-choice.ts'

/** How many branches are compared. */
export interface LeastLoadedOptions {
  /**
   * How many branches to look at, drawn for each message. Default: all. 2 is the power of two choices: nearly as even, at constant
   * cost, and without herding when loads are stale (Mitzenmacher 2001).
   */
  readonly sample?: number
}

/**
 * The branch with the least (load + 1) / a_ij, where load counts the messages waiting and running there. Ties are broken at
 * random.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function leastLoaded(options: LeastLoadedOptions = {}): RoutePolicy<unknown, never> {
  onlyOptions(options, 'leastLoaded', ['sample'])
  const { sample } = options
  if (sample !== undefined) wholeNumber(sample, 'leastLoaded.sample')
  return routePolicy('leastLoaded', [], { ...options }, (site) => new LeastLoaded(site, sample))
}

class LeastLoaded extends Chooser<unknown> {
  readonly kind = 'leastLoaded'
  readonly #sample: number
  /** Positions, shuffled a little for every message; the first `sample` are looked at. */
  #order: Uint32Array = new Uint32Array(0)

  constructor(site: RouteSite, sample = Number.POSITIVE_INFINITY) {
    super(site)
    this.#sample = sample
  }

  protected override compile({ names }: BranchSet): void {
    this.#order = Uint32Array.from(names, (_, at) => at)
  }

  protected pick({ names, weights }: BranchSet, _request: RouteRequest, into: RouteChoice): void {
    const { site } = this
    const order = this.#order
    const looked = Math.min(this.#sample, names.length)
    let best = 0
    let least = Number.POSITIVE_INFINITY
    let equals = 0
    for (let at = 0; at < looked; at++) {
      if (looked < names.length) this.#drawTo(at)
      const position = order[at] as number
      const pressure = (site.load(names[position] as string) + 1) / (weights[position] as number)
      if (pressure > least) continue
      equals = pressure < least ? 1 : equals + 1
      // The n-th of equals replaces the one before with probability 1/n, so each is equally likely.
      if (equals === 1 || site.random.integer(equals) === 0) best = position
      least = pressure
    }
    into.add(best, 1)
  }

  /** One step of a Fisher–Yates shuffle: without replacement, whatever the previous order. */
  #drawTo(at: number): void {
    const order = this.#order
    const other = at + this.site.random.integer(order.length - at)
    const kept = order[at] as number
    order[at] = order[other] as number
    order[other] = kept
  }
}
