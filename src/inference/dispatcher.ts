import type { Kernel, Timer } from '../kernel/kernel.ts'
import type { Accounts } from './accounting.ts'
import { type BatchDone, type BatchFailed, type BatchResponse, resultOf } from './batch.ts'
import { bucketOf } from './batching/lengths.ts'
import { type Row, wanted } from './batching/row.ts'
import type { Lane, RowQueue } from './batching/row-queue.ts'
import { copyOf } from './cache/response-cache.ts'
import type { EngineSettings } from './engine-options.ts'
import {
  diedError,
  type ErrorRecord,
  errorOf,
  hungError,
  InferenceError,
  recordOf,
  stoppedError,
} from './errors.ts'
import type { Slot } from './pool/slot.ts'
import { LOAD_MS, type WorkerPool } from './pool/worker-pool.ts'
import { loading, type TaskGroups } from './task-groups.ts'

/** A row that was running when so many workers died is given up: it is the likely cause. */
const DEATHS_MAX = 3
/** Batches shorter than this are sent ahead, so that the hop between two of them does not show. */
const SHORT_MS = 4

/** What the dispatcher needs of the engine. */
export interface DispatcherParts {
  readonly kernel: Kernel
  readonly settings: EngineSettings
  readonly queue: RowQueue
  readonly pool: WorkerPool
  readonly groups: TaskGroups
  readonly accounts: Accounts
  /** Told of every row that has ended, with its result if it has one. */
  readonly ended: (row: Row, result: unknown) => void
}

/**
 * Takes batches from the queue when workers are free, and brings results, bad rows and deaths home.
 *
 *   rows of one turn of the event loop ─▶ take (most urgent lane, learned size, shared among idle workers) ─▶ worker
 *                      ▲                                        │ died: replaced, rows go back, suspects run alone
 *                      └────────────────────────────────────────┘ failed: halved until the bad row is alone
 */
export class Dispatcher {
  readonly #at: DispatcherParts
  #turn = 0
  #waking = false
  #stopped = false
  #lastMs = Number.POSITIVE_INFINITY
  #look: Timer | undefined
  /** Batches in workers. */
  readonly #running = new Set<Batch>()

  constructor(parts: DispatcherParts) {
    this.#at = parts
  }

  /** The number of this turn: rows of one turn come as one wave. */
  get turn(): number {
    return this.#turn
  }

  /** Looks for batches once this turn of the event loop has ended: whoever else sends rows in it is in time. */
  wake(): void {
    if (this.#waking) return
    this.#waking = true
    this.#at.kernel.turns.later(this.#onTurn)
  }

  stop(): void {
    this.#stopped = true
    this.#look?.cancel()
  }

  readonly #onTurn = (): void => {
    this.#waking = false
    this.#turn += 1
    this.#pump()
  }

  #pump(): void {
    const { queue, pool } = this.#at
    if (this.#stopped) return
    while (queue.size > 0) {
      // A row that may have killed a worker would take along what is sent behind it.
      const slot = pool.free(this.#lastMs < SHORT_MS && !queue.suspicious)
      if (slot === undefined) break
      const now = this.#now()
      let held = false
      const rows = queue.take(
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
      void this.#runBatch(slot, rows, now, pool.freeSince)
    }
    if (queue.size > 0) this.#press()
  }

  /** Whether a lane waits for company: rows keep coming turn after turn, and neither its size nor its time is full. */
  #holds(lane: Lane, now: number): boolean {
    const { maxDelayMs } = this.#at.settings
    if (maxDelayMs === 0 || lane.streak < 2 || lane.lastTurn < this.#turn - 1) return false
    const oldest = lane.rows.peek()
    if (
      oldest === undefined ||
      now - oldest.queuedAt >= maxDelayMs ||
      oldest.deadline - now < 2 * maxDelayMs
    ) {
      return false
    }
    return lane.live < lane.group.sizes.best(lane.bucket)
  }

  /** The learned size; but idle workers share what there is when that gets it done sooner. */
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

  /** While rows wait, the pool is told now and then for how long. */
  #press(): void {
    if (this.#look !== undefined) return
    const { kernel, settings, pool, queue } = this.#at
    if (settings.pool.min === settings.pool.max) return
    this.#look = kernel.timers.after(
      settings.policy.growAfterMs,
      () => {
        this.#look = undefined
        pool.pressed(queue.longestWait(this.#now()))
        if (queue.size > 0) this.#press()
      },
      undefined,
    )
  }

  async #runBatch(slot: Slot, rows: readonly Row[], startedAt: number, freeSince: number): Promise<void> {
    const { group } = rows[0] as Row
    const request = { ...loading(group), rows: rows.map((row) => row.value) }
    const batch: Batch = { slot, rows, startedAt, freeSince, fenced: false }
    const alone = (rows[0] as Row).deaths > 0
    if (alone) slot.alone = true
    this.#running.add(batch)
    let watch = this.#watch(slot, batch, this.#at.settings.hangMs + LOAD_MS)
    let response: BatchResponse | undefined
    try {
      // Starting a worker and loading a model take their time: a batch's own begins after them.
      response = await this.#at.pool.run(slot, request, () => {
        watch.cancel()
        watch = this.#watch(slot, batch, this.#at.settings.hangMs)
      })
    } catch (error) {
      if (error instanceof InferenceError) response = { ok: false, error: recordOf(error) }
      else if (!batch.fenced) this.#afterDeath(rows, error)
    }
    watch.cancel()
    this.#running.delete(batch)
    if (alone) slot.alone = false
    if (response === undefined || batch.fenced) this.wake()
    else if (response.ok) this.#deliver(slot, batch, response)
    else await this.#failed(batch, response)
  }

  /** A batch that runs too long: a process is killed (its death brings the rows back), a thread is left behind. */
  #watch(slot: Slot, batch: Batch, ms: number): Timer {
    const { kernel, settings, pool } = this.#at
    return kernel.timers.after(
      ms,
      () => {
        const name = (batch.rows[0] as Row).group.model.card.name
        if (batch.fenced) return
        const error = hungError(ms, name)
        if (settings.isolation === 'thread') {
          // What it may still bring is not waited for: the callers have settled.
          batch.fenced = true
          this.#running.delete(batch)
          for (const row of batch.rows) this.#fail(row, error)
          this.#bringBack(slot)
        }
        void pool.hung(slot, error)
      },
      undefined,
    )
  }

  /** Batches that were sent behind one that hangs have not begun: another worker takes their rows. */
  #bringBack(slot: Slot): void {
    for (const batch of this.#running) {
      if (batch.slot !== slot) continue
      batch.fenced = true
      this.#running.delete(batch)
      for (const row of batch.rows) this.#again(row)
    }
  }

  #deliver(slot: Slot, batch: Batch, done: BatchDone): void {
    const { rows, startedAt, freeSince } = batch
    const { accounts } = this.#at
    const { group } = rows[0] as Row
    const name = group.model.card.name
    const fill = done.computed === undefined || done.computed === 0 ? 1 : (done.used ?? 0) / done.computed
    this.#lastMs = done.computeMs
    const longest = rows.reduce((most, row) => Math.max(most, row.length), 0)
    group.sizes.observe(bucketOf(longest), rows.length, done.computeMs)
    accounts.batch(name, rows.length, done.computeMs, done.used, done.computed)
    const computeMs = done.computeMs / rows.length
    rows.forEach((row, i) => {
      const result = resultOf(done, i)
      const free = Number.isNaN(freeSince) ? startedAt : Math.max(freeSince, row.queuedAt)
      for (const { call, index, coalesced } of row.waiters) {
        if (!coalesced) accounts.cost(name, call.call.owner, computeMs)
        call.deliver(index, coalesced ? copyOf(result) : result, {
          batchSize: rows.length,
          queueMs: startedAt - Math.max(row.queuedAt, Math.min(call.startedAt, startedAt)),
          batchWaitMs: Math.max(0, startedAt - free),
          computeMs: coalesced ? 0 : computeMs,
          fill,
          worker: slot.number,
          cache: coalesced ? 'coalesced' : 'miss',
        })
      }
      this.#end(row, result)
    })
  }

  /** One bad row must not fail its neighbours: halves run again until it is alone. */
  async #failed(batch: Batch, { error, atLoad }: BatchFailed): Promise<void> {
    const { rows } = batch
    const { group } = rows[0] as Row
    if (atLoad) this.#at.groups.forget(group, error.code === 'model-damaged')
    // A batch that took too long would take as long in halves.
    const whole = atLoad || error.code === 'stopped' || error.code === 'deadline'
    if (rows.length === 1 || whole) {
      for (const row of rows) this.#refuse(row, error)
      return
    }
    const middle = rows.length >> 1
    for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
      const still = half.filter((row) => this.#stillWanted(row))
      if (still.length === 0) continue
      // The worker may have been replaced meanwhile, and must not be sent anything more then.
      const slot = batch.slot.state === 'ready' ? batch.slot : this.#at.pool.ready()
      if (slot === undefined || this.#stopped) for (const row of still) this.#again(row)
      else await this.#runBatch(slot, still, batch.startedAt, batch.freeSince)
    }
  }

  /** Every caller hears of its own row: the places in their lists differ. */
  #refuse(row: Row, error: ErrorRecord): void {
    const { name } = row.group.model.card
    for (const { call, index } of row.waiters) call.fail(errorOf(error, name, index))
    this.#end(row, undefined)
  }

  #afterDeath(rows: readonly Row[], cause: unknown): void {
    for (const row of rows) {
      row.deaths += 1
      if (this.#stopped || row.deaths < DEATHS_MAX) this.#again(row)
      else this.#fail(row, diedError(row.deaths, row.group.model.card.name, cause, row.value))
    }
  }

  /** Back into the queue, through no fault of its own. */
  #again(row: Row): void {
    if (this.#stopped) this.#fail(row, stoppedError())
    else if (this.#stillWanted(row)) this.#at.queue.push(row, this.#turn)
  }

  #stillWanted(row: Row): boolean {
    if (wanted(row)) return true
    this.#end(row, undefined)
    return false
  }

  #fail(row: Row, error: InferenceError): void {
    for (const { call } of row.waiters) call.fail(error)
    this.#end(row, undefined)
  }

  #end(row: Row, result: unknown): void {
    if (row.state === 'done') return
    row.state = 'done'
    this.#at.ended(row, result)
  }

  #now(): number {
    return this.#at.kernel.clock.monotonic()
  }
}

/** Rows that run together. `fenced`: what comes back is no longer waited for. */
interface Batch {
  readonly slot: Slot
  readonly rows: readonly Row[]
  readonly startedAt: number
  readonly freeSince: number
  fenced: boolean
}
