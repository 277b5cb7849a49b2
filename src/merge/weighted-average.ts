import { MergeError } from './errors.ts'
import { nothing } from './selection.ts'
import { type Averaged, isVector, type Numeric, type Probabilities, unlike } from './shapes.ts'
import {
  type Accumulator,
  type BeginContext,
  type MergeContext,
  mergeAll,
  type Parts,
  weightOf,
} from './strategy.ts'

/** An average as a merge of numbers, vectors or probabilities; `begin` holds one mean instead of all parts. */
export interface WeightedAverage {
  <T extends Numeric | Probabilities>(parts: Parts<T>, at: MergeContext): Averaged<T>
  /** The same merge, taking parts as they come; its result does not depend on their order. */
  begin<T extends Numeric | Probabilities>(at: BeginContext): Accumulator<T, Averaged<T>>
}

/**
 * Weighted average `Σ w_i·x_i / Σ w_i` over the parts that arrived: of numbers, of vectors of one length (as a Float64Array), or of
 * probabilities by label. Each part's probabilities (`{ spam: 0.8, ham: 0.2 }`) are first scaled to sum to 1, so that its weight
 * alone decides its influence. A label missing in a part has probability 0 there. The result sums to 1 (a linear opinion pool).
 *
 * - Ties: none. If the weights of all parts that arrived are 0, each part counts the same.
 * - Empties: no parts are refused; vectors of length 0 give one; probabilities that are all 0, or none, are refused.
 * - NaN and ±Infinity: refused, naming branch and place, because one would decide the whole result.
 * - Incremental: a running mean `m ← m·(1 − w/W) + x·(w/W)`, which stays within its parts and can't overflow.
 *
 * Source: West, "Updating mean and variance estimates: an improved method", CACM 1979 (running mean); Stone, "The Opinion
 * Pool", Annals of Mathematical Statistics 1961 (probabilities).
 *
 * @throws MergeError (`merge`) naming the branch, when no part arrived, or one differs in kind or length, or holds a refused value.
 */
export function weightedAverage(): WeightedAverage {
  const begin = <T extends Numeric | Probabilities>(at: BeginContext) => new RunningMean<T>(at)
  return Object.assign(
    <T extends Numeric | Probabilities>(parts: Parts<T>, at: MergeContext): Averaged<T> =>
      mergeAll<T, Averaged<T>>(begin, parts, at.weights),
    { begin },
  )
}

type Kind = 'number' | 'vector' | 'chances'

class RunningMean<T extends Numeric | Probabilities> implements Accumulator<T, Averaged<T>> {
  readonly #weights: { readonly [branch: string]: number }
  #kind: Kind | undefined
  #mean = new Float64Array(0)
  /** For probabilities: the place of each label in the mean. */
  readonly #labels = new Map<string, number>()
  /** Sum over the parts so far; while it is 0 each of them counts 1. */
  #weight = 0
  #count = 0

  constructor(at: BeginContext) {
    this.#weights = at.weights
  }

  add(branch: string, part: T): void {
    const kind = kindOf(branch, part)
    if (this.#kind !== undefined && kind !== this.#kind) throw unlike(branch, part, `of kind ${this.#kind}`)
    const values =
      kind === 'chances' ? chances(branch, part as Probabilities) : vector(branch, part as Numeric)
    if (kind === 'chances') this.#place(Object.keys(part as Probabilities))
    else if (this.#kind === undefined) this.#mean = new Float64Array(values.length)
    else if (values.length !== this.#mean.length)
      throw unlike(branch, part, `a vector of ${this.#mean.length}`)
    this.#kind = kind
    const share = this.#shareOf(branch)
    if (kind === 'chances') this.#mixChances(Object.keys(part as Probabilities), values, share)
    else this.#mix(values, share)
  }

  result(): Averaged<T> {
    if (this.#kind === undefined) throw nothing('an average of nothing is undefined')
    if (this.#kind === 'number') return this.#mean[0] as Averaged<T>
    if (this.#kind === 'vector') return this.#mean.slice() as Averaged<T>
    const sum = this.#mean.reduce((total, chance) => total + chance, 0)
    return Object.fromEntries(
      [...this.#labels].map(([label, at]) => [label, (this.#mean[at] as number) / sum]),
    ) as Averaged<T>
  }

  /** The new part's share among all parts so far. A part without weight counts only while no part has any. */
  #shareOf(branch: string): number {
    const own = weightOf(this.#weights, branch)
    this.#count += 1
    if (own === 0 && this.#weight === 0) return 1 / this.#count
    this.#weight += own
    return own / this.#weight
  }

  #mix(values: ArrayLike<number>, share: number): void {
    if (share === 0) return
    const mean = this.#mean
    const rest = 1 - share
    for (let at = 0; at < mean.length; at++)
      mean[at] = (mean[at] as number) * rest + (values[at] as number) * share
  }

  #mixChances(labels: readonly string[], values: ArrayLike<number>, share: number): void {
    const own = new Float64Array(this.#mean.length)
    for (const [i, label] of labels.entries()) own[this.#labels.get(label) as number] = values[i] as number
    this.#mix(own, share)
  }

  #place(labels: readonly string[]): void {
    for (const label of labels) if (!this.#labels.has(label)) this.#labels.set(label, this.#labels.size)
    if (this.#labels.size === this.#mean.length) return
    const wider = new Float64Array(this.#labels.size)
    wider.set(this.#mean)
    this.#mean = wider
  }
}

function kindOf(branch: string, part: unknown): Kind {
  if (typeof part === 'number') return 'number'
  if (isVector(part)) return 'vector'
  if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) return 'chances'
  throw unlike(branch, part, 'a number, a vector, or chances by label')
}

function vector(branch: string, part: Numeric): ArrayLike<number> {
  const values = typeof part === 'number' ? [part] : part
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at]))
      throw notFinite(branch, typeof part === 'number' ? '' : `[${at}]`, values[at])
  }
  return values
}

/** The part's probabilities in the order of its labels, summing to 1. */
function chances(branch: string, part: Probabilities): Float64Array {
  const entries = Object.entries(part)
  let sum = 0
  for (const [label, chance] of entries) {
    if (!Number.isFinite(chance) || chance < 0) throw notFinite(branch, `.${label}`, chance)
    sum += chance
  }
  if (!(sum > 0 && Number.isFinite(sum))) {
    throw new MergeError(
      `the chances of part '${branch}' sum to ${sum}`,
      `parts.${branch}`,
      part,
      'Give at least one label a chance above 0',
    )
  }
  return Float64Array.from(entries, ([, chance]) => chance / sum)
}

function notFinite(branch: string, place: string, value: unknown): MergeError {
  return new MergeError(
    `part '${branch}' holds ${String(value)}`,
    `parts.${branch}${place}`,
    value,
    'Make the branch fail instead of sending a value that cannot be averaged',
  )
}
