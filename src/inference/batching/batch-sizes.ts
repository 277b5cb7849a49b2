import { BUCKETS } from './lengths.ts'

/** The sizes compared: powers of two. */
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const
/** The lengths measured; a bucket between two uses the longer. */
export const CLASSES = [8, 16, 32, 64, 128, 256, 512] as const

/**
 * Before any measurement a batch holds about this many tokens. Measured with the embedded int8 model on one core: data beyond
 * the core's cache costs more than a call (see docs/benchmarks.md).
 */
const TOKENS_AT_FIRST = 128
/** A size replaces the current one when it is this much better; less is noise. */
const CLEARLY_BETTER = 0.97
/** A row that takes more than this multiple is too dear. */
const DEAR = 1.25
/** Measurements a size needs before it counts. */
const ENOUGH = 3
/** Under a backlog, one in this many batches tries another size. */
const TRY_EVERY = 24

/** What is known about one length. */
interface Known {
  /** Milliseconds per row by size, smoothed. */
  readonly cost: Float64Array
  readonly seen: Uint32Array
  best: number
  batches: number
}

/** The batch size in use for one length, as `stats` shows it. */
export interface LearnedSize {
  /** Rows of up to this many tokens. */
  readonly tokens: number
  readonly rows: number
  /** Measured milliseconds per row, by batch size. */
  readonly costs: Readonly<Record<number, number>>
}

/**
 * The best batch size for each length, learned from probes at warm-up, and later from the batches themselves.
 *
 *   length ≤ 8    1: .41  2: .30  4: .25  8: .21  16: .19  32: .18 ◀    milliseconds a row; the cheapest row wins
 *   length ≤ 64   1: 2.6 ◀ 2: 2.7  4: 2.9
 */
export class BatchSizes {
  readonly #most: number
  readonly #fixed: number | undefined
  readonly #known: readonly Known[]

  /** @param fixed one size for every length; nothing is learned then. */
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

  /** Rows for the next batch of a bucket. With a backlog it sometimes tries a neighbouring size, to keep learning. */
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

  /** Milliseconds per row at about this size, or NaN if unknown. */
  cost(bucket: number, rows: number): number {
    return this.#of(bucket).cost[sizeAtMost(rows)] as number
  }

  /**
   * The most rows, up to the best size, that take `ms`, and at least one. `isCheap`: at least so many that a row takes hardly more than
   * at the best size. A size that has not been measured counts as one that does.
   */
  within(bucket: number, ms: number, isCheap: boolean): number {
    if (this.#fixed !== undefined) return this.#fixed
    const best = this.best(bucket)
    const dear = this.cost(bucket, best) * DEAR
    let rows = best
    while (rows > 1) {
      const fewer = rows >> 1
      const each = this.cost(bucket, fewer)
      if (this.cost(bucket, rows) * rows <= ms || (isCheap && each > dear)) break
      rows = fewer
    }
    return rows
  }

  /** Milliseconds that a row of a bucket is expected to take in a batch of the best size; 0 while nothing is known. */
  expected(bucket: number): number {
    const cost = this.cost(bucket, this.best(bucket))
    return Number.isNaN(cost) ? 0 : cost
  }

  /** Records that a batch of `rows` took this many milliseconds. */
  observe(bucket: number, rows: number, ms: number): void {
    const known = this.#of(bucket)
    const size = sizeAtMost(rows)
    // The cost between two powers belongs to neither; only full sizes are compared.
    if (SIZES[size] !== rows) return
    const perRow = ms / rows
    const seen = known.seen[size] as number
    const before = known.cost[size] as number
    known.cost[size] = seen === 0 ? perRow : before + (perRow - before) * Math.max(0.1, 1 / (seen + 1))
    known.seen[size] = seen + 1
    this.#choose(known)
  }

  /** A probe at warm-up: the shortest of several runs, since noise only makes runs longer. It counts at once. */
  probed(tokens: number, rows: number, leastMs: number): void {
    const known = this.#known[CLASSES.findIndex((at) => tokens <= at)]
    if (known === undefined) return
    const size = sizeAtMost(rows)
    known.cost[size] = leastMs / rows
    known.seen[size] = Math.max(ENOUGH, known.seen[size] as number)
    this.#choose(known)
  }

  /** The measurements so far. */
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

/** Index of the largest size up to `rows`. */
function sizeAtMost(rows: number): number {
  let size = SIZES.length - 1
  while (size > 0 && (SIZES[size] as number) > rows) size -= 1
  return size
}
