import { Heap } from '../../kernel/heap.ts'
import { BUCKETS, bucketOf } from './lengths.ts'
import { moreUrgent, type Row, type Urgency } from './row.ts'
import type { TaskGroup } from './task-groups.ts'

/** Rows that are padded to at most this multiple of their length may join a batch that is not full. */
const STRETCH = 1.15

/** Once in so many batches the row that came first goes first, whatever its priority: no flood of urgent rows starves it. */
const RELIEF_TAKES = 16

/** Rows of one group and one length bucket. */
export interface Lane {
  readonly group: TaskGroup
  readonly bucket: number
  /** Rows that a caller still waits for. */
  live: number
  /** The turn of the event loop of the latest row, and for how many turns in a row some came. */
  lastTurn: number
  streak: number
  readonly rows: Heap<Row>
}

function expectedMs({ group, bucket }: Lane): number {
  return group.sizes.expected(bucket)
}

/**
 * Rows waiting for a worker, by model and length:
 *
 *     minilm  ≤16 │ row row row …        each lane a heap: priority, earliest deadline, arrival
 *             ≤64 │ row …
 *     other   ≤32 │ row row …
 *     suspects    │ row                  a worker died on it: it runs alone, so that no other row dies with it
 *
 * The most urgent row chooses the lane. That lane fills the batch, then the lanes of nearly the same length.
 * A row whose callers have left stays until its turn or the next clearing, so leaving costs O(1).
 */
export class RowQueue {
  readonly #lanes = new Map<string, Lane>()
  readonly #suspects = new Heap<Row>(moreUrgent)
  #live = 0
  #gone = 0
  #takes = 0
  /** Of the row that came last, and whether another was waiting then. */
  #priority = 0
  #mixed = false

  /** Waiting rows. */
  get size(): number {
    return this.#live
  }

  /** Whether any waiting row may have killed a worker. */
  get suspicious(): boolean {
    return this.#head(this.#suspects) !== undefined
  }

  push(row: Row, turn: number): void {
    row.state = 'queued'
    this.#mixed ||= this.#live > 0 && row.priority !== this.#priority
    this.#priority = row.priority
    this.#live += 1
    if (row.deaths > 0) {
      this.#suspects.push(row)
      return
    }
    const bucket = bucketOf(row.length)
    const key = `${bucket}#${row.group.key}`
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      lane = { group: row.group, bucket, live: 0, lastTurn: -2, streak: 0, rows: new Heap<Row>(moreUrgent) }
      this.#lanes.set(key, lane)
    }
    if (lane.lastTurn !== turn) lane.streak = lane.lastTurn === turn - 1 ? lane.streak + 1 : 1
    lane.lastTurn = turn
    lane.live += 1
    lane.rows.push(row)
  }

  /** Records that no caller waits for this queued row any more. */
  left(row: Row): void {
    row.state = 'done'
    this.#live -= 1
    this.#gone += 1
    const lane = row.deaths > 0 ? undefined : this.#laneOf(row.group, bucketOf(row.length))
    if (lane !== undefined) lane.live -= 1
    if (this.#gone > 1024 && this.#gone > this.#live) this.#clear()
  }

  /** Worker milliseconds that the waiting rows before such a row are expected to take. The count stops at `most`. */
  workBefore(row: Urgency, most: number): number {
    let all = 0
    for (const lane of this.#lanes.values()) all += lane.live * expectedMs(lane)
    if (all <= most) return all
    let before = 0
    for (const lane of this.#lanes.values()) {
      const each = expectedMs(lane)
      if (each === 0) continue
      const goesFirst = (one: Row): boolean => {
        if (!moreUrgent(one, row)) return false
        if (one.state === 'queued') before += each
        return true
      }
      lane.rows.count(goesFirst, Math.ceil((most - before) / each) + this.#gone)
      if (before > most) return before
    }
    return before
  }

  /** How long the oldest row has waited; 0 if none waits. */
  longestWait(now: number): number {
    let oldest = now
    for (const rows of [...[...this.#lanes.values()].map((lane) => lane.rows), this.#suspects]) {
      const head = this.#head(rows)
      if (head !== undefined && head.queuedAt < oldest) oldest = head.queuedAt
    }
    return now - oldest
  }

  /** The next batch: from the lane of the most urgent row that `ready` accepts, at most `sizeOf` rows. */
  take(ready: (lane: Lane) => boolean, sizeOf: (lane: Lane) => number): Row[] {
    this.#takes += 1
    if (this.#mixed && this.#takes % RELIEF_TAKES === 0) {
      const relieved = this.#takeOldest(ready)
      if (relieved !== undefined) return [relieved]
    }
    let most: Lane | undefined
    let head: Row | undefined
    for (const [key, lane] of this.#lanes) {
      const first = this.#head(lane.rows)
      if (first === undefined) this.#lanes.delete(key)
      else if ((head === undefined || moreUrgent(first, head)) && ready(lane)) {
        most = lane
        head = first
      }
    }
    const suspect = this.#head(this.#suspects)
    if (suspect !== undefined && (head === undefined || moreUrgent(suspect, head))) {
      this.#suspects.pop()
      return [this.#taken(suspect)]
    }
    if (most === undefined) return []
    const size = sizeOf(most)
    const batch: Row[] = []
    this.#fill(batch, most, size)
    if (batch.length < size) this.#fillFrom(most, most.bucket - 1, batch, size)
    if (batch.length < size) this.#fillFrom(most, most.bucket + 1, batch, size)
    return batch
  }

  /** All waiting rows, at the end: the caller must mark each row as left. */
  drain(): Row[] {
    const rows: Row[] = []
    for (const heap of [...[...this.#lanes.values()].map((lane) => lane.rows), this.#suspects]) {
      for (let row = heap.pop(); row !== undefined; row = heap.pop())
        if (row.state === 'queued') rows.push(row)
    }
    this.#lanes.clear()
    return rows
  }

  /** The row that came first, alone: it may be far from urgent. */
  #takeOldest(ready: (lane: Lane) => boolean): Row | undefined {
    let oldest: Row | undefined
    let where: Lane | undefined
    for (const lane of this.#lanes.values()) {
      if (!ready(lane)) continue
      for (const row of lane.rows) {
        if (row.state !== 'queued' || (oldest !== undefined && oldest.sequence < row.sequence)) continue
        oldest = row
        where = lane
      }
    }
    if (oldest === undefined || where === undefined) return undefined
    where.rows.retain((row) => row !== oldest)
    where.live -= 1
    return this.#taken(oldest)
  }

  #fill(batch: Row[], lane: Lane, size: number): void {
    while (batch.length < size) {
      const row = this.#head(lane.rows)
      if (row === undefined) return
      lane.rows.pop()
      lane.live -= 1
      batch.push(this.#taken(row))
    }
  }

  /** From a slightly shorter or longer lane of the same group. */
  #fillFrom(lane: Lane, bucket: number, batch: Row[], size: number): void {
    const own = BUCKETS[lane.bucket] as number
    const bound = BUCKETS[bucket]
    if (bound === undefined || Math.max(bound, own) / Math.min(bound, own) > STRETCH) return
    const other = this.#laneOf(lane.group, bucket)
    if (other !== undefined) this.#fill(batch, other, size)
  }

  #laneOf(group: TaskGroup, bucket: number): Lane | undefined {
    return this.#lanes.get(`${bucket}#${group.key}`)
  }

  /** The first row that has not left; rows that have are dropped on the way. */
  #head(rows: Heap<Row>): Row | undefined {
    for (let row = rows.peek(); row !== undefined; row = rows.peek()) {
      if (row.state === 'queued') return row
      rows.pop()
      this.#gone -= 1
    }
    return undefined
  }

  #taken(row: Row): Row {
    row.state = 'running'
    this.#live -= 1
    return row
  }

  #clear(): void {
    for (const lane of this.#lanes.values()) lane.rows.retain((row) => row.state === 'queued')
    this.#suspects.retain((row) => row.state === 'queued')
    this.#gone = 0
  }
}
