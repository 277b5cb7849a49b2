import type { Tenant } from '../../kernel/fair-shares.ts'
import { Heap } from '../../kernel/heap.ts'
import type { Neighbour } from './neighbours.ts'
import { moreUrgent, type Row } from './row.ts'
import type { TaskGroup } from './task-groups.ts'

/** One tenant's rows in a lane. */
export interface Place {
  readonly lane: Lane
  readonly tenant: Tenant
  readonly neighbour: Neighbour
  readonly rows: Heap<Row>
  /** Rows that a caller still waits for. */
  live: number
}

/** A lane's next row, and where it waits. */
export interface Head {
  readonly row: Row
  readonly place: Place
}

/**
 * Rows of one group and one length bucket, by tenant. Nearly always there is one tenant:
 *
 *     minilm ≤16 │ tenant a │ row row row …     each a heap: priority, earliest deadline, arrival
 *                │ tenant b │ row
 */
export class Lane {
  readonly group: TaskGroup
  readonly bucket: number
  readonly places: Place[] = []
  /** Rows that a caller still waits for. */
  live = 0
  /** The turn of the event loop of the latest row, and for how many turns in a row some came. */
  lastTurn = -2
  streak = 0
  readonly #dropped: () => void

  /** `dropped` is called for each row that is dropped because its callers had left. */
  constructor(group: TaskGroup, bucket: number, dropped: () => void) {
    this.group = group
    this.bucket = bucket
    this.#dropped = dropped
  }

  /** Milliseconds of a worker that a row of it is expected to take; 0 until that has been learned. */
  get expectedMs(): number {
    return this.group.sizes.expected(this.bucket)
  }

  /** How long rows of so many milliseconds, at the best size, take a worker that has nothing else. */
  aloneMs(ms: number): number {
    const { sizes } = this.group
    const each = this.expectedMs
    if (each === 0) return 0
    const rows = Math.max(1, Math.ceil(ms / each))
    const known = rows >= sizes.best(this.bucket) ? each : sizes.cost(this.bucket, rows)
    return Number.isNaN(known) ? ms : known * rows
  }

  push(row: Row, tenant: Tenant, neighbour: Neighbour, turn: number): void {
    if (this.lastTurn !== turn) this.streak = this.lastTurn === turn - 1 ? this.streak + 1 : 1
    this.lastTurn = turn
    let place = this.places.find((one) => one.tenant === tenant)
    if (place === undefined) {
      place = { lane: this, tenant, neighbour, rows: new Heap<Row>(moreUrgent), live: 0 }
      this.places.push(place)
    }
    row.place = place
    place.rows.push(row)
    place.live += 1
    this.live += 1
  }

  /** The next row: the most urgent of the tenant whose turn it is. Rows that have left are dropped on the way. */
  head(): Head | undefined {
    let head: Head | undefined
    for (let at = this.places.length - 1; at >= 0; at--) {
      const place = this.places[at] as Place
      const row = firstLive(place.rows, this.#dropped)
      if (row === undefined) this.places.splice(at, 1)
      else if (head === undefined || goesBefore(row, place.tenant, head)) head = { row, place }
    }
    return head
  }

  /** Takes a row out that has been a head or has left. */
  forget({ place }: Row): void {
    if (place === undefined) return
    place.live -= 1
    place.neighbour.waiting -= 1
    this.live -= 1
  }

  retain(stays: (row: Row) => boolean): void {
    for (const { rows } of this.places) rows.retain(stays)
  }
}

/** The first row that has not left; those that have are dropped. */
export function firstLive(rows: Heap<Row>, dropped: () => void): Row | undefined {
  for (let row = rows.peek(); row !== undefined; row = rows.peek()) {
    if (row.state === 'queued') return row
    rows.pop()
    dropped()
  }
  return undefined
}

/** Whether a row of this tenant goes before another tenant's, or its own. */
export function goesBefore(row: Row, tenant: Tenant, other: Head): boolean {
  const theirs = other.place.tenant.virtual
  return tenant.virtual === theirs ? moreUrgent(row, other.row) : tenant.virtual < theirs
}
