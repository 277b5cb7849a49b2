import { demand, shown } from '../kernel/demand.ts'
import { InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { onlyOptions } from '../kernel/only-options.ts'
import { MergeError } from './errors.ts'
import { GaussianNoise } from './gaussian-noise.ts'
import type { PrivacyAccountant } from './privacy-accountant.ts'
import { nothing } from './selection.ts'
import { type Accumulator, type BeginContext, mergeAll, type Parts } from './strategy.ts'

/** The weights of a model, or of a change to one: a single vector, or one vector per layer. */
export type ModelWeights = Float32Array | Readonly<Record<string, Float32Array>>

/** The part of a participant: its weights, and the number of samples behind them. */
export interface ModelUpdate<W extends ModelWeights = ModelWeights> {
  readonly weights: W
  readonly samples: number
}

/** Differential privacy for each participant as a whole (all of its samples together). */
export interface FederatedPrivacy {
  /** Source of the noise: `platformKernel()`, or a system's own kernel. */
  readonly kernel: Pick<Kernel, 'secureRandom'>
  /** Counts every round, and refuses a round beyond its budget before anything is released. */
  readonly accountant: PrivacyAccountant
  /** S: each update is scaled down to at most this L2 norm, over all layers. */
  readonly clip: number
  /** z: the noise's standard deviation is `z·S / cohort`. `noiseMultiplierFor` finds it for an (ε, δ). */
  readonly noiseMultiplier: number
  /** Expected sum of weights of a round, fixed beforehand: the divisor must not reveal who took part. */
  readonly cohort: number
  /** Chance of each participant to be sampled in a round, independently. Default 1: everybody. */
  readonly sampleRate?: number
  /** ŵ: a participant with at least this many samples has weight 1; one with fewer has its share. Default: all have weight 1. */
  readonly samplesCap?: number
}

/** The averaged model, and the figures of the round. */
export interface FederatedRound<W extends ModelWeights = ModelWeights> {
  readonly weights: W extends Float32Array ? Float32Array : Record<keyof W & string, Float32Array>
  /** Samples of all parts that arrived. */
  readonly samples: number
  readonly participants: number
  readonly privacy?: {
    /** ε of all rounds so far. */
    readonly epsilon: number
    readonly delta: number
    /** Standard deviation of the noise on every weight. */
    readonly noise: number
    /** Number of parts that were scaled down. */
    readonly clipped: number
  }
}

/** Federated averaging as a merge; `begin` holds one sum instead of all updates. */
export interface FederatedAverage {
  <W extends ModelWeights>(parts: Parts<ModelUpdate<W>>): FederatedRound<W>
  /** The same merge, taking parts as they come; its result does not depend on their order. */
  begin<W extends ModelWeights>(at: BeginContext): Accumulator<ModelUpdate<W>, FederatedRound<W>>
}

/**
 * Federated averaging: `w = Σ_k n_k·w_k / Σ_k n_k`, weighting each part by its number of samples. A's weights are ignored.
 *
 * With `privacy` the parts must be *changes* to the model that the round started from, and the result is
 * `(Σ_k v_k·w_k·min(1, S/‖w_k‖₂) + N(0, (z·S)²)) / cohort` with `v_k = min(n_k / samplesCap, 1)`. S bounds how far one participant
 * can move the result, and the noise hides whether it took part. Every result costs budget, even one recomputed after a crash.
 *
 * - Ties: none. Empties: no parts are refused, also with privacy. NaN and ±Infinity: refused, naming branch, layer and place.
 * - Sums and noise are in double precision and rounded to 32 bits at the end. Each normal number is made from four, which prevents
 *   the known attack on the floating-point noise of a single one (Mironov, CCS 2012), but is not an exact discrete mechanism.
 * - Incremental: it holds one sum, not the updates.
 *
 * Source: McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-Efficient Learning of Deep Networks from Decentralized
 * Data", AISTATS 2017; McMahan, Ramage, Talwar, Zhang, "Learning Differentially Private Recurrent Language Models", ICLR 2018
 * (the estimator with a fixed divisor); Abadi et al., "Deep Learning with Differential Privacy", CCS 2016 (clip and noise).
 *
 * @throws MergeError (`merge`) when no part came, layers or lengths differ, samples are not a number above 0, or a weight is not
 * finite; PrivacyBudgetSpentError (`privacy-budget-spent`); InvalidArgumentError (`invalid-argument`) for an option out of range.
 */
export function federatedAverage(options: { readonly privacy?: FederatedPrivacy } = {}): FederatedAverage {
  onlyOptions(options, 'federatedAverage', ['privacy'])
  const { privacy } = options
  if (privacy !== undefined) checkPrivacy(privacy)
  const noise = privacy === undefined ? undefined : new GaussianNoise(privacy.kernel.secureRandom)
  const begin = <W extends ModelWeights>() => new Round<W>(privacy, noise)
  return Object.assign(
    <W extends ModelWeights>(parts: Parts<ModelUpdate<W>>): FederatedRound<W> =>
      mergeAll<ModelUpdate<W>, FederatedRound<W>>(begin, parts),
    { begin },
  )
}

class Round<W extends ModelWeights> implements Accumulator<ModelUpdate<W>, FederatedRound<W>> {
  readonly #privacy: FederatedPrivacy | undefined
  readonly #noise: GaussianNoise | undefined
  /** Each weight's sum, by layer; a model of one vector has one layer with an empty name. */
  #sums: Map<string, Float64Array> | undefined
  #single = false
  #weight = 0
  #samples = 0
  #participants = 0
  #clipped = 0

  constructor(privacy: FederatedPrivacy | undefined, noise: GaussianNoise | undefined) {
    this.#privacy = privacy
    this.#noise = noise
  }

  add(branch: string, update: ModelUpdate<W>): void {
    const { layers, single } = layersOf(branch, update)
    const norm = normOf(branch, layers)
    this.#sums ??= this.#open(layers, single)
    this.#checkLike(branch, layers, single)
    const weight = this.#weightOf(update.samples)
    const scale = weight * this.#clip(norm)
    for (const [name, values] of layers) {
      const sums = this.#sums.get(name) as Float64Array
      for (let at = 0; at < values.length; at++)
        sums[at] = (sums[at] as number) + scale * (values[at] as number)
    }
    this.#weight += weight
    this.#samples += update.samples
    this.#participants += 1
  }

  result(): FederatedRound<W> {
    if (this.#sums === undefined || this.#participants === 0)
      throw nothing('a federated average of nothing is undefined')
    const privacy = this.#privacy
    if (privacy === undefined) return this.#round(this.#sums, this.#weight, 0)
    const { accountant, noiseMultiplier, sampleRate = 1, clip, cohort } = privacy
    accountant.spend({ noiseMultiplier, sampleRate })
    const released = this.#round(this.#sums, cohort, noiseMultiplier * clip)
    const { epsilon, delta } = accountant
    const noise = (noiseMultiplier * clip) / cohort
    return { ...released, privacy: { epsilon, delta, noise, clipped: this.#clipped } }
  }

  #round(sums: ReadonlyMap<string, Float64Array>, divisor: number, deviation: number): FederatedRound<W> {
    const noise = this.#noise
    const layers = [...sums].map(([name, sum]): [string, Float32Array] => {
      const out = new Float32Array(sum.length)
      for (let at = 0; at < sum.length; at++) {
        const noisy = (sum[at] as number) + (noise === undefined ? 0 : deviation * noise.next())
        out[at] = noisy / divisor
      }
      return [name, out]
    })
    const weights = this.#single ? layers[0]?.[1] : Object.fromEntries(layers)
    return {
      weights: weights as FederatedRound<W>['weights'],
      samples: this.#samples,
      participants: this.#participants,
    }
  }

  #open(layers: ReadonlyMap<string, Float32Array>, single: boolean): Map<string, Float64Array> {
    this.#single = single
    return new Map([...layers].map(([name, values]) => [name, new Float64Array(values.length)]))
  }

  #weightOf(samples: number): number {
    if (this.#privacy === undefined) return samples
    const { samplesCap } = this.#privacy
    return samplesCap === undefined ? 1 : Math.min(samples / samplesCap, 1)
  }

  #clip(norm: number): number {
    if (this.#privacy === undefined || norm <= this.#privacy.clip) return 1
    this.#clipped += 1
    return this.#privacy.clip / norm
  }

  #checkLike(branch: string, layers: ReadonlyMap<string, Float32Array>, single: boolean): void {
    const sums = this.#sums as Map<string, Float64Array>
    const names = [...sums.keys()].join(', ')
    if (single !== this.#single || layers.size !== sums.size)
      throw bad(
        branch,
        '.weights',
        [...layers.keys()],
        `the others have the layers ${names || 'of one vector'}`,
      )
    for (const [name, sum] of sums) {
      const own = layers.get(name)
      const place = single ? '.weights' : `.weights.${name}`
      if (own === undefined) throw bad(branch, place, undefined, `the others have the layers ${names}`)
      if (own.length !== sum.length)
        throw bad(branch, place, own.length, `the others have ${sum.length} weights there`)
    }
  }
}

function layersOf(branch: string, update: ModelUpdate) {
  const { weights, samples } = update
  if (!(samples > 0) || samples === Number.POSITIVE_INFINITY)
    throw bad(branch, '.samples', samples, 'samples must be a finite number above 0')
  if (weights instanceof Float32Array) return { layers: new Map([['', weights]]), single: true }
  if (typeof weights !== 'object' || weights === null)
    throw bad(branch, '.weights', weights, 'weights must be a Float32Array, or some by layer')
  const layers = new Map(Object.entries(weights))
  for (const [name, values] of layers) {
    if (!(values instanceof Float32Array))
      throw bad(branch, `.weights.${name}`, values, 'a layer must be a Float32Array')
  }
  return { layers, single: false }
}

/** The L2 norm over all layers. @throws MergeError naming the place of a value that is not finite. */
function normOf(branch: string, layers: ReadonlyMap<string, Float32Array>): number {
  let squares = 0
  for (const [name, values] of layers) {
    for (let at = 0; at < values.length; at++) {
      const value = values[at] as number
      if (!Number.isFinite(value))
        throw bad(branch, `.weights${name === '' ? '' : `.${name}`}[${at}]`, value, 'weights must be finite')
      squares += value * value
    }
  }
  return Math.sqrt(squares)
}

function bad(branch: string, place: string, value: unknown, why: string): MergeError {
  return new MergeError(
    `part '${branch}' does not fit: ${why}`,
    `parts.${branch}${place}`,
    value,
    'Make every branch send updates of the same model, with finite weights',
  )
}

const PRIVACY_OPTIONS = [
  'kernel',
  'accountant',
  'clip',
  'noiseMultiplier',
  'cohort',
  'sampleRate',
  'samplesCap',
] as const satisfies readonly (keyof FederatedPrivacy)[]

function checkPrivacy(privacy: FederatedPrivacy): void {
  onlyOptions(privacy ?? null, 'privacy', PRIVACY_OPTIONS)
  demand(
    privacy.kernel,
    'privacy.kernel',
    'a kernel, such as platformKernel()',
    ({ secureRandom }) => typeof secureRandom.fill === 'function',
  )
  demand(
    privacy.accountant,
    'privacy.accountant',
    'a PrivacyAccountant',
    (given) => typeof given.spend === 'function',
  )
  const { clip, noiseMultiplier, cohort, sampleRate = 1, samplesCap = 1 } = privacy
  const positive = { clip, noiseMultiplier, cohort, samplesCap }
  for (const [name, value] of Object.entries(positive)) {
    if (typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY) continue
    throw new InvalidArgumentError(`privacy.${name} is ${shown(value)}`, {
      path: `privacy.${name}`,
      value,
      remedy: 'Pass a finite number above 0',
    })
  }
  if (typeof sampleRate === 'number' && sampleRate > 0 && sampleRate <= 1) return
  throw new InvalidArgumentError(`privacy.sampleRate is ${shown(sampleRate)}`, {
    path: 'privacy.sampleRate',
    value: sampleRate,
    remedy: 'Use a share above 0 and at most 1',
  })
}
