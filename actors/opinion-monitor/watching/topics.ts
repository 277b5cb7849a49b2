import { dot } from '../../knowledge/retrieval/vectors.ts'
import { STOP_WORDS } from '../../knowledge/text/stop-words.ts'

/** A topic: its name is three of its own terms, and stays while it holds one of the leading ones. */
export interface Topic {
  readonly id: number
  readonly name: string
  readonly headlines: number
}

interface Cluster {
  readonly id: number
  readonly centre: Float64Array
  /** The length of `centre`, and its product with the mean: kept, because every headline is compared with every centre. */
  length: number
  byMean: number
  readonly terms: Map<string, number>
  name: string
  named: readonly string[]
  headlines: number
  lastAt: number
}

const MOST = 200
const TERMS_MOST = 400
const LEADING = 6
/** How much of the new vector goes into a centre, at least: topics drift slowly. */
const DRIFT = 0.02
/** So few vectors have no mean worth taking off. */
const FEW = 20

/**
 * Groups headlines by their vectors as they come: each joins the nearest centre, or begins a topic if none is near. What all
 * vectors have in common is taken off first, because vectors of one encoder all point about the same way.
 */
export class Topics {
  readonly #near: number
  readonly #clusters: Cluster[] = []
  readonly #everywhere = new Map<string, number>()
  #mean: Float64Array | undefined
  #count = 0
  #next = 1

  /** @param near the cosine from which a headline belongs to a topic. */
  constructor(near: number) {
    this.#near = near
  }

  /** The id of the headline's topic; 0 for a vector of another length than the first one's, which nothing can be near. */
  take(vector: ArrayLike<number>, words: readonly string[], at: number): number {
    if (this.#mean !== undefined && this.#mean.length !== vector.length) return 0
    const few = sparse(vector)
    this.#count += 1
    const unit = this.#centred(vector)
    let best: Cluster | undefined
    let most = this.#near
    for (const cluster of this.#clusters) {
      const product = productOf(few, cluster.centre)
      cluster.byMean += (product - cluster.byMean) / this.#count
      const cosine = (product - unit.share * cluster.byMean) / (unit.length * cluster.length || 1)
      if (cosine >= most) [best, most] = [cluster, cosine]
    }
    const cluster = best ?? this.#begin(unit.values)
    this.#join(cluster, unit.values, words, at)
    return cluster.id
  }

  /** The topics by size. */
  list(): Topic[] {
    return this.#clusters
      .toSorted((a, b) => b.headlines - a.headlines || a.id - b.id)
      .map(({ id, name, headlines }) => ({ id, name, headlines }))
  }

  name(id: number): string | undefined {
    return this.#clusters.find((one) => one.id === id)?.name
  }

  /** The vector without `share` of the mean, made to have length 1; its length was `length`. */
  #centred(vector: ArrayLike<number>): { values: Float64Array; length: number; share: number } {
    this.#mean ??= new Float64Array(vector.length)
    const mean = this.#mean
    const share = this.#count < FEW ? 0 : 1
    const values = new Float64Array(vector.length)
    let square = 0
    for (let i = 0; i < values.length; i++) {
      const x = vector[i] as number
      const m = (mean[i] as number) + (x - (mean[i] as number)) / this.#count
      mean[i] = m
      const value = x - share * m
      values[i] = value
      square += value * value
    }
    const length = Math.sqrt(square) || 1
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / length
    return { values, length, share }
  }

  #begin(unit: Float64Array): Cluster {
    if (this.#clusters.length >= MOST) {
      // The smallest of those that nothing has joined for longest makes room.
      const oldest = this.#clusters.reduce((a, b) =>
        b.headlines < a.headlines || (b.headlines === a.headlines && b.lastAt < a.lastAt) ? b : a,
      )
      this.#clusters.splice(this.#clusters.indexOf(oldest), 1)
    }
    const cluster: Cluster = {
      id: this.#next++,
      centre: unit.slice(),
      length: 0,
      byMean: 0,
      terms: new Map(),
      name: '',
      named: [],
      headlines: 0,
      lastAt: 0,
    }
    this.#clusters.push(cluster)
    return cluster
  }

  #join(cluster: Cluster, unit: Float64Array, words: readonly string[], at: number): void {
    cluster.headlines += 1
    cluster.lastAt = at
    const share = Math.max(1 / cluster.headlines, DRIFT)
    for (let i = 0; i < unit.length; i++)
      cluster.centre[i] = (cluster.centre[i] as number) * (1 - share) + (unit[i] as number) * share
    cluster.length = norm(cluster.centre)
    cluster.byMean = this.#mean === undefined ? 0 : dot(cluster.centre, 0, this.#mean, 0, unit.length)
    for (const term of new Set(words.filter((word) => /^\p{L}{3,}/u.test(word) && !STOP_WORDS.has(word)))) {
      if (cluster.terms.size < TERMS_MOST || cluster.terms.has(term))
        cluster.terms.set(term, (cluster.terms.get(term) ?? 0) + 1)
      if (this.#everywhere.size < 50_000 || this.#everywhere.has(term))
        this.#everywhere.set(term, (this.#everywhere.get(term) ?? 0) + 1)
    }
    this.#rename(cluster)
  }

  /** Terms that are frequent here and rare elsewhere. The name changes only when none of its terms leads any more. */
  #rename(cluster: Cluster): void {
    if (cluster.headlines > 4 && cluster.headlines % 8 !== 0) return
    const leading = [...cluster.terms]
      .map(([term, count]) => {
        const everywhere = this.#everywhere.get(term) ?? count
        return [term, count * Math.log(1 + this.#count / everywhere)] as const
      })
      .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, LEADING)
      .map(([term]) => term)
    const settled = cluster.headlines > 4 && cluster.named.some((term) => leading.includes(term))
    if (settled) return
    cluster.named = leading.slice(0, 3)
    cluster.name = cluster.named.join(' · ')
  }
}

/** Where the vector is not 0, and what it is there: a sketch has a few dozen such places of 256. */
interface Sparse {
  readonly places: Int32Array
  readonly values: Float64Array
}

function sparse(vector: ArrayLike<number>): Sparse {
  const places = new Int32Array(vector.length)
  const values = new Float64Array(vector.length)
  let count = 0
  for (let i = 0; i < vector.length; i++) {
    const x = vector[i] as number
    if (x === 0) continue
    places[count] = i
    values[count++] = x
  }
  return { places: places.subarray(0, count), values: values.subarray(0, count) }
}

function productOf({ places, values }: Sparse, centre: Float64Array): number {
  let sum = 0
  for (let k = 0; k < places.length; k++)
    sum += (values[k] as number) * (centre[places[k] as number] as number)
  return sum
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, 0, a, 0, a.length))
}
