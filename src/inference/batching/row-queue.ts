import { FairShares, type Tenant } from '../../kernel/fair-shares.ts'
import { Heap } from '../../kernel/heap.ts'
import { firstLive, goesBefore, type Head, Lane, type Place } from './lane.ts'
import { BUCKETS, bucketOf } from './lengths.ts'
import { Neighbours } from './neighbours.ts'
import { moreUrgent, type Row, type Urgency } from './row.ts'
import type { TaskGroup } from './task-groups.ts'

/** What a row is charged while nothing is known of its model, milliseconds. */
const UNKNOWN_MS = 1

/** Rows that are padded to at most this multiple of their length may join a batch that is not full. */
const STRETCH = 1.15

/** Once in so many batches the row that came first goes first, whatever its priority: no flood of urgent rows starves it. */
const RELIEF_TAKES = 16

/** So much of each worker's time that a tenant has left unused goes to its rows before the others have their turns, milliseconds. */
const SAVED_MS = 250

/** What a row of a lane is charged, milliseconds. */
function costOf({ expectedMs }: Lane): number {
  return expectedMs || UNKNOWN_MS
}

/**
 * Rows waiting for a worker, by model and length:
 *
 *     minilm  ≤16 │ row row row …        a lane; within a tenant by priority, earliest deadline, arrival
 *             ≤64 │ row …
 *     other   ≤32 │ row row …
 *     suspects    │ row                  a worker died on it: it runs alone, so that no other row dies with it
 *
 * The most urgent row of the tenant that has had least chooses the lane. That lane fills the batch, then the lanes of nearly
 * the same length.
 * A row whose callers have left stays until its turn or the next clearing, so leaving costs O(1).
 */
export class RowQueue {
  readonly #lanes = new Map<string, Lane>()
  readonly #suspects = new Heap<Row>(moreUrgent)
  readonly #tenants = new FairShares(true)
  readonly #neighbours: Neighbours
  readonly #savedMs: number
  #live = 0
  #gone = 0
  #takes = 0
  #now = 0
  /** How long a batch of a flood may take. */
  #limitMs = Number.POSITIVE_INFINITY
  /** Of the row that came last, and whether another was waiting then. */
  #priority = 0
  #mixed = false

  constructor(workers = 1) {
    this.#neighbours = new Neighbours(workers)
    this.#savedMs = SAVED_MS * workers
  }

  /** Waiting rows. */
  get size(): number {
    return this.#live
  }

  /** How long a batch of a tenant that floods may take, where another asks beside it. */
  limitMs(now: number): number {
    return this.#neighbours.limit(now)
  }

  /** Whether any waiting row may have killed a worker. */
  get suspicious(): boolean {
    return firstLive(this.#suspects, this.#dropped) !== undefined
  }

  push(row: Row, turn: number): void {
    row.state = 'queued'
    this.#mixed ||= this.#live > 0 && row.priority !== this.#priority
    this.#priority = row.priority
    this.#live += 1
    if (row.deaths > 0) {
      delete row.place
      this.#suspects.push(row)
      return
    }
    const bucket = bucketOf(row.length)
    const key = `${bucket}#${row.group.key}`
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      lane = new Lane(row.group, bucket, this.#dropped)
      this.#lanes.set(key, lane)
    }
    const neighbour = this.#neighbours.of(row.tenant, row.queuedAt)
    this.#neighbours.came(neighbour, costOf(lane))
    lane.push(row, this.#tenants.of(row.tenant, row.share, this.#savedMs), neighbour, turn)
  }

  /** Whether a row that comes would go before one that waits. Another tenant's is taken to be the last of that tenant. */
  overtakes(row: Row, { tenant, place, ...waiting }: Row): boolean {
    if (tenant === row.tenant || place === undefined)
      return moreUrgent(row, { ...waiting, sequence: row.sequence })
    let before = -costOf(place.lane)
    for (const lane of this.#lanes.values())
      for (const other of lane.places) if (other.tenant === place.tenant) before += other.live * costOf(lane)
    return this.#turnOf(row) < place.tenant.virtual + before / place.tenant.share
  }

  /** Records that no caller waits for this queued row any more. */
  left(row: Row): void {
    row.state = 'done'
    this.#live -= 1
    this.#gone += 1
    row.place?.lane.forget(row)
    this.#rest()
    if (this.#gone > 1024 && this.#gone > this.#live) this.#clear()
  }

  /**
   * Worker milliseconds that the waiting rows before such a row are expected to take: its tenant's that are more urgent, and
   * the others' until its tenant's turn comes. The count stops at `most`.
   */
  workBefore(row: Urgency & Pick<Row, 'tenant' | 'share'>, most: number): number {
    let all = 0
    for (const lane of this.#lanes.values()) all += lane.live * lane.expectedMs
    if (all <= most) return all
    let before = 0
    const others = new Map<Tenant, number>()
    for (const lane of this.#lanes.values()) {
      const each = lane.expectedMs
      if (each === 0) continue
      for (const { tenant, rows, live } of lane.places) {
        if (tenant.name !== row.tenant) {
          others.set(tenant, (others.get(tenant) ?? 0) + live * each)
          continue
        }
        const goesFirst = (one: Row): boolean => {
          if (!moreUrgent(one, row)) return false
          if (one.state === 'queued') before += each
          return true
        }
        rows.count(goesFirst, Math.ceil((most - before) / each) + this.#gone)
        if (before > most) return before
      }
    }
    const turn = this.#turnOf(row) + before / (row.share ?? 1)
    for (const [{ virtual, share }, work] of others)
      before += Math.min(work, Math.max(0, turn - virtual) * share)
    return before
  }

  /** How long the oldest row has waited; 0 if none waits. */
  longestWait(now: number): number {
    let oldest = now
    for (const rows of this.#heaps()) {
      const head = firstLive(rows, this.#dropped)
      if (head !== undefined && head.queuedAt < oldest) oldest = head.queuedAt
    }
    return now - oldest
  }

  /** The next batch: from the lane of the most urgent row that `ready` accepts, at most `sizeOf` rows. */
  take(now: number, ready: (lane: Lane) => boolean, sizeOf: (lane: Lane) => number): Row[] {
    this.#now = now
    this.#takes += 1
    if (this.#mixed && this.#takes % RELIEF_TAKES === 0) {
      const relieved = this.#takeOldest(ready)
      if (relieved !== undefined) return [relieved]
    }
    let head: Head | undefined
    for (const [key, lane] of this.#lanes) {
      const first = lane.head()
      if (first === undefined) this.#lanes.delete(key)
      else if ((head === undefined || goesBefore(first.row, first.place.tenant, head)) && ready(lane))
        head = first
    }
    const suspect = firstLive(this.#suspects, this.#dropped)
    if (suspect !== undefined && (head === undefined || moreUrgent(suspect, head.row))) {
      this.#suspects.pop()
      return [this.#taken(suspect)]
    }
    if (head === undefined) return []
    const { lane } = head.place
    const size = sizeOf(lane)
    const batch: Row[] = []
    this.#limitMs = this.#neighbours.limit(now)
    this.#fill(batch, lane, size)
    if (batch.length < size) this.#fillFrom(lane, lane.bucket - 1, batch, size)
    if (batch.length < size) this.#fillFrom(lane, lane.bucket + 1, batch, size)
    return batch
  }

  /** All waiting rows, at the end: the caller must mark each row as left. */
  drain(): Row[] {
    const rows: Row[] = []
    for (const heap of this.#heaps()) {
      for (let row = heap.pop(); row !== undefined; row = heap.pop())
        if (row.state === 'queued') rows.push(row)
    }
    this.#lanes.clear()
    return rows
  }

  /** The row that came first, alone: it may be far from urgent. */
  #takeOldest(ready: (lane: Lane) => boolean): Row | undefined {
    let oldest: Row | undefined
    for (const lane of this.#lanes.values()) {
      if (!ready(lane)) continue
      for (const { rows } of lane.places)
        for (const row of rows)
          if (row.state === 'queued' && !(oldest !== undefined && oldest.sequence < row.sequence))
            oldest = row
    }
    if (oldest?.place === undefined) return undefined
    oldest.place.rows.retain((row) => row !== oldest)
    return this.#charged(oldest)
  }

  #fill(batch: Row[], lane: Lane, size: number): void {
    while (batch.length < size) {
      const head = lane.head()
      if (head === undefined || !this.#joins(batch, head.place)) return
      head.place.rows.pop()
      batch.push(this.#charged(head.row))
    }
  }

  /** Whether a row may join a batch. */
  #joins(batch: readonly Row[], { lane, neighbour }: Place): boolean {
    const limitMs = this.#limitMs
    if (limitMs === Number.POSITIVE_INFINITY || batch.length === 0) return true
    const { sizes } = lane.group
    if (this.#neighbours.isFlood(neighbour, this.#now)) {
      const isOwn = batch[0]?.place?.neighbour === neighbour
      return batch.length < sizes.within(lane.bucket, limitMs, isOwn)
    }
    let own = 0
    for (const row of batch) if (row.place?.neighbour === neighbour) own += costOf(row.place.lane)
    return own < neighbour.portion
  }

  #turnOf({ tenant, share }: Pick<Row, 'tenant' | 'share'>): number {
    return this.#tenants.turnOf(tenant, share, this.#savedMs)
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

  *#heaps(): Generator<Heap<Row>> {
    for (const { places } of this.#lanes.values()) for (const { rows } of places) yield rows
    yield this.#suspects
  }

  /** A row leaves its lane for a worker, at its tenant's charge. */
  #charged(row: Row): Row {
    const { lane, tenant, neighbour } = row.place as Place
    lane.forget(row)
    const cost = costOf(lane)
    this.#tenants.charge(tenant, cost)
    if (this.#neighbours.taken(neighbour, cost, this.#now))
      this.#neighbours.asked(neighbour, lane.aloneMs(neighbour.portion), this.#now)
    return this.#taken(row)
  }

  #taken(row: Row): Row {
    row.state = 'running'
    this.#live -= 1
    this.#rest()
    return row
  }

  /** Nobody waits: all tenants start level. */
  #rest(): void {
    if (this.#live === 0) this.#tenants.clear()
  }

  readonly #dropped = (): void => {
    this.#gone -= 1
  }

  #clear(): void {
    for (const lane of this.#lanes.values()) lane.retain((row) => row.state === 'queued')
    this.#suspects.retain((row) => row.state === 'queued')
    this.#gone = 0
  }
}
