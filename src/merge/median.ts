import { shown } from '../kernel/demand.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { type Averaged, alike, eachPlace, type Numeric } from './shapes.ts'
import type { Parts } from './strategy.ts'

/**
 * Median of numbers, or of vectors place by place. For an even number of parts it is the mean of the middle two.
 * Weights are ignored. One extreme part of three or more can't move the median beyond its neighbours.
 *
 * - Ties: none. Empties: no parts are refused; vectors of length 0 give one. NaN: refused; ±Infinity sort like numbers.
 * - Not incremental: every value may still become the middle.
 *
 * Source: Yin, Chen, Kannan, Bartlett, "Byzantine-Robust Distributed Learning", ICML 2018 (coordinate-wise median).
 *
 * @throws MergeError (`merge`) when no part came, the parts differ in shape, or one holds NaN, naming the branch.
 */
export function median() {
  return <T extends Numeric>(parts: Parts<T>): Averaged<T> =>
    eachPlace<T>(alike(parts, 'a median'), (values) => {
      values.sort()
      const middle = values.length >> 1
      const upper = values[middle] as number
      return values.length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2
    })
}

/**
 * Mean without the extremes, place by place: of n parts, the `⌊trim·n⌋` lowest and as many highest are left out:
 * `(x_(g+1) + … + x_(n−g)) / (n − 2g)` with `g = ⌊trim·n⌋` and the values in order. Weights are ignored.
 *
 * Ties, empties, NaN and the reason why it is not incremental: see `median`.
 *
 * Source: see `median` (coordinate-wise trimmed mean).
 *
 * @param options.trim share left out at each end, from 0 to below 0.5. Default 0.2.
 * @throws InvalidArgumentError (`invalid-argument`) for another share; MergeError like `median`.
 */
export function trimmedMean(options: { readonly trim?: number } = {}) {
  onlyOptions(options, 'trimmedMean', ['trim'])
  const { trim = 0.2 } = options
  if (typeof trim !== 'number' || !(trim >= 0 && trim < 0.5)) {
    throw new InvalidArgumentError(`trimmedMean.trim is ${shown(trim)}`, {
      path: 'trim',
      value: trim,
      remedy: 'Use a share from 0 to below 0.5',
    })
  }
  return <T extends Numeric>(parts: Parts<T>): Averaged<T> =>
    eachPlace<T>(alike(parts, 'a trimmed mean'), (values) => {
      values.sort()
      const cut = Math.floor(trim * values.length)
      const kept = values.subarray(cut, values.length - cut)
      return kept.reduce((sum, value) => sum + value, 0) / kept.length
    })
}
