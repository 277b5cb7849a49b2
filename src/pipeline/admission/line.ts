import { Heap } from '../../kernel/heap.ts'
import { dueOf, type Guest } from './guest.ts'

/** A lane gains one priority each time it waits this long without a turn, milliseconds. */
const AGE_MS = 1000
/** Guests that have left but are still in a lane, at most, before the lane is cleared. */
const GONE_MOST = 256

interface Lane<G> {
  readonly priority: number
  readonly heap: Heap<G>
  /** Guests in it that still wait. */
  live: number
  /** When it began to wait for a turn. */
  since: number
  /** No guest in it is due later. */
  latest: number
}

/**
 * One tenant's runs that wait: a lane a priority, and within a lane by the nearest deadline.
 *
 *     priority 7 │ run run           A lane goes first by its priority and its wait: a second without a turn counts as one
 *              0 │ run run run       priority more, so that no flood of urgent runs can starve the others.
 */
export class Line<G extends Guest> {
  size = 0
  readonly #lanes: Lane<G>[] = []
  #gone = 0
  readonly #waiting = new Set<G>()

  push(guest: G, now: number): void {
    const lane = this.#laneOf(guest.priority)
    if (lane.live === 0) {
      lane.since = now
      lane.latest = Number.NEGATIVE_INFINITY
    }
    lane.latest = Math.max(lane.latest, dueOf(guest))
    lane.live += 1
    lane.heap.push(guest)
    this.#waiting.add(guest)
    this.size += 1
  }

  shift(now: number): G | undefined {
    let first: Lane<G> | undefined
    for (const lane of this.#lanes)
      if (lane.live > 0 && (first === undefined || rank(lane, now) > rank(first, now))) first = lane
    if (first === undefined) return undefined
    for (let guest = first.heap.pop(); guest !== undefined; guest = first.heap.pop()) {
      if (!this.#waiting.delete(guest)) {
        this.#gone -= 1
        continue
      }
      first.live -= 1
      first.since = now
      this.size -= 1
      return guest
    }
    return undefined
  }

  /** Removes a guest that waits no longer. False if it was not waiting. */
  left(guest: G): boolean {
    if (!this.#waiting.delete(guest)) return false
    this.#laneOf(guest.priority).live -= 1
    this.size -= 1
    this.#gone += 1
    if (this.#gone > GONE_MOST && this.#gone > this.size) {
      for (const { heap } of this.#lanes) heap.retain((one) => this.#waiting.has(one))
      this.#gone = 0
    }
    return true
  }

  /** Number of guests that would go before this one; the count stops at `most`. */
  ahead({ priority, ...guest }: Pick<Guest, 'priority' | 'deadline' | 'startedAt'>, most: number): number {
    const due = dueOf(guest)
    let count = 0
    for (const lane of this.#lanes) {
      if (lane.live === 0 || lane.priority < priority) continue
      if (lane.priority > priority || due >= lane.latest) count += lane.live
      else count += lane.heap.count((one) => dueOf(one) <= due, most - count)
      if (count >= most) return count
    }
    return count
  }

  /** The one that would go last. */
  last(): G | undefined {
    const lane = this.#lanes.findLast(({ live }) => live > 0)
    let last: G | undefined
    for (const guest of this.#waiting) {
      if (guest.priority !== lane?.priority) continue
      if (last === undefined || dueOf(guest) >= dueOf(last)) last = guest
    }
    return last
  }

  guests(): G[] {
    return [...this.#waiting]
  }

  #laneOf(priority: number): Lane<G> {
    const known = this.#lanes.find((lane) => lane.priority === priority)
    if (known !== undefined) return known
    const heap = new Heap<G>((a, b) => dueOf(a) < dueOf(b) || (dueOf(a) === dueOf(b) && a.id < b.id))
    const lane = { priority, heap, live: 0, since: 0, latest: Number.NEGATIVE_INFINITY }
    this.#lanes.push(lane)
    this.#lanes.sort((a, b) => b.priority - a.priority)
    return lane
  }
}

function rank({ priority, since }: { priority: number; since: number }, now: number): number {
  return priority + (now - since) / AGE_MS
}
