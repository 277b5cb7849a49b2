import { demand, shown } from '../kernel/demand.ts'
import { InvalidArgumentError, text } from '../kernel/errors.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { wholeNumber } from '../kernel/whole-number.ts'
import { PrivacyBudgetSpentError } from './errors.ts'

/** One kind of round: the Gaussian mechanism it used, and how often. */
export interface PrivacyRound {
  /** Standard deviation of the noise divided by the clipping bound: z. Above 0. */
  readonly noiseMultiplier: number
  /** The chance of each participant to be in a round (Poisson sampling), 0 to 1. Default 1: everybody. */
  readonly sampleRate?: number
  /** Default 1. */
  readonly rounds?: number
}

/** The promise, and how its cost is counted. */
export interface PrivacyAccountantOptions {
  /** Chance that the promise of ε does not hold: well below one over the number of participants. Between 0 and 1. */
  readonly delta: number
  /** Upper bound of ε over all rounds. Default: no bound; the accountant only counts. */
  readonly epsilon?: number
  /**
   * From Rényi differential privacy to (ε, δ): `tight` (default) is Proposition 12 of Canonne, Kamath, Steinke, "The Discrete
   * Gaussian for Differential Privacy", NeurIPS 2020; `classic` is Proposition 3 of Mironov 2017, and never smaller.
   */
  readonly conversion?: 'tight' | 'classic'
}

/** An accountant's whole state, to survive a restart. */
export interface PrivacyState {
  readonly rounds: readonly Required<PrivacyRound>[]
}

/** Whole orders only: the ε of a very noisy or hardly noisy mechanism may come out a little high, never low. */
const ORDERS: readonly number[] = [
  ...Array.from({ length: 255 }, (_, i) => i + 2),
  ...[320, 384, 512, 768, 1024, 2048, 4096],
]

/**
 * Counts the privacy cost of rounds of a (subsampled) Gaussian mechanism, and refuses a round that would exceed the budget.
 *
 *     each round:   RDP(α) of its noise and sampling rate, for whole orders α from 2 on
 *     all rounds:   RDP adds up, order by order (composition)
 *     ε at δ:       the least over all orders of the conversion
 *
 * Source: Mironov, "Rényi Differential Privacy", CSF 2017 (composition, Gaussian: `α / 2z²`); Mironov, Talwar, Zhang, "Rényi
 * Differential Privacy of the Sampled Gaussian Mechanism", 2019 (subsampled, whole orders: section 3.3). Participants are
 * neighbours by adding or removing one. Poisson sampling is assumed: a cohort of fixed size is not covered by the proof.
 */
export class PrivacyAccountant {
  readonly delta: number
  /** The budget; Infinity without one. */
  readonly budget: number
  readonly #tight: boolean
  readonly #spent = new Float64Array(ORDERS.length)
  /** Whether anything was released at all: a cost may be so small that it rounds to 0. */
  #touched = false
  /** The cost of one round at each order, by noise and rate. */
  readonly #costs = new Map<
    string,
    { readonly cost: Float64Array; readonly round: PrivacyRound; n: number }
  >()

  /** @throws InvalidArgumentError (`invalid-argument`) naming the option that is out of range. */
  constructor(options: PrivacyAccountantOptions, state: PrivacyState = { rounds: [] }) {
    onlyOptions(options ?? null, 'PrivacyAccountant', ['delta', 'epsilon', 'conversion'])
    const { delta, epsilon = Number.POSITIVE_INFINITY, conversion = 'tight' } = options
    if (!(isNumber(delta) && delta > 0 && delta < 1))
      throw outOfRange('delta', delta, 'Pass a chance between 0 and 1, such as 1e-5')
    if (!(isNumber(epsilon) && epsilon > 0))
      throw outOfRange('epsilon', epsilon, 'Pass a number above 0, such as 1')
    if (conversion !== 'tight' && conversion !== 'classic')
      throw outOfRange('conversion', conversion, "Use 'tight' or 'classic'")
    this.delta = delta
    this.budget = epsilon
    this.#tight = conversion === 'tight'
    demand(state, 'state', 'what toJSON of an accountant returned', ({ rounds }) => Array.isArray(rounds))
    for (const round of state.rounds) this.#add(round)
  }

  /** The cost of all rounds so far at δ; 0 before the first. */
  get epsilon(): number {
    return this.#convert(this.#spent, this.#touched)
  }

  /** The ε after another `round`; nothing is spent. @throws like `spend`, but never for the budget. */
  epsilonAfter(round: PrivacyRound): number {
    const { cost, rounds } = this.#costOf(round)
    const spent = this.#spent.map((sum, at) => sum + rounds * (cost[at] as number))
    return this.#convert(spent, this.#touched || round.sampleRate !== 0)
  }

  /**
   * Counts `round`, before its result is released.
   *
   * @throws PrivacyBudgetSpentError (`privacy-budget-spent`) when it would exceed the budget; then nothing is counted.
   * @throws InvalidArgumentError (`invalid-argument`) naming what is out of range.
   */
  spend(round: PrivacyRound): void {
    const reached = this.epsilonAfter(round)
    if (reached > this.budget) throw new PrivacyBudgetSpentError(this.epsilon, reached, this.budget)
    this.#add(round)
  }

  /** The state, for the constructor to resume from. */
  toJSON(): PrivacyState {
    return {
      rounds: [...this.#costs.values()].flatMap(({ round, n }) =>
        n === 0
          ? []
          : [{ noiseMultiplier: round.noiseMultiplier, sampleRate: round.sampleRate ?? 1, rounds: n }],
      ),
    }
  }

  #add(round: PrivacyRound): void {
    const { cost, rounds, entry } = this.#costOf(round)
    entry.n += rounds
    if (round.sampleRate !== 0) this.#touched = true
    for (let at = 0; at < cost.length; at++)
      this.#spent[at] = (this.#spent[at] as number) + rounds * (cost[at] as number)
  }

  #costOf(round: PrivacyRound) {
    onlyOptions(round ?? null, 'round', ['noiseMultiplier', 'sampleRate', 'rounds'])
    const { noiseMultiplier, sampleRate = 1 } = round
    const rounds = wholeNumber(round.rounds ?? 1, 'rounds')
    const key = `${text(noiseMultiplier)} ${text(sampleRate)}`
    let entry = this.#costs.get(key)
    if (entry === undefined) {
      const cost = Float64Array.from(ORDERS, (order) => gaussianRdp(order, noiseMultiplier, sampleRate))
      entry = { cost, round: { noiseMultiplier, sampleRate }, n: 0 }
      this.#costs.set(key, entry)
    }
    return { cost: entry.cost, rounds, entry }
  }

  #convert(spent: Float64Array, touched: boolean): number {
    if (!touched) return 0
    const logDelta = Math.log(this.delta)
    let least = Number.POSITIVE_INFINITY
    for (let at = 0; at < spent.length; at++) {
      const order = ORDERS[at] as number
      const rdp = spent[at] as number
      const extra = this.#tight
        ? Math.log1p(-1 / order) - (logDelta + Math.log(order)) / (order - 1)
        : -logDelta / (order - 1)
      least = Math.min(least, rdp + extra)
    }
    return Math.max(0, least)
  }
}

/**
 * Rényi differential privacy of one round of the subsampled Gaussian mechanism, at one whole order:
 *
 *     RDP(α) = ln( Σ_{k=0..α} C(α, k) · (1 − q)^{α−k} · q^k · exp((k² − k) / 2z²) ) / (α − 1)
 *
 * Without sampling (q = 1) it is `α / 2z²`.
 *
 * @param order α, a whole number of at least 2.
 * @param noiseMultiplier z, above 0.
 * @param sampleRate q, 0 to 1.
 * @throws InvalidArgumentError (`invalid-argument`) naming what is out of range.
 */
export function gaussianRdp(order: number, noiseMultiplier: number, sampleRate = 1): number {
  wholeNumber(order, 'order', 2)
  if (!(isNumber(noiseMultiplier) && noiseMultiplier > 0))
    throw outOfRange('noiseMultiplier', noiseMultiplier, 'Pass a number above 0')
  if (!(isNumber(sampleRate) && sampleRate >= 0 && sampleRate <= 1))
    throw outOfRange('sampleRate', sampleRate, 'Use a share from 0 to 1')
  const variance = noiseMultiplier * noiseMultiplier
  if (sampleRate === 1) return order / (2 * variance)
  if (sampleRate === 0) return 0
  const [logQ, logRest] = [Math.log(sampleRate), Math.log1p(-sampleRate)]
  let logChoose = 0
  let logSum = order * logRest
  for (let k = 1; k <= order; k++) {
    logChoose += Math.log(order - k + 1) - Math.log(k)
    logSum = logAdd(logSum, logChoose + k * logQ + (order - k) * logRest + (k * k - k) / (2 * variance))
  }
  return Math.max(0, logSum) / (order - 1)
}

/**
 * The least noise that keeps `rounds` rounds within ε at δ, to four digits and rounded up.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming what is out of range, or when no noise up to 10,000 is enough.
 */
export function noiseMultiplierFor(
  goal: { readonly epsilon: number; readonly delta: number } & Omit<PrivacyRound, 'noiseMultiplier'>,
): number {
  onlyOptions(goal ?? null, 'noiseMultiplierFor', ['epsilon', 'delta', 'sampleRate', 'rounds'])
  const { epsilon, delta, sampleRate = 1, rounds = 1 } = goal
  if (!(isNumber(epsilon) && epsilon > 0 && epsilon < Number.POSITIVE_INFINITY))
    throw outOfRange('epsilon', epsilon, 'Pass a finite number above 0')
  const reached = (noiseMultiplier: number): number =>
    new PrivacyAccountant({ delta }).epsilonAfter({ noiseMultiplier, sampleRate, rounds })
  let [low, high] = [0, 1]
  while (reached(high) > epsilon) {
    low = high
    high *= 2
    if (high > 10_000)
      throw outOfRange('epsilon', epsilon, 'Allow a larger epsilon, run fewer rounds, or sample less')
  }
  while (high - low > high * 1e-4) {
    const middle = (low + high) / 2
    if (reached(middle) > epsilon) low = middle
    else high = middle
  }
  return high
}

/** ln(eᵃ + eᵇ) without overflow. */
function logAdd(a: number, b: number): number {
  const high = Math.max(a, b)
  if (high === Number.NEGATIVE_INFINITY || high === Number.POSITIVE_INFINITY) return high
  return high + Math.log1p(Math.exp(Math.min(a, b) - high))
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function outOfRange(path: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError(`${path} is ${shown(value)}`, { path, value, remedy })
}
