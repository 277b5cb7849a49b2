import { availableParallelism } from 'node:os'
import { errorChain, InvalidArgumentError } from '../kernel/errors.ts'
import type { Kernel, Timer } from '../kernel/kernel.ts'
import type { EventSink } from '../ports/events.ts'
import type { InferenceCall, InferencePort, ModelInfo, ModelTask } from '../ports/inference.ts'
import { type BatchDone, type BatchResponse, resultOf } from './batch.ts'
import { PendingCall, type TaskGroup } from './batching/pending-call.ts'
import { type Row, RowQueue } from './batching/row-queue.ts'
import { type ErrorRecord, errorOf, InferenceError } from './errors.ts'
import { Slot } from './pool/slot.ts'
import { ModelRepository } from './repository/model-repository.ts'

/** Where models are, how many workers run them, and how many rows may wait. */
export interface InferenceOptions {
  readonly kernel: Kernel
  readonly events?: EventSink
  /** Folders that hold model folders; looked in first. */
  readonly models?: readonly string[]
  /** Worker threads, each with its own sessions of one thread. Default: the cores, at most 4. */
  readonly workers?: number
  /** Rows waiting at most, over all callers. Default 200,000. */
  readonly queueLimit?: number
}

/** A row that was running when so many workers died is given up: it is the likely cause. */
const DEATHS_MAX = 3

/** Counts since the engine was made. */
export interface InferenceStats {
  readonly workers: number
  readonly queued: number
  readonly rows: number
  readonly batches: number
  readonly workerDeaths: number
}

/**
 * The inference engine: rows of all callers → batches → workers.
 *
 *   run(rows) ─▶ row queue (by model and length) ─▶ a free slot takes the most urgent batch ─▶ results by row
 *                       ▲                                      │ worker died: replaced, rows go back
 *                       └──────────────────────────────────────┘ batch failed: halved until the bad row is alone
 */
export class InferenceEngine implements InferencePort {
  readonly #kernel: Kernel
  readonly #events: EventSink | undefined
  readonly #repository: ModelRepository
  readonly #slots: readonly Slot[]
  readonly #queue = new RowQueue()
  readonly #groups = new Map<string, TaskGroup>()
  readonly #queueLimit: number
  #sequence = 0
  #rows = 0
  #batches = 0
  #deaths = 0
  #expiry: { timer: Timer; at: number } | undefined
  #stopped = false
  #idle: (() => void) | undefined

  constructor(options: InferenceOptions) {
    const workers = options.workers ?? Math.min(4, availableParallelism())
    if (!Number.isSafeInteger(workers) || workers < 1 || workers > availableParallelism()) {
      throw new InvalidArgumentError(
        `workers is ${workers} on a machine with ${availableParallelism()} cores`,
        {
          path: 'workers',
          value: workers,
          remedy: `Give 1 to ${availableParallelism()}: each worker keeps one core busy`,
        },
      )
    }
    this.#kernel = options.kernel
    this.#events = options.events
    this.#repository = new ModelRepository(options.models)
    this.#slots = Array.from({ length: workers }, (_, i) => new Slot(i + 1))
    this.#queueLimit = options.queueLimit ?? 200_000
  }

  async run<I, O>(task: ModelTask<I, O>, rows: readonly I[], call: InferenceCall = {}): Promise<O[]> {
    if (rows.length === 0) return []
    const group = await this.#groupOf(task)
    this.#admit(task.model, rows.length)
    return new Promise<O[]>((resolve, reject) => {
      const pending = new PendingCall(group, rows.length, call, this.#now(), (error, results) => {
        if (error === undefined) resolve(results as O[])
        else {
          this.#queue.remove((row) => row.call === pending)
          reject(error)
        }
      })
      pending.watch(call.signal)
      if (pending.settled) return
      rows.forEach((value, index) => {
        this.#queue.push(this.#rowOf(pending, group, value, index, call))
      })
      if (call.deadline !== undefined) this.#expireBy(call.deadline)
      this.#pump()
    })
  }

  async warm<I, O>(task: ModelTask<I, O>): Promise<ModelInfo> {
    const group = await this.#groupOf(task)
    if (this.#stopped) throw stoppedError()
    const request = { model: group.model, kind: task.kind, options: task.options, rows: [''] }
    const responses = await Promise.all(
      this.#slots.filter((slot) => !slot.busy).map((slot) => slot.run(request)),
    )
    const failed = responses.find((response) => !response.ok)
    if (failed !== undefined && !failed.ok) throw errorOf(failed.error, task.model)
    const done = responses.find((response): response is BatchDone => response.ok)
    this.#pump()
    const { card, folder, sha256 } = group.model
    const dimensions = done !== undefined && 'width' in done ? done.width : card.dimensions
    return {
      model: card.name,
      version: card.version,
      sha256,
      licence: card.licence,
      path: folder,
      ...(dimensions === undefined ? {} : { dimensions }),
    }
  }

  /** What the engine has done since it started. */
  stats(): InferenceStats {
    return {
      workers: this.#slots.length,
      queued: this.#queue.size,
      rows: this.#rows,
      batches: this.#batches,
      workerDeaths: this.#deaths,
    }
  }

  /** Ends a worker as a crash would: the next batch that it takes kills it. For fault tests. */
  async killWorker(task: ModelTask<never, unknown>): Promise<void> {
    const group = await this.#groupOf(task)
    const slot = this.#slots.find((one) => !one.busy) ?? (this.#slots[0] as Slot)
    const request = { model: group.model, kind: 'exit', options: {}, rows: [] }
    await slot.run(request).catch((error: unknown) => this.#workerDied(slot, error))
    this.#pump()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#expiry?.timer.cancel()
    for (const row of this.#queue.remove(() => true)) (row.call as PendingCall).fail(stoppedError())
    if (this.#slots.some((slot) => slot.busy)) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    await Promise.all(this.#slots.map((slot) => slot.stop()))
  }

  async #groupOf(task: ModelTask<never, unknown>): Promise<TaskGroup> {
    const key = JSON.stringify([task.model, task.version, task.kind, task.options])
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const group: TaskGroup = {
      key,
      kind: task.kind,
      options: task.options,
      model: await this.#repository.find(task.model),
    }
    this.#groups.set(key, group)
    return group
  }

  #admit(model: string, rows: number): void {
    if (this.#stopped) throw stoppedError()
    if (this.#queue.size + rows > this.#queueLimit) {
      throw new InferenceError(
        'queue-full',
        `${this.#queue.size} rows wait for a worker; ${rows} more are too many`,
        {
          path: model,
          value: this.#queueLimit,
          remedy: 'Send fewer rows at once, or wait for earlier ones',
        },
      )
    }
  }

  #rowOf(pending: PendingCall, group: TaskGroup, value: unknown, index: number, call: InferenceCall): Row {
    this.#sequence += 1
    return {
      value,
      length: estimatedTokens(value),
      deadline: call.deadline ?? Number.POSITIVE_INFINITY,
      priority: call.priority ?? 0,
      sequence: this.#sequence,
      queuedAt: pending.startedAt,
      group,
      deaths: 0,
      call: pending,
      index,
    }
  }

  /** Gives every free slot the most urgent batch. */
  #pump(): void {
    for (const slot of this.#slots) {
      if (slot.busy || this.#queue.size === 0) continue
      const now = this.#now()
      this.#expire(now)
      const rows = this.#queue.take().filter((row) => !row.call.settled)
      if (rows.length > 0) void this.#runBatch(slot, rows, now)
    }
    if (this.#idle !== undefined && this.#slots.every((slot) => !slot.busy)) this.#idle()
  }

  async #runBatch(slot: Slot, rows: readonly Row[], startedAt: number): Promise<void> {
    if (this.#stopped) {
      for (const row of rows) (row.call as PendingCall).fail(stoppedError())
      return
    }
    const group = (rows[0] as Row).group as TaskGroup
    const request = {
      model: group.model,
      kind: group.kind,
      options: group.options,
      rows: rows.map((row) => row.value),
    }
    this.#batches += 1
    let response: BatchResponse | undefined
    try {
      response = await slot.run(request)
    } catch (error) {
      await this.#workerDied(slot, error)
      this.#afterDeath(rows, error)
    }
    if (response?.ok) this.#deliver(slot, rows, response, startedAt)
    else if (response !== undefined) await this.#bisect(slot, rows, response.error, startedAt)
    this.#pump()
  }

  #deliver(slot: Slot, rows: readonly Row[], done: BatchDone, startedAt: number): void {
    this.#rows += rows.length
    rows.forEach((row, i) => {
      const call = row.call as PendingCall
      call.deliver(row.index, resultOf(done, i), {
        batchSize: rows.length,
        queueMs: startedAt - row.queuedAt,
        computeMs: done.computeMs,
        worker: slot.number,
      })
    })
  }

  /** One bad row must not fail its neighbours: halves run again until it is alone. */
  async #bisect(slot: Slot, rows: readonly Row[], error: ErrorRecord, startedAt: number): Promise<void> {
    const [only] = rows
    const structural = error.code === 'model-damaged' || error.code === 'model-unsupported'
    if (rows.length === 1 || structural || only === undefined) {
      const { model, key } = (only as Row).group as TaskGroup
      // A model that does not load is looked up anew next time: its files may have been mended.
      if (structural) this.#groups.delete(key)
      for (const row of rows) (row.call as PendingCall).fail(errorOf(error, model.card.name))
      return
    }
    const middle = rows.length >> 1
    for (const half of [rows.slice(0, middle), rows.slice(middle)])
      await this.#runBatch(slot, half, startedAt)
  }

  async #workerDied(slot: Slot, error: unknown): Promise<void> {
    this.#deaths += 1
    await slot.replace()
    if (this.#events?.active) {
      const at = this.#now()
      this.#events.emit({ type: 'worker', at, worker: slot.number, state: 'died', errors: errorChain(error) })
    }
  }

  #afterDeath(rows: readonly Row[], cause: unknown): void {
    for (const row of rows) {
      row.deaths += 1
      if (row.deaths < DEATHS_MAX && !this.#stopped) {
        if (!row.call.settled) this.#queue.push(row)
        continue
      }
      const { model } = row.group as TaskGroup
      const died = new InferenceError(
        'worker-died',
        `${row.deaths} workers died on a row for '${model.card.name}'`,
        {
          path: model.card.name,
          value: row.value,
          remedy: 'Look at the row and at memory: it is not tried again',
          cause,
        },
      )
      ;(row.call as PendingCall).fail(died)
    }
  }

  /** One timer for the earliest deadline of all: queued rows leave when theirs passes. */
  #expireBy(deadline: number): void {
    if (this.#expiry !== undefined && this.#expiry.at <= deadline) return
    this.#expiry?.timer.cancel()
    const timer = this.#kernel.timers.after(
      Math.max(0, deadline - this.#now()),
      () => this.#onExpiry(),
      undefined,
    )
    this.#expiry = { timer, at: deadline }
  }

  #onExpiry(): void {
    this.#expiry = undefined
    this.#expire(this.#now())
    const next = this.#queue.earliestDeadline()
    if (next !== Number.POSITIVE_INFINITY) this.#expireBy(next)
  }

  #expire(now: number): void {
    if (this.#queue.earliestDeadline() > now) return
    for (const row of this.#queue.remove((one) => one.deadline <= now)) {
      const error = new InferenceError('deadline', 'the deadline passed before a worker was free', {
        path: 'deadline',
        value: row.deadline,
        remedy: 'Give a longer deadline, or fewer rows at once',
      })
      ;(row.call as PendingCall).fail(error)
    }
  }

  #now(): number {
    return this.#kernel.clock.monotonic()
  }
}

/** About four characters a token; what counts is that like lengths come together. */
function estimatedTokens(value: unknown): number {
  return typeof value === 'string' ? Math.ceil(value.length / 4) + 2 : 1
}

function stoppedError(): InferenceError {
  return new InferenceError('stopped', 'the inference engine has stopped', {
    path: 'inference',
    remedy: 'Ask a running system',
  })
}
