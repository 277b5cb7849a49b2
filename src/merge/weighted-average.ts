import { type Averaged, alike, type Numeric } from './shapes.ts'
import type { MergeContext, Parts } from './strategy.ts'

/**
 * Weighted average `Σ w_i·x_i` over the parts that came (weights sum to 1): numbers, or vectors of one length.
 *
 * @throws MergeError (`merge`) when no part came, or the parts differ in kind or length, naming the branch.
 */
export function weightedAverage() {
  return <T extends Numeric>(given: Parts<T>, at: MergeContext): Averaged<T> => {
    const { scalar, length, parts } = alike(given, 'an average')
    const sum = new Float64Array(length)
    for (const [branch, part] of parts) {
      const weight = at.weights[branch] ?? 0
      for (let i = 0; i < length; i++) sum[i] = (sum[i] as number) + weight * (part[i] as number)
    }
    return (scalar ? sum[0] : sum) as Averaged<T>
  }
}
