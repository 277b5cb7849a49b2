import { InvalidArgumentError } from '../../../src/kernel/errors.ts'
import { best, type Hit } from './ranking.ts'
import { dot } from './vectors.ts'

const SAME_MODEL = 'Embed documents and questions with the same model'

/**
 * Unit vectors with one byte per dimension and a scale per row: `value ≈ byte · scale`. Compared with 32-bit floats the ranking
 * changes by less than 0.001 of passage@1 on SQuAD, at a quarter of the size.
 *
 *     bytes:  [ row 0: d bytes | row 1: d bytes | … ]     scales: [ row 0 | row 1 | … ]
 */
export interface QuantisedMatrix {
  readonly rows: number
  readonly dimensions: number
  readonly bytes: Int8Array
  readonly scales: Float32Array
}

/** Writes one vector as bytes; returns its scale. A vector of zeros has scale 0. */
export function quantiseRow(vector: Float32Array, into: Int8Array): number {
  if (vector.length !== into.length) {
    throw new InvalidArgumentError(
      `a vector of ${vector.length} values does not fit a row of ${into.length}`,
      {
        path: 'vector',
        value: vector.length,
        remedy: SAME_MODEL,
      },
    )
  }
  let most = 0
  for (const value of vector) most = Math.max(most, Math.abs(value))
  if (most === 0) return 0
  const scale = most / 127
  for (let i = 0; i < vector.length; i += 1) into[i] = Math.round((vector[i] as number) / scale)
  return scale
}

/** For passages that no model reads: every cosine is 0. */
export function withoutVectors(rows: number): QuantisedMatrix {
  return { rows, dimensions: 0, bytes: new Int8Array(0), scales: new Float32Array(rows) }
}

/** Values that are multiplied before others get their turn: about a millisecond. */
const VALUES_A_TURN = 400_000

/** Exact search over quantised vectors: no approximation beyond the bytes. 100,000 rows of 384 values take about 70 ms. */
export class DenseIndex {
  readonly matrix: QuantisedMatrix

  constructor(matrix: QuantisedMatrix) {
    if (matrix.bytes.length !== matrix.rows * matrix.dimensions || matrix.scales.length !== matrix.rows) {
      throw new InvalidArgumentError(
        `a matrix of ${matrix.rows} × ${matrix.dimensions} needs ${matrix.rows * matrix.dimensions} bytes and ${matrix.rows} scales, got ${matrix.bytes.length} and ${matrix.scales.length}`,
        {
          path: 'matrix',
          value: matrix.bytes.length,
          remedy: 'Make it with quantise, or row by row with quantiseRow',
        },
      )
    }
    this.matrix = matrix
  }

  get size(): number {
    return this.matrix.rows
  }

  /** Cosine of the question with every row (both are unit vectors). */
  scores(question: Float32Array): Float32Array {
    const scores = this.#blank(question)
    this.#score(question, scores, 0, scores.length)
    return scores
  }

  /** Cosine of the question with these rows, in their order. */
  scoresOf(question: Float32Array, rows: Uint32Array): Float32Array {
    this.#fits(question)
    return Float32Array.from(rows, (row) => this.#cosine(question, row))
  }

  #blank(question: Float32Array): Float32Array {
    this.#fits(question)
    return new Float32Array(this.matrix.rows)
  }

  #fits(question: Float32Array): void {
    const { dimensions } = this.matrix
    if (question.length !== dimensions) {
      throw new InvalidArgumentError(
        `the question has ${question.length} dimensions, the index ${dimensions}`,
        { path: 'question', value: question.length, remedy: SAME_MODEL },
      )
    }
  }

  #cosine(question: Float32Array, row: number): number {
    const { dimensions, bytes, scales } = this.matrix
    return dot(bytes, row * dimensions, question, 0, dimensions) * (scales[row] as number)
  }

  #score(question: Float32Array, scores: Float32Array, from: number, to: number): void {
    for (let row = from; row < to; row += 1) scores[row] = this.#cosine(question, row)
  }

  /** The n passages nearest to the question, best first. */
  search(question: Float32Array, n: number): Hit[] {
    return best(this.scores(question), n, -1)
  }

  /** The same; it awaits `turn` every few milliseconds, so that it holds up nobody. */
  async searchInTurns(question: Float32Array, n: number, turn: () => Promise<void>): Promise<Hit[]> {
    const scores = this.#blank(question)
    const piece = Math.max(1, Math.floor(VALUES_A_TURN / Math.max(1, this.matrix.dimensions)))
    for (let from = 0; from < scores.length; from += piece) {
      if (from > 0) await turn()
      this.#score(question, scores, from, Math.min(scores.length, from + piece))
    }
    return best(scores, n, -1)
  }
}
