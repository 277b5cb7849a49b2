import type { RandomStream } from '../../kernel/kernel.ts'
import { wholeNumber } from '../../kernel/whole-number.ts'
import { Chooser, routePolicy } from '../chooser.ts'
import type { BranchSet, RoutePolicy, RouteRequest } from '../policy.ts'
import type { RouteChoice } from '../route-choice.ts'

/** Every branch gets the message and counts with its a_ij. The default of a fan. */
export function all(): RoutePolicy<unknown, never> & { readonly kind: 'all' } {
  return routePolicy('all', [], {}, (site) => new All(site))
}

class All extends Chooser<unknown> {
  readonly kind = 'all'

  protected pick({ weights }: BranchSet, _request: RouteRequest, into: RouteChoice): void {
    for (let at = 0; at < weights.length; at++) into.add(at, weights[at] as number)
  }
}

/**
 * The `k` heaviest branches get the message; ties go to the first in A. With fewer than `k` branches, all get it.
 *
 * @throws InvalidArgumentError (`invalid-argument`)
 */
export function topK(k: number): RoutePolicy<unknown, never> {
  wholeNumber(k, 'topK.k')
  return routePolicy('topK', [], { k }, (site) => new TopK(site, k))
}

class TopK extends Chooser<unknown> {
  readonly kind = 'topK'
  readonly #k: number
  #heaviest: Uint32Array = new Uint32Array(0)

  constructor(site: ConstructorParameters<typeof Chooser>[0], k: number) {
    super(site)
    this.#k = k
  }

  protected override compile({ weights }: BranchSet): void {
    const order = Uint32Array.from(weights, (_, at) => at)
    order.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b)
    this.#heaviest = order.slice(0, this.#k).sort()
  }

  protected pick({ weights }: BranchSet, _request: RouteRequest, into: RouteChoice): void {
    for (let at = 0; at < this.#heaviest.length; at++) {
      const position = this.#heaviest[at] as number
      into.add(position, weights[position] as number)
    }
  }
}

/** One branch gets the message, with probability proportional to its a_ij: columns of A as routing probabilities. */
export function weightedRandom(): RoutePolicy<unknown, never> {
  return routePolicy('weightedRandom', [], {}, (site) => new WeightedRandom(site))
}

class WeightedRandom extends Chooser<unknown> {
  readonly kind = 'weightedRandom'
  #cumulative: Float64Array = new Float64Array(0)

  protected override compile({ weights }: BranchSet): void {
    this.#cumulative = cumulative(weights)
  }

  protected pick(_branches: BranchSet, _request: RouteRequest, into: RouteChoice): void {
    into.add(draw(this.#cumulative, this.site.random), 1)
  }
}

/** Running sums of the weights; equal steps if all are 0. */
export function cumulative(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length)
  let sum = 0
  for (let at = 0; at < weights.length; at++) {
    sum += weights[at] as number
    sums[at] = sum
  }
  if (sum > 0) return sums
  return sums.map((_, at) => at + 1)
}

/** A position, in proportion to the weights behind `sums`. */
export function draw(sums: Float64Array, random: RandomStream): number {
  return positionOf(sums, random.next() * (sums[sums.length - 1] as number))
}

/** The first position whose running sum is above `at`, by bisection. */
export function positionOf(sums: Float64Array, at: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sums[middle] as number) > at) high = middle
    else low = middle + 1
  }
  return low
}
