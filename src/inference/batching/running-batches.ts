import type { Kernel } from '../../kernel/kernel.ts'
import type { Accounts } from '../accounting.ts'
import { copyOf } from '../cache/response-cache.ts'
import type { EngineSettings } from '../engine-options.ts'
import {
  diedError,
  type ErrorRecord,
  errorOf,
  hungError,
  InferenceError,
  recordOf,
  stoppedError,
} from '../errors.ts'
import { HangWatch, type Watched } from '../pool/hang-watch.ts'
import type { Settled, Slot } from '../pool/slot.ts'
import { LOAD_MS, type WorkerPool } from '../pool/worker-pool.ts'
import { type BatchDone, type BatchFailed, type BatchResponse, resultOf } from '../wire.ts'
import { bucketOf } from './lengths.ts'
import { type Row, wanted } from './row.ts'
import { requestOf, type TaskGroups } from './task-groups.ts'

/** A row fails after this many workers died running it: it is the likely cause. */
const DEATHS_MAX = 3

/** What running batches need from the engine. */
export interface BatchParts {
  readonly kernel: Kernel
  readonly settings: EngineSettings
  readonly pool: WorkerPool
  readonly groups: TaskGroups
  readonly accounts: Accounts
  /** Called for every row that has ended, with its result if it has one. */
  readonly ended: (row: Row, result: unknown) => void
}

interface RunningParts extends BatchParts {
  /** Looks for the next batches. */
  readonly wake: () => void
  /** Returns a row to the queue. */
  readonly again: (row: Row) => void
}

/**
 * Batches in workers: sends them, and handles results, bad rows and deaths.
 *
 *   send ─▶ worker ─▶ done: every caller of a row gets its result
 *                     failed: halved until the bad row is alone
 *                     died: the worker is replaced, rows are queued again, suspects run alone
 *                     hangs: a process is killed, a thread is abandoned
 */
export class RunningBatches {
  readonly #at: RunningParts
  #stopped = false
  /** Watches for batches that hang. */
  readonly #watch: HangWatch<Batch>
  /** How long the last batch computed. */
  lastMs = Number.POSITIVE_INFINITY
  /** Batches that have ended well; the number of each. */
  #batches = 0

  constructor(parts: RunningParts) {
    this.#at = parts
    this.#watch = new HangWatch(parts.kernel, (batch) => this.#late(batch))
  }

  /** From now on, rows that come back fail. */
  stop(): void {
    this.#stopped = true
  }

  /** After the last batch; hangs are watched until then. */
  close(): void {
    this.#watch.stop()
  }

  /** Calls `ended` once, when nothing of the batch is waited for any more. */
  send(slot: Slot, rows: readonly Row[], startedAt: number, freeSince: number, ended?: () => void): void {
    const { group, deaths } = rows[0] as Row
    const request = requestOf(
      group,
      rows.map(({ value }) => value),
    )
    const batch: Batch = {
      slot,
      rows,
      startedAt,
      freeSince,
      ended,
      fenced: false,
      killed: undefined,
      limitMs: 0,
      limitAt: 0,
    }
    if (deaths > 0) slot.alone = true
    const { hangMs } = this.#at.settings
    const settled: Settled = (response, error) => this.#settled(batch, response, error)
    if (slot.has(group.key)) {
      this.#watch.allow(batch, hangMs, this.#now())
      this.#at.pool.send(slot, request, settled)
      return
    }
    // A batch's time begins after its worker has started and its model has loaded.
    this.#watch.allow(batch, hangMs + LOAD_MS, this.#now())
    this.#at.pool.send(slot, request, settled, () => {
      if (!batch.fenced) this.#watch.allow(batch, hangMs, this.#now())
    })
  }

  #settled(batch: Batch, response: BatchResponse | undefined, error: unknown): void {
    const { slot, rows } = batch
    this.#watch.ended(batch)
    if ((rows[0] as Row).deaths > 0) slot.alone = false
    if (batch.fenced) this.#at.wake()
    else if (response?.ok) this.#deliver(slot, batch, response)
    else if (response !== undefined) {
      this.#failed(batch, response)
      return
    } else if (error instanceof InferenceError) {
      this.#failed(batch, { ok: false, error: recordOf(error) })
      return
    } else {
      this.#afterDeath(rows, error, batch.killed)
      this.#at.wake()
    }
    over(batch)
  }

  /** A batch runs too long: a process is killed (its death returns the rows), a thread is abandoned. */
  #late(batch: Batch): void {
    const { slot, rows, limitMs } = batch
    const { settings, pool } = this.#at
    // Called once: whatever it still returns is not waited for.
    this.#watch.ended(batch)
    const error = hungError(limitMs, (rows[0] as Row).group.model.card.name)
    batch.killed = error
    const fenced: Batch[] = []
    if (settings.isolation === 'thread') {
      batch.fenced = true
      for (const row of rows) this.#fail(row, error)
      fenced.push(batch, ...this.#bringBack(slot))
    }
    // The other half of the batch would wait forever: it continues in another worker.
    void pool.hung(slot, error).then(() => fenced.forEach(over))
  }

  /** Batches sent behind a hanging one have not begun: another worker takes their rows. */
  #bringBack(slot: Slot): Batch[] {
    const behind = [...this.#watch.running].filter((batch) => batch.slot === slot)
    for (const batch of behind) {
      batch.fenced = true
      this.#watch.ended(batch)
      for (const row of batch.rows) this.#again(row)
    }
    return behind
  }

  #deliver(slot: Slot, batch: Batch, done: BatchDone): void {
    const { rows, startedAt, freeSince } = batch
    const { accounts } = this.#at
    const { group } = rows[0] as Row
    const name = group.model.card.name
    const fill = done.computed === undefined || done.computed === 0 ? 1 : (done.used ?? 0) / done.computed
    this.lastMs = done.computeMs
    this.#batches += 1
    let longest = 0
    for (const { length } of rows) if (length > longest) longest = length
    group.sizes.observe(bucketOf(longest), rows.length, done.computeMs)
    accounts.batch(name, rows.length, done.computeMs, done.used, done.computed)
    const computeMs = done.computeMs / rows.length
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as Row
      const result = resultOf(done, i)
      const free = Number.isNaN(freeSince) ? startedAt : Math.max(freeSince, row.queuedAt)
      for (const { call, index, coalesced } of row.waiters) {
        if (!coalesced) accounts.cost(name, call.call.owner, computeMs)
        const account = call.accounted
          ? {
              batchSize: rows.length,
              batch: this.#batches,
              queueMs: startedAt - Math.max(row.queuedAt, Math.min(call.startedAt, startedAt)),
              batchWaitMs: Math.max(0, startedAt - free),
              computeMs: coalesced ? 0 : computeMs,
              fill,
              worker: slot.number,
              cache: coalesced ? ('coalesced' as const) : ('miss' as const),
            }
          : undefined
        call.deliver(index, coalesced ? copyOf(result) : result, account)
      }
      this.#end(row, result)
    }
  }

  /** One bad row must not fail its neighbours: the halves run again, one after the other, until it is alone. */
  #failed(batch: Batch, { error, atLoad }: BatchFailed): void {
    const { rows } = batch
    const { group } = rows[0] as Row
    if (atLoad) this.#at.groups.forget(group, error.code === 'model-damaged')
    // A batch that took too long takes as long in halves.
    const whole = atLoad || error.code === 'stopped' || error.code === 'deadline'
    if (rows.length === 1 || whole) {
      for (const row of rows) this.#refuse(row, error)
      over(batch)
      return
    }
    const middle = rows.length >> 1
    this.#half(batch, rows.slice(0, middle), () => this.#half(batch, rows.slice(middle), () => over(batch)))
  }

  #half(batch: Batch, rows: readonly Row[], ended: () => void): void {
    const still = rows.filter((row) => this.#stillWanted(row))
    // The worker may have been replaced meanwhile; then nothing more may be sent to it.
    const slot = batch.slot.state === 'ready' ? batch.slot : this.#at.pool.ready()
    if (still.length > 0 && slot !== undefined && !this.#stopped) {
      this.send(slot, still, batch.startedAt, batch.freeSince, ended)
      return
    }
    for (const row of still) this.#again(row)
    ended()
  }

  /** Every caller gets an error about its own row, because the positions in their lists differ. */
  #refuse(row: Row, error: ErrorRecord): void {
    const { name } = row.group.model.card
    for (const { call, index } of row.waiters) call.fail(errorOf(error, name, index))
    this.#end(row, undefined)
  }

  /** `hung`: we killed the worker because it hung. */
  #afterDeath(rows: readonly Row[], cause: unknown, hung: InferenceError | undefined): void {
    for (const row of rows) {
      row.deaths += 1
      if (this.#stopped || row.deaths < DEATHS_MAX) this.#again(row)
      else this.#fail(row, hung ?? diedError(row.deaths, row.group.model.card.name, cause, row.value))
    }
  }

  /** Back to the queue, through no fault of its own. */
  #again(row: Row): void {
    if (this.#stopped) this.#fail(row, stoppedError())
    else if (this.#stillWanted(row)) this.#at.again(row)
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

/** Rows that run together. `fenced`: their results are no longer waited for. */
interface Batch extends Watched {
  /** Called once, when nothing of it is waited for any more: the next half of a batch may then go. */
  ended: (() => void) | undefined
  readonly slot: Slot
  readonly rows: readonly Row[]
  readonly startedAt: number
  readonly freeSince: number
  fenced: boolean
  /** Why its worker was killed, if it was. */
  killed: InferenceError | undefined
}

function over(batch: Batch): void {
  const { ended } = batch
  batch.ended = undefined
  ended?.()
}
