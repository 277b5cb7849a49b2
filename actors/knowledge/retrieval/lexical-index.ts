import type { Pauses } from '../../../src/kernel/pauses.ts'
import { contextOf, type Passage } from '../text/passages.ts'
import { terms } from '../text/words.ts'
import { best, type Hit } from './ranking.ts'

/** BM25 (Robertson & Zaragoza 2009) with two fields as in BM25F: counts are weighted before they saturate. */
export interface LexicalParameters {
  /** Saturation of repeated terms. */
  readonly k1: number
  /** How much long passages are penalised, 0 to 1. */
  readonly b: number
  /** Weight of an occurrence in title, headings or table head, against 1 in the passage itself. */
  readonly context: number
}

export const LEXICAL_PARAMETERS: LexicalParameters = { k1: 1.2, b: 0.6, context: 1 }

type Indexed = Pick<Passage, 'text' | 'title' | 'trail' | 'lead'>

/**
 * An inverted index in three typed arrays:
 *
 *     term → number t     starts: [ 0 | 3 | 4 | … ]          postings of t: from starts[t] to starts[t + 1]
 *                         passages: [ 0 4 9 | 2 | … ]        which passage
 *                         counts:   [ 1 2 .5 | 1 | … ]       how often there (weighted by field)
 */
export class LexicalIndex {
  readonly size: number
  private readonly numbers: ReadonlyMap<string, number>
  private readonly starts: Uint32Array
  private readonly passages: Uint32Array
  private readonly counts: Float32Array
  private readonly parameters: LexicalParameters
  /** k1·(1 − b + b·length/average) of each passage, the same for every term. */
  private readonly damping: Float32Array

  constructor(
    collection: readonly Indexed[],
    parameters: LexicalParameters = LEXICAL_PARAMETERS,
    build: Builder = collection.reduce((built, passage) => built.add(passage), new Builder(parameters)),
    postings: Postings = whole(build.postings()),
  ) {
    this.size = collection.length
    this.parameters = parameters
    this.numbers = build.numbers
    const { starts, passages, counts } = postings
    this.starts = starts
    this.passages = passages
    this.counts = counts
    this.damping = build.damping()
  }

  /** The same, with pauses: a thousand passages take about 30 ms. */
  static async withPauses(collection: readonly Indexed[], pauses: Pauses): Promise<LexicalIndex> {
    const build = new Builder(LEXICAL_PARAMETERS)
    for (const passage of collection) {
      if (pauses.due) await pauses.take()
      build.add(passage)
    }
    const steps = build.postings()
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) if (pauses.due) await pauses.take()
    return new LexicalIndex(collection, LEXICAL_PARAMETERS, build, step.value)
  }

  /** How many passages contain a term. */
  frequency(term: string): number {
    const number = this.numbers.get(term)
    return number === undefined ? 0 : (this.starts[number + 1] as number) - (this.starts[number] as number)
  }

  /**
   * Weight of a term in this collection: ln(1 + (N − n + ½)/(n + ½)), always above zero. An unknown term has the weight of the
   * rarest, because words missing in the collection must count against an answer.
   */
  weight(term: string): number {
    const n = this.frequency(term)
    return Math.log(1 + (this.size - n + 0.5) / (n + 0.5))
  }

  /** BM25 score of every passage for these terms; repeated terms count once. */
  scores(query: readonly string[]): Float32Array {
    const scores = new Float32Array(this.size)
    for (const { weight, from, to } of this.#postings(query)) {
      for (let at = from; at < to; at += 1) {
        const passage = this.passages[at] as number
        scores[passage] = (scores[passage] as number) + this.#share(weight, at)
      }
    }
    return scores
  }

  /** The same of these passages alone, in their order. */
  scoresOf(query: readonly string[], passages: Uint32Array): Float32Array {
    const scores = new Float32Array(passages.length)
    for (const { weight, from, to } of this.#postings(query)) {
      passages.forEach((passage, i) => {
        const at = this.#find(passage, from, to)
        if (at !== undefined) scores[i] = (scores[i] as number) + this.#share(weight, at)
      })
    }
    return scores
  }

  *#postings(query: readonly string[]): Generator<{ weight: number; from: number; to: number }> {
    for (const term of new Set(query)) {
      const number = this.numbers.get(term)
      if (number === undefined) continue
      const weight = this.weight(term) * (this.parameters.k1 + 1)
      yield { weight, from: this.starts[number] as number, to: this.starts[number + 1] as number }
    }
  }

  /** What a posting adds to the score of its passage. */
  #share(weight: number, at: number): number {
    const count = this.counts[at] as number
    return (weight * count) / (count + (this.damping[this.passages[at] as number] as number))
  }

  /** A passage's posting among those of a term, which are in order of passages. */
  #find(passage: number, from: number, to: number): number | undefined {
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.passages[middle] as number) < passage) low = middle + 1
      else high = middle
    }
    return low < to && this.passages[low] === passage ? low : undefined
  }

  /** The n best passages for these terms, best first. */
  search(query: readonly string[], n: number): Hit[] {
    return best(this.scores(query), n)
  }
}

interface Postings {
  readonly starts: Uint32Array
  readonly passages: Uint32Array
  readonly counts: Float32Array
}

/** All steps at once. */
function whole(steps: Generator<undefined, Postings>): Postings {
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}

class Builder {
  readonly numbers = new Map<string, number>()
  private readonly found: { passages: number[]; counts: number[] }[] = []
  private readonly lengths: number[] = []
  private readonly parameters: LexicalParameters

  constructor(parameters: LexicalParameters) {
    this.parameters = parameters
  }

  add(indexed: Indexed): this {
    const passage = this.lengths.length
    const body = terms(indexed.text)
    for (const term of body) this.count(passage, term, 1)
    if (this.parameters.context > 0) {
      // Once per term: a word repeated in every heading counts no more.
      for (const term of new Set(terms(contextOf(indexed))))
        this.count(passage, term, this.parameters.context)
    }
    this.lengths.push(body.length)
    return this
  }

  private count(passage: number, term: string, amount: number): void {
    let number = this.numbers.get(term)
    if (number === undefined) {
      number = this.numbers.size
      this.numbers.set(term, number)
      this.found.push({ passages: [], counts: [] })
    }
    const { passages, counts } = this.found[number] as { passages: number[]; counts: number[] }
    const last = passages.length - 1
    // Passages come in order, so the posting to add to is the last or a new one.
    if (passages[last] === passage) counts[last] = (counts[last] as number) + amount
    else {
      passages.push(passage)
      counts.push(amount)
    }
  }

  /** In a step for each term: all of them take tens of milliseconds. */
  *postings(): Generator<undefined, Postings> {
    let total = 0
    for (const one of this.found) total += one.passages.length
    const starts = new Uint32Array(this.found.length + 1)
    const passages = new Uint32Array(total)
    const counts = new Float32Array(total)
    let at = 0
    for (const [number, one] of this.found.entries()) {
      starts[number] = at
      passages.set(one.passages, at)
      counts.set(one.counts, at)
      at += one.passages.length
      yield
    }
    starts[this.found.length] = at
    return { starts, passages, counts }
  }

  damping(): Float32Array {
    const { k1, b } = this.parameters
    const average =
      this.lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, this.lengths.length) || 1
    return Float32Array.from(this.lengths, (length) => k1 * (1 - b + (b * length) / average))
  }
}
