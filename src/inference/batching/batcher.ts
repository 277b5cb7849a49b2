import type { Timer } from '../../kernel/kernel.ts'
import type { Lane } from './lane.ts'
import type { Row } from './row.ts'
import type { RowQueue } from './row-queue.ts'
import { type BatchParts, RunningBatches } from './running-batches.ts'

/** How many looks in a row may happen without a turn of the event loop. */
const DRAINS_MAX = 64
/** Batches shorter than this are sent ahead, to hide the hop between two of them. */
const SHORT_MS = 4

/**
 * Takes batches from the queue when workers are free.
 *
 *   rows of one turn of the event loop ─▶ take (most urgent lane, learned size, shared among idle workers) ─▶ worker
 *                      ▲                                                                                        │
 *                      └────────────────────────── rows of a worker that died ──────────────────────────────────┘
 */
export class Batcher {
  readonly #at: BatchParts
  readonly #queue: RowQueue
  readonly #running: RunningBatches
  #turn = 0
  #waking = false
  /** The last batch was a single row, nothing else waited and nothing ran: a caller who is alone. */
  #lone = false
  #drains = 0
  #stopped = false
  #look: Timer | undefined

  constructor(queue: RowQueue, parts: BatchParts) {
    this.#at = parts
    this.#queue = queue
    this.#running = new RunningBatches({
      ...parts,
      wake: () => this.wake(),
      again: (row: Row) => queue.push(row, this.#turn),
    })
  }

  /** The number of this turn: rows of one turn form one wave. */
  get turn(): number {
    return this.#turn
  }

  /**
   * Looks for batches at the end of this turn of the event loop, so that every caller in the turn is in time. For a lone caller
   * it waits for promise jobs only, because a turn costs a tenth of the hop to a worker. Now and then it takes a turn
   * anyway: rows that fail on this side settle within promise jobs, and sockets must not wait for them.
   */
  wake(): void {
    if (this.#waking) return
    this.#waking = true
    const { turns } = this.#at.kernel
    if (this.#lone) this.#drains += 1
    if (this.#lone && this.#drains % DRAINS_MAX !== 0) turns.drained(this.#onTurn)
    else turns.later(this.#onTurn)
  }

  stop(): void {
    this.#stopped = true
    this.#look?.cancel()
    this.#running.stop()
  }

  /** After the last batch; hangs are watched until then. */
  close(): void {
    this.#running.close()
  }

  readonly #onTurn = (): void => {
    this.#waking = false
    this.#turn += 1
    this.#pump()
  }

  #pump(): void {
    const { pool } = this.#at
    const queue = this.#queue
    if (this.#stopped) return
    const alone = queue.size === 1 && pool.running === 0
    if (queue.size > 0) this.#lone = false
    while (queue.size > 0) {
      // A row that may have killed a worker would take the batches behind it along.
      const now = this.#now()
      const slot = pool.free(this.#running.lastMs < this.#short(now) && !queue.suspicious)
      if (slot === undefined) break
      let held = false
      const rows = queue.take(
        now,
        (lane) => {
          const holds = this.#holds(lane, now)
          held ||= holds
          return !holds
        },
        (lane) => this.#sizeFor(lane),
      )
      if (rows.length === 0) {
        if (held) this.wake()
        break
      }
      this.#lone = alone
      this.#running.send(slot, rows, now, pool.freeSince)
    }
    if (queue.size > 0) this.#press()
  }

  /** Batches shorter than this are sent ahead. */
  #short(now: number): number {
    return Math.min(SHORT_MS, this.#queue.limitMs(now) / 2)
  }

  /** Whether a lane waits for more rows: they keep coming turn after turn, and neither its size nor its time is used up. */
  #holds(lane: Lane, now: number): boolean {
    const { maxDelayMs } = this.#at.settings
    if (maxDelayMs === 0 || lane.streak < 2 || lane.lastTurn < this.#turn - 1) return false
    const oldest = lane.head()?.row
    if (
      oldest === undefined ||
      now - oldest.queuedAt >= maxDelayMs ||
      oldest.deadline - now < 2 * maxDelayMs
    ) {
      return false
    }
    return lane.live < lane.group.sizes.best(lane.bucket)
  }

  /** The learned size, or less when sharing the rows among idle workers finishes sooner. */
  #sizeFor(lane: Lane): number {
    const { sizes } = lane.group
    const size = sizes.next(lane.bucket, lane.live)
    const idle = this.#at.pool.idle()
    if (idle < 2 || lane.live >= size * idle) return size
    const share = Math.ceil(lane.live / idle)
    if (share >= size) return size
    const together = sizes.cost(lane.bucket, Math.min(size, lane.live)) * Math.min(size, lane.live)
    const apart = sizes.cost(lane.bucket, share) * share
    return apart >= together ? size : share
  }

  /** While rows wait, tells the pool now and then for how long. */
  #press(): void {
    if (this.#look !== undefined) return
    const { kernel, settings, pool } = this.#at
    if (settings.pool.min === settings.pool.max) return
    this.#look = kernel.timers.after(
      settings.policy.growAfterMs,
      () => {
        this.#look = undefined
        pool.pressed(this.#queue.longestWait(this.#now()))
        if (this.#queue.size > 0) this.#press()
      },
      undefined,
    )
  }

  #now(): number {
    return this.#at.kernel.clock.monotonic()
  }
}
