import { BUCKETS } from './lengths.ts'

/** Sizes that are compared: powers of two. */
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const
/** Lengths that are measured; a bucket between two goes by the longer. */
export const CLASSES = [8, 16, 32, 64, 128, 256, 512] as const

/**
 * Before anything is measured a batch holds about this many tokens. Measured with the embedded int8 model on one core:
 * what leaves the core's cache costs more than a call (see README, Figures).
 */
const TOKENS_AT_FIRST = 128
/** A size that is this much better replaces the one in use: less is noise. */
const CLEARLY_BETTER = 0.97
/** Measurements of a size before it counts. */
const ENOUGH = 3
/** Under a backlog one batch in so many tries another size. */
const TRY_EVERY = 24

/** What is known of one length. */
interface Known {
  /** Milliseconds a row by size, smoothed. */
  readonly cost: Float64Array
  readonly seen: Uint32Array
  best: number
  batches: number
}

/** The batch size in use for one length, as `stats` shows it. */
export interface LearnedSize {
  /** Rows of up to so many tokens. */
  readonly tokens: number
  readonly rows: number
  /** Measured milliseconds a row, by batch size. */
  readonly costs: Readonly<Record<number, number>>
}

/**
 * The best batch size of each length, learned: at warm-up from probes, later from the batches themselves.
 *
 *   length ≤ 8    1: .41  2: .30  4: .25  8: .21  16: .19  32: .18 ◀    milliseconds a row; the cheapest row wins
 *   length ≤ 64   1: 2.6 ◀ 2: 2.7  4: 2.9
 */
export class BatchSizes {
  readonly #most: number
  readonly #fixed: number | undefined
  readonly #known: readonly Known[]

  /** @param fixed a size for every length, with which nothing is learned. */
  constructor(maxBatch: number, fixed?: number) {
    this.#most = maxBatch
    this.#fixed = fixed
    this.#known = CLASSES.map((tokens) => ({
      cost: new Float64Array(SIZES.length).fill(Number.NaN),
      seen: new Uint32Array(SIZES.length),
      best: sizeAtMost(Math.min(maxBatch, Math.max(1, Math.floor(TOKENS_AT_FIRST / tokens)))),
      batches: 0,
    }))
  }

  /** Rows for the next batch of a bucket. With a backlog it sometimes tries a neighbouring size, and so goes on learning. */
  next(bucket: number, backlog: number): number {
    if (this.#fixed !== undefined) return this.#fixed
    const known = this.#of(bucket)
    known.batches += 1
    const best = Math.min(SIZES[known.best] as number, this.#most)
    if (known.batches % TRY_EVERY !== 0 || backlog < 4 * best) return best
    const up = (known.batches / TRY_EVERY) % 2 === 0
    const other = SIZES[known.best + (up ? 1 : -1)]
    return other === undefined || other > this.#most ? best : other
  }

  best(bucket: number): number {
    return this.#fixed ?? Math.min(SIZES[this.#of(bucket).best] as number, this.#most)
  }

  /** Milliseconds a row at about this size, or NaN where it is not known. */
  cost(bucket: number, rows: number): number {
    return this.#of(bucket).cost[sizeAtMost(rows)] as number
  }

  /** A batch of `rows` took so many milliseconds. */
  observe(bucket: number, rows: number, ms: number): void {
    const known = this.#of(bucket)
    const size = sizeAtMost(rows)
    // Between two powers the cost is that of neither; only full sizes are compared.
    if (SIZES[size] !== rows) return
    const perRow = ms / rows
    const seen = known.seen[size] as number
    const before = known.cost[size] as number
    known.cost[size] = seen === 0 ? perRow : before + (perRow - before) * Math.max(0.1, 1 / (seen + 1))
    known.seen[size] = seen + 1
    this.#choose(known)
  }

  /** A probe at warm-up: the least of several runs, which noise only lengthens. It counts as enough at once. */
  probed(tokens: number, rows: number, leastMs: number): void {
    const known = this.#known[CLASSES.findIndex((at) => tokens <= at)]
    if (known === undefined) return
    const size = sizeAtMost(rows)
    known.cost[size] = leastMs / rows
    known.seen[size] = Math.max(ENOUGH, known.seen[size] as number)
    this.#choose(known)
  }

  /** What has been measured so far. */
  learned(): LearnedSize[] {
    return this.#known.flatMap((known, i) => {
      const costs: Record<number, number> = {}
      SIZES.forEach((rows, size) => {
        if ((known.seen[size] as number) > 0) costs[rows] = known.cost[size] as number
      })
      if (Object.keys(costs).length === 0) return []
      return [{ tokens: CLASSES[i] as number, rows: SIZES[known.best] as number, costs }]
    })
  }

  #choose(known: Known): void {
    let best = known.best
    let least =
      (known.seen[best] as number) >= ENOUGH ? (known.cost[best] as number) : Number.POSITIVE_INFINITY
    const inUse = least
    SIZES.forEach((rows, size) => {
      const cost = known.cost[size] as number
      if (rows > this.#most || (known.seen[size] as number) < ENOUGH) return
      if (cost < least && cost < inUse * CLEARLY_BETTER) {
        least = cost
        best = size
      }
    })
    known.best = best
  }

  #of(bucket: number): Known {
    const tokens = BUCKETS[bucket] as number
    return this.#known[CLASSES.findIndex((at) => tokens <= at)] as Known
  }
}

/** Index of the largest size that is not larger than `rows`. */
function sizeAtMost(rows: number): number {
  let size = SIZES.length - 1
  while (size > 0 && (SIZES[size] as number) > rows) size -= 1
  return size
}
