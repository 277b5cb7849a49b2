import type { RandomStream } from '../../../src/kernel/kernel.ts'
import { solve } from './cholesky.ts'

const FACTORS = 32
const TURNS = 6
const RIDGE = 5
/** How much surer a seen item is than an unseen one: c = 1 + α. */
const ALPHA = 10

/**
 * Implicit matrix factorisation by alternating least squares (Hu, Koren and Volinsky 2008). Items keep their vectors; a user's
 * vector is solved from the items at hand at every request, so a new user or a new event needs no training.
 */
export class Factors {
  readonly #items: Float64Array
  /** Yᵀ·Y + λ·I of all item vectors. */
  readonly #gram: Float64Array
  readonly count: number

  constructor(items: Float64Array) {
    this.#items = items
    this.count = items.length / FACTORS
    this.#gram = gramOf(items)
  }

  /** The taste that items show: Σ c·y solved against what everything else says. */
  taste(items: readonly number[]): Float64Array {
    return solved(items, this.#items, this.#gram)
  }

  score(taste: Float64Array, item: number): number {
    let sum = 0
    for (let f = 0; f < FACTORS; f++)
      sum += (taste[f] as number) * (this.#items[item * FACTORS + f] as number)
    return sum
  }

  /** How alike two items are to the people who take them: cosine. */
  likeness(a: number, b: number): number {
    let dot = 0
    let squareA = 0
    let squareB = 0
    for (let f = 0; f < FACTORS; f++) {
      const x = this.#items[a * FACTORS + f] as number
      const y = this.#items[b * FACTORS + f] as number
      dot += x * y
      squareA += x * x
      squareB += y * y
    }
    return squareA === 0 || squareB === 0 ? 0 : dot / Math.sqrt(squareA * squareB)
  }
}

/**
 * Trains item vectors on every user's items.
 *
 * @param byUser the items of each user
 */
export function trainFactors(
  byUser: readonly (readonly number[])[],
  itemCount: number,
  random: RandomStream,
): Factors {
  const byItem: number[][] = Array.from({ length: itemCount }, () => [])
  byUser.forEach((items, user) => {
    for (const item of items) byItem[item]?.push(user)
  })
  const items = new Float64Array(itemCount * FACTORS)
  for (let at = 0; at < items.length; at++)
    items[at] = (byItem[Math.floor(at / FACTORS)] as number[]).length === 0 ? 0 : (random.next() - 0.5) * 0.2
  const users = new Float64Array(byUser.length * FACTORS)
  for (let turn = 0; turn < TURNS; turn++) {
    half(byUser, items, users)
    half(byItem, users, items)
  }
  return new Factors(items)
}

function half(rows: readonly (readonly number[])[], from: Float64Array, into: Float64Array): void {
  const gram = gramOf(from)
  rows.forEach((row, at) => {
    if (row.length > 0) into.set(solved(row, from, gram), at * FACTORS)
  })
}

function solved(row: readonly number[], vectors: Float64Array, gram: Float64Array): Float64Array {
  const m = gram.slice()
  const b = new Float64Array(FACTORS)
  for (const one of row) {
    const start = one * FACTORS
    for (let i = 0; i < FACTORS; i++) {
      const x = vectors[start + i] as number
      b[i] = (b[i] as number) + (1 + ALPHA) * x
      for (let j = 0; j <= i; j++)
        m[i * FACTORS + j] = (m[i * FACTORS + j] as number) + ALPHA * x * (vectors[start + j] as number)
    }
  }
  return solve(m, b)
}

function gramOf(vectors: Float64Array): Float64Array {
  const gram = new Float64Array(FACTORS * FACTORS)
  for (let start = 0; start < vectors.length; start += FACTORS)
    for (let i = 0; i < FACTORS; i++) {
      const x = vectors[start + i] as number
      if (x === 0) continue
      for (let j = 0; j <= i; j++)
        gram[i * FACTORS + j] = (gram[i * FACTORS + j] as number) + x * (vectors[start + j] as number)
    }
  for (let i = 0; i < FACTORS; i++) gram[i * FACTORS + i] = (gram[i * FACTORS + i] as number) + RIDGE
  return gram
}
