/** A row on its way through a model, and whom to tell. */
export interface Row {
  readonly value: unknown
  /** Estimated tokens: what batches are bucketed by. */
  readonly length: number
  readonly deadline: number
  readonly priority: number
  /** Order of arrival. */
  readonly sequence: number
  readonly queuedAt: number
  readonly group: RowGroup
  /** Workers that died while they ran it. */
  deaths: number
  readonly call: RowCall
  readonly index: number
}

/** Rows that may share a batch: one model, one task, one set of options. */
export interface RowGroup {
  readonly key: string
}

/** One `run` of a caller. */
export interface RowCall {
  settled: boolean
}

/**
 * A batch holds about this many tokens. Measured with the embedded int8 model on a CPU, passages of 65 tokens sorted by
 * length, a second: alone 394, then 385 at 128 tokens, 350 at 256, 317 at 512, 284 at 1024, 230 at 2048: what leaves the
 * core's cache costs more than a call. Short rows, such as questions, still share one.
 */
const TOKENS_PER_BATCH = 128
const ROWS_PER_BATCH = 64
const BUCKETS = [8, 16, 32, 48, 64, 96, 128, 192, 256] as const

export function bucketOf(length: number): number {
  return BUCKETS.find((bound) => length <= bound) ?? (BUCKETS[BUCKETS.length - 1] as number)
}

export function rowsPerBatch(bucket: number): number {
  return Math.max(1, Math.min(ROWS_PER_BATCH, Math.floor(TOKENS_PER_BATCH / bucket)))
}

/**
 * Rows that wait for a worker, by model and length bucket:
 *
 *     minilm  ≤16 │ row row row …        The next batch is taken when a worker is free, never earlier, so rows gather
 *             ≤64 │ row …                by themselves under load and a lone request does not wait for company.
 *     other   ≤32 │ row row …
 *
 * The most urgent row of all (priority, then deadline, then arrival) chooses the bucket; its bucket fills the batch.
 */
export class RowQueue {
  readonly #buckets = new Map<string, Row[]>()
  #size = 0

  get size(): number {
    return this.#size
  }

  push(row: Row): void {
    const key = `${row.group.key}#${bucketOf(row.length)}`
    let rows = this.#buckets.get(key)
    if (rows === undefined) {
      rows = []
      this.#buckets.set(key, rows)
    }
    this.#size += 1
    // Mostly a row is the last of its bucket: look from the end.
    let at = rows.length
    while (at > 0 && before(row, rows[at - 1] as Row)) at -= 1
    if (at === rows.length) rows.push(row)
    else rows.splice(at, 0, row)
  }

  /** Takes the next batch; a row that has seen a worker die runs alone, so that it can't take others along. */
  take(): Row[] {
    let most: Row[] | undefined
    let key = ''
    for (const [name, rows] of this.#buckets) {
      if (most === undefined || before(rows[0] as Row, most[0] as Row)) {
        most = rows
        key = name
      }
    }
    if (most === undefined) return []
    const first = most[0] as Row
    const limit = first.deaths > 0 ? 1 : rowsPerBatch(bucketOf(first.length))
    const suspect = most.findIndex((row) => row.deaths > 0)
    const batch = most.splice(0, suspect > 0 ? Math.min(limit, suspect) : limit)
    if (most.length === 0) this.#buckets.delete(key)
    this.#size -= batch.length
    return batch
  }

  /** Infinity when no row has a deadline. */
  earliestDeadline(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const rows of this.#buckets.values()) {
      for (const row of rows) if (row.deadline < earliest) earliest = row.deadline
    }
    return earliest
  }

  /** Takes out every row that `leaves`. */
  remove(leaves: (row: Row) => boolean): Row[] {
    const removed: Row[] = []
    for (const [key, rows] of this.#buckets) {
      const kept = rows.filter((row) => !leaves(row))
      if (kept.length === rows.length) continue
      removed.push(...rows.filter(leaves))
      if (kept.length === 0) this.#buckets.delete(key)
      else this.#buckets.set(key, kept)
    }
    this.#size -= removed.length
    return removed
  }
}

function before(a: Row, b: Row): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority
  if (a.deadline !== b.deadline) return a.deadline < b.deadline
  return a.sequence < b.sequence
}
