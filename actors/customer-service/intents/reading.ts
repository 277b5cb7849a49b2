import { DenseIndex } from '../../knowledge/retrieval/dense-index.ts'
import { best } from '../../knowledge/retrieval/ranking.ts'
import type { IntentModel, ReaderName } from './intent-model.ts'
import { ngramLogits } from './ngrams.ts'
import { type LinearHead, logitsOf, softmaxInPlace } from './softmax.ts'

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

  /** Softmax regression on the message's vector. */
  linear(vector: Float32Array): Reading {
    const { linear, mean, deviation, inside } = this.#model
    const x = vector.map((value, i) => (value - (mean[i] as number)) / (deviation[i] as number))
    const logits = new Float32Array(linear.classes)
    logitsOf(linear, x, logits)
    const energy = logits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
    const signs = inside === undefined ? { energy } : { energy, inside: insideOf(inside, x) }
    return { top: topOf(softmaxInPlace(logits, this.#temperature.linear)), signs }
  }

  /** The labels of the nearest examples, weighted by nearness. */
  nearest(vector: Float32Array): Reading {
    const { labels, neighbourLabels } = this.#model
    const scores = this.#index.scores(centred(vector, this.#model.mean))
    const votes = new Float32Array(labels.length)
    for (const { passage, score } of best(scores, NEIGHBOURS, -1))
      votes[neighbourLabels[passage] as number] =
        (votes[neighbourLabels[passage] as number] as number) + Math.exp((score - 1) * NEARNESS)
    const sum = votes.reduce((all, one) => all + one, 0)
    const logits = votes.map((vote) => Math.log(vote / (sum || 1) + 1e-3))
    const top = topOf(softmaxInPlace(logits, this.#temperature.nearest))
    return { top, signs: { nearness: nearnessTo(top[0]?.[0] ?? 0, scores, neighbourLabels) } }
  }

  /** Softmax regression on the message's n-grams. No model runs. */
  ngrams(text: string): Reading {
    const logits = ngramLogits(this.#model.ngrams, text)
    return { top: topOf(softmaxInPlace(logits, this.#temperature.ngrams)), signs: {} }
  }
}

/** How much more a message is like those in scope than like those outside. */
function insideOf(head: LinearHead, x: Float32Array): number {
  const logits = new Float32Array(head.classes)
  logitsOf(head, x, logits)
  return (logits[0] as number) - (logits[1] as number)
}

/** A unit vector around the middle of the examples. */
export function centred(vector: Float32Array, mean: Float32Array): Float32Array {
  const from = vector.map((value, i) => value - (mean[i] as number))
  const norm = Math.hypot(...from) || 1
  return from.map((value) => value / norm)
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
