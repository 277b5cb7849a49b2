import { DenseIndex } from '../../knowledge/retrieval/dense-index.ts'
import { best } from '../../knowledge/retrieval/ranking.ts'
import { unit } from '../../knowledge/retrieval/vectors.ts'
import type { IntentModel, ReaderName } from './intent-model.ts'
import { ngramLogits } from './ngrams.ts'
import { logitsOf, softmaxInPlace } from './softmax.ts'
import { likeness, whitened } from './whitening.ts'

/** One reader's opinion of a message. */
export interface Reading {
  /** Its most probable intents, best first: number of the label, probability. */
  readonly top: readonly (readonly [label: number, probability: number])[]
  /** Signs of scope: the higher, the more like the examples. */
  readonly signs: Readonly<Record<string, number>>
}

/** Intents named by a reader. */
const TOP = 12
/** Neighbours that vote. */
const NEIGHBOURS = 20
/** How fast a neighbour's say falls with its distance. */
const NEARNESS = 12
/** Neighbours of one intent whose distance counts as its distance. */
const CLOSE = 3

/** Reads a message with what was learned. */
export class IntentReaders {
  readonly #model: Omit<IntentModel, 'calibration' | 'card'>
  readonly #temperature: { readonly [name in ReaderName]: number }
  readonly #index: DenseIndex

  constructor(
    model: Omit<IntentModel, 'calibration' | 'card'>,
    temperature: { readonly [name in ReaderName]: number },
  ) {
    this.#model = model
    this.#temperature = temperature
    this.#index = new DenseIndex(model.neighbours)
  }

  /** Softmax regression on the vector of each embedder; the mean of their logits. */
  linear(vector: Float32Array): Reading {
    const { linear, labels, mean, deviation } = this.#model
    const x = vector.map((value, i) => (value - (mean[i] as number)) / (deviation[i] as number))
    const all = new Float32Array(linear[0]?.classes ?? 0)
    let from = 0
    for (const head of linear) {
      const own = new Float32Array(head.classes)
      logitsOf(head, x.subarray(from, from + head.dimensions), own)
      from += head.dimensions
      for (let c = 0; c < own.length; c++) all[c] = (all[c] as number) + (own[c] as number) / linear.length
    }
    const logits = all.subarray(0, labels.length)
    const energy = logits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
    const outside = all[labels.length]
    return {
      signs: outside === undefined ? { energy } : { energy, inside: energy - outside },
      top: topOf(softmaxInPlace(logits, this.#temperature.linear)),
    }
  }

  /** The labels of the nearest examples, weighted by nearness. */
  nearest(vector: Float32Array): Reading {
    const { labels, neighbourLabels, whitening } = this.#model
    const z = whitened(whitening, vector)
    const scores = this.#index.scores(unit(z.slice()))
    const votes = new Float32Array(labels.length)
    for (const { passage, score } of best(scores, NEIGHBOURS, -1))
      votes[neighbourLabels[passage] as number] =
        (votes[neighbourLabels[passage] as number] as number) + Math.exp((score - 1) * NEARNESS)
    const sum = votes.reduce((all, one) => all + one, 0)
    const logits = votes.map((vote) => Math.log(vote / (sum || 1) + 1e-3))
    const top = topOf(softmaxInPlace(logits, this.#temperature.nearest))
    return {
      top,
      signs: {
        nearness: nearnessTo(top[0]?.[0] ?? 0, scores, neighbourLabels),
        likeness: likeness(whitening, z),
      },
    }
  }

  /** Softmax regression on the message's n-grams. No model runs. */
  ngrams(text: string): Reading {
    const logits = ngramLogits(this.#model.ngrams, text)
    return { top: topOf(softmaxInPlace(logits, this.#temperature.ngrams)), signs: {} }
  }
}

function nearnessTo(label: number, scores: ArrayLike<number>, labels: Int32Array): number {
  const best: number[] = new Array(CLOSE).fill(-1)
  for (let i = 0; i < labels.length; i++) {
    const score = scores[i] as number
    if (labels[i] !== label || score <= (best[CLOSE - 1] as number)) continue
    best[CLOSE - 1] = score
    best.sort((a, b) => b - a)
  }
  return best.reduce((sum, score) => sum + score, 0) / CLOSE
}

function topOf(probabilities: Float32Array): [number, number][] {
  const order = [...probabilities.keys()].sort(
    (a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b,
  )
  return order.slice(0, TOP).map((label) => [label, probabilities[label] as number])
}
