import type { RandomStream } from '../../../src/kernel/kernel.ts'
import { SeededRandomness } from '../../../src/kernel/random.ts'
import { shuffle } from '../../../src/kernel/shuffle.ts'
import { type QuantisedMatrix, quantiseRow } from '../../knowledge/retrieval/dense-index.ts'
import { unit } from '../../knowledge/retrieval/vectors.ts'
import { calibrate, type Seen } from './calibrate.ts'
import { type Example, OUT_OF_SCOPE } from './example.ts'
import type { IntentModel } from './intent-model.ts'
import { fitNgrams } from './ngrams.ts'
import { IntentReaders } from './reading.ts'
import { fitSoftmax, type LinearHead } from './softmax.ts'
import { fitWhitening } from './whitening.ts'

/** An example with its vector. */
export interface Embedded extends Example {
  readonly vector: Float32Array
}

export interface TrainOptions {
  readonly embedders: readonly string[]
  readonly seed: number
  /** Share of messages in scope that the out-of-scope decision keeps. */
  readonly kept: number
  /** Called before each of the fits. */
  readonly onFit?: (done: number, of: number) => void
}

type Fitted = Omit<IntentModel, 'calibration' | 'card'>

/** Small sets are held out in turns, so that every example is read once by readers that have not seen it. */
const SMALL = 3_000
const TURNS = 5
const RATE = 0.0015
/** More change nothing: 60 read the sample's held-out examples just as well. */
const EPOCHS_MOST = 40
const UNIT = { linear: 1, nearest: 1, ngrams: 1 }

/**
 * Fits the readers, then calibration, weights and threshold on held-out examples, then the readers again on all examples. The
 * same examples and seed give the same model.
 */
export function trainIntents(examples: readonly Embedded[], options: TrainOptions): IntentModel {
  const { embedders, seed, kept, onFit } = options
  const inScope = examples.filter(({ intent }) => intent !== OUT_OF_SCOPE)
  const outOfScope = examples.filter(({ intent }) => intent === OUT_OF_SCOPE)
  const labels = [...new Set(inScope.map(({ intent }) => intent))].sort()
  const randomness = new SeededRandomness(seed)
  const turns = turnsOf(inScope, randomness.stream('turns'))
  const fitOn = (rows: readonly Embedded[], outside: readonly Embedded[], turn: number): Fitted => {
    onFit?.(turn, turns.length + 1)
    const random = (name: string) => randomness.stream(`${name} ${turn}`)
    return fitReaders({ rows, outside, labels, embedders, random })
  }
  const seen: Seen[] = []
  const seenOutside: Seen[] = []
  for (const [turn, held] of turns.entries()) {
    const fitted = fitOn(
      inScope.filter((_, i) => !held.has(i)),
      outOfScope.filter((_, i) => i % TURNS !== turn),
      turn,
    )
    const readers = new IntentReaders(fitted, UNIT)
    seen.push(...[...held].map((i) => read(readers, inScope[i] as Embedded, labels)))
    const heldOutside = outOfScope.filter((_, i) => i % TURNS === turn)
    seenOutside.push(...heldOutside.map((one) => read(readers, one, labels)))
  }
  const { calibration, accuracy } = calibrate(seen, seenOutside, kept)
  return {
    ...fitOn(inScope, outOfScope, turns.length),
    calibration,
    card: { examples: inScope.length, outOfScopeExamples: outOfScope.length, seed, accuracy, kept },
  }
}

function read(readers: IntentReaders, { vector, text, intent }: Embedded, labels: readonly string[]): Seen {
  return {
    label: labels.indexOf(intent),
    readings: {
      linear: readers.linear(vector),
      nearest: readers.nearest(vector),
      ngrams: readers.ngrams(text),
    },
  }
}

/** Held-out sets. Every intent is spread over the turns. */
function turnsOf(examples: readonly Embedded[], random: RandomStream): ReadonlySet<number>[] {
  const order = Int32Array.from(examples.keys())
  shuffle(order, random)
  const next = new Map<string, number>()
  const turns = Array.from({ length: TURNS }, () => new Set<number>())
  for (const i of order) {
    const { intent } = examples[i] as Embedded
    const at = next.get(intent) ?? random.integer(TURNS)
    turns[at % TURNS]?.add(i)
    next.set(intent, at + 1)
  }
  const filled = turns.filter(({ size }) => size > 0)
  return examples.length < SMALL ? filled : filled.slice(0, 1)
}

interface FitParts {
  readonly rows: readonly Embedded[]
  readonly outside: readonly Embedded[]
  readonly labels: readonly string[]
  readonly embedders: readonly string[]
  readonly random: (name: string) => RandomStream
}

function fitReaders({ rows: examples, outside, labels, embedders, random }: FitParts): Fitted {
  const vectors = examples.map(({ vector }) => vector)
  const y = Int32Array.from(examples, ({ intent }) => labels.indexOf(intent))
  const { mean, deviation } = spreadOf(vectors)
  const scaled = ({ vector }: Embedded) =>
    vector.map((value, i) => (value - (mean[i] as number)) / (deviation[i] as number))
  const epochs = Math.min(EPOCHS_MOST, Math.max(8, Math.ceil(80_000 / Math.max(1, examples.length))))
  const texts = examples.map(({ text }) => text)
  const { whitening, rows } = fitWhitening(vectors, y, labels.length)
  return {
    version: 2,
    labels,
    embedders,
    mean,
    deviation,
    linear: linearHeads(
      { rows: examples.map(scaled), outside: outside.map(scaled), y, labels, embedders, random },
      epochs,
    ),
    whitening,
    ngrams: fitNgrams(texts, y, labels.length, {
      epochs: Math.min(20, Math.max(5, Math.ceil(epochs / 2))),
      random: random('ngrams'),
    }),
    neighbours: quantised(rows.map(unit)),
    neighbourLabels: y,
  }
}

interface HeadParts extends Pick<FitParts, 'labels' | 'embedders' | 'random'> {
  readonly rows: readonly Float32Array[]
  readonly outside: readonly Float32Array[]
  readonly y: Int32Array
}

/** One head for each embedder: they err in different places. What is out of scope is a class of its own. */
function linearHeads(
  { rows, outside, y, labels, embedders, random }: HeadParts,
  epochs: number,
): LinearHead[] {
  const all = [...rows, ...outside]
  const classes = labels.length + (outside.length > 0 ? 1 : 0)
  const truths = new Int32Array(all.length).fill(labels.length)
  truths.set(y)
  const width = (rows[0]?.length ?? 0) / embedders.length
  return embedders.map((name, at) =>
    fitSoftmax(
      all.map((row) => row.subarray(at * width, (at + 1) * width)),
      truths,
      classes,
      { epochs, rate: RATE, random: random(`linear ${name}`) },
    ),
  )
}

function spreadOf(vectors: readonly Float32Array[]): { mean: Float32Array; deviation: Float32Array } {
  const dimensions = vectors[0]?.length ?? 0
  const sum = new Float64Array(dimensions)
  const squares = new Float64Array(dimensions)
  for (const vector of vectors)
    for (let i = 0; i < dimensions; i++) {
      sum[i] = (sum[i] as number) + (vector[i] as number)
      squares[i] = (squares[i] as number) + (vector[i] as number) ** 2
    }
  const mean = Float32Array.from(sum, (value) => value / vectors.length)
  const deviation = Float32Array.from(squares, (value, i) =>
    Math.max(1e-3, Math.sqrt(Math.max(0, value / vectors.length - (mean[i] as number) ** 2))),
  )
  return { mean, deviation }
}

function quantised(vectors: readonly Float32Array[]): QuantisedMatrix {
  const dimensions = vectors[0]?.length ?? 0
  const bytes = new Int8Array(vectors.length * dimensions)
  const scales = Float32Array.from(vectors, (vector, i) =>
    quantiseRow(vector, bytes.subarray(i * dimensions, (i + 1) * dimensions)),
  )
  return { rows: vectors.length, dimensions, bytes, scales }
}
