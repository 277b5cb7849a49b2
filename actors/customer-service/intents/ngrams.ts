import { hashText } from '../../../src/kernel/hash-text.ts'
import type { RandomStream } from '../../../src/kernel/kernel.ts'
import { shuffle } from '../../../src/kernel/shuffle.ts'
import { softmaxInPlace } from './softmax.ts'

/** Features of a text: their buckets, and weights that make a unit vector. */
interface Features {
  readonly buckets: Int32Array
  readonly values: Float32Array
}

/** A classifier over hashed n-grams of characters and words. `weights` is buckets × classes. */
export interface NgramHead {
  readonly classes: number
  /** Inverse document frequency of each bucket (Spärck Jones 1972). */
  readonly idf: Float32Array
  readonly weights: Float32Array
}

const BUCKETS = 1 << 15
const CHARACTERS_LEAST = 2
const CHARACTERS_MOST = 5
/** Characters that count: more text says no more about an intent, and costs. */
const TEXT_MOST = 600
const ERROR_LEAST = 1e-3
const RATE = 0.6

/** Softmax regression over n-grams, by AdaGrad (Duchi, Hazan, Singer 2011), one row at a time. */
export function fitNgrams(
  texts: readonly string[],
  labels: Int32Array,
  classes: number,
  { epochs, random }: { readonly epochs: number; readonly random: RandomStream },
): NgramHead {
  const counts = texts.map(countsOf)
  const idf = idfOf(counts)
  const head: NgramHead = { classes, idf, weights: new Float32Array(BUCKETS * classes) }
  const squares = new Float32Array(BUCKETS * classes).fill(1e-3)
  const rows = counts.map((count) => featuresOf(count, idf))
  const order = Int32Array.from(rows.keys())
  const scores = new Float32Array(classes)
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random)
    for (const row of order) {
      const features = rows[row] as Features
      scoresOf(head, features, scores)
      softmaxInPlace(scores)
      for (let c = 0; c < classes; c++) {
        const error = (scores[c] as number) - (labels[row] === c ? 1 : 0)
        if (Math.abs(error) >= ERROR_LEAST) descend(head, squares, features, c, error)
      }
    }
  }
  return head
}

/** The scores of every class for a text. */
export function ngramLogits(head: NgramHead, text: string): Float32Array {
  const scores = new Float32Array(head.classes)
  scoresOf(head, featuresOf(countsOf(text), head.idf), scores)
  return scores
}

function descend(
  { weights, classes }: NgramHead,
  squares: Float32Array,
  { buckets, values }: Features,
  c: number,
  error: number,
): void {
  for (let i = 0; i < buckets.length; i++) {
    const at = (buckets[i] as number) * classes + c
    const gradient = error * (values[i] as number)
    const square = (squares[at] as number) + gradient * gradient
    squares[at] = square
    weights[at] = (weights[at] as number) - (RATE * gradient) / Math.sqrt(square)
  }
}

function scoresOf({ weights, classes }: NgramHead, { buckets, values }: Features, into: Float32Array): void {
  into.fill(0)
  for (let i = 0; i < buckets.length; i++) {
    const at = (buckets[i] as number) * classes
    const value = values[i] as number
    for (let c = 0; c < classes; c++) into[c] = (into[c] as number) + (weights[at + c] as number) * value
  }
}

/** Words, pairs of words, and runs of 2 to 5 characters within words; Chinese has no spaces, so there a clause is a word. */
function countsOf(text: string): Map<number, number> {
  const counts = new Map<number, number>()
  const add = (gram: string) => {
    const bucket = bucketOf(gram)
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  const words =
    text
      .slice(0, TEXT_MOST)
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}']+/gu) ?? []
  for (const [i, word] of words.entries()) {
    add(`w${word}`)
    if (i > 0) add(`p${words[i - 1]} ${word}`)
    const padded = ` ${word} `
    for (let length = CHARACTERS_LEAST; length <= CHARACTERS_MOST; length++)
      for (let at = 0; at + length <= padded.length; at++) add(`c${padded.slice(at, at + length)}`)
  }
  return counts
}

function bucketOf(gram: string): number {
  const hash = hashText(gram)
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1)
}

function idfOf(rows: readonly Map<number, number>[]): Float32Array {
  const idf = new Float32Array(BUCKETS)
  for (const row of rows) for (const bucket of row.keys()) idf[bucket] = (idf[bucket] as number) + 1
  return idf.map((count) => Math.log((1 + rows.length) / (1 + count)) + 1)
}

function featuresOf(counts: Map<number, number>, idf: Float32Array): Features {
  const buckets = Int32Array.from(counts.keys())
  const values = Float32Array.from(
    counts,
    ([bucket, count]) => (1 + Math.log(count)) * (idf[bucket] as number),
  )
  const norm = Math.hypot(...values) || 1
  return { buckets, values: values.map((value) => value / norm) }
}
