import type { Kernel } from '../../kernel/kernel.ts'
import type { InferenceCall } from '../../ports/inference.ts'
import type { Accounts } from '../accounting.ts'
import { type Row, wanted } from '../batching/row.ts'
import type { RowQueue } from '../batching/row-queue.ts'
import type { TaskGroup, TaskGroups } from '../batching/task-groups.ts'
import type { ResponseCache } from '../cache/response-cache.ts'
import { rowKey } from '../cache/row-key.ts'
import type { EngineSettings } from '../engine-options.ts'
import { deadlineError, InferenceError, type InferenceErrorCode, stoppedError } from '../errors.ts'
import { lengthOf } from './call-checks.ts'
import { PendingCall } from './pending-call.ts'
import { taken } from './taken.ts'
import { lateness } from './time-check.ts'

/** What incoming rows need from the engine. */
export interface IntakeParts {
  readonly kernel: Kernel
  readonly settings: EngineSettings
  readonly queue: RowQueue
  readonly groups: TaskGroups
  readonly accounts: Accounts
  readonly cache: ResponseCache | undefined
  /** The batcher: `turn` numbers the waves of rows, `wake` makes it look for them. */
  readonly batcher: { readonly turn: number; wake(): void }
}

/** A result for which nothing was computed. */
const HIT = {
  batchSize: 0,
  queueMs: 0,
  batchWaitMs: 0,
  computeMs: 0,
  fill: 1,
  worker: 0,
  cache: 'hit',
} as const

/**
 * How rows enter, and how rows that no caller waits for leave:
 *
 *   call ─▶ room in the queue? ─▶ each row: cached? ─▶ same row in flight? ─▶ queue
 *                                           results return by row; a failed call takes its rows out
 */
export class Intake {
  readonly #at: IntakeParts
  /** Rows in flight, by identity. */
  readonly #underWay = new Map<string, Row>()
  #sequence = 0
  #stopped = false

  constructor(parts: IntakeParts) {
    this.#at = parts
  }

  /** Refuses every row from now on. */
  stop(): void {
    this.#stopped = true
  }

  /**
   * Sends the rows of a call. Its promise rejects with the first error of a row.
   *
   * @throws InferenceError (`queue-full`, `overloaded`, `stopped`) when no row is accepted.
   */
  start<O>(group: TaskGroup, rows: readonly unknown[], call: InferenceCall): Promise<O[]> {
    const lengths = this.#admit(group, rows, call)
    return new Promise<O[]>((resolve, reject) => {
      const pending = new PendingCall(group, rows.length, call, this.#now(), (error, results) => {
        if (error === undefined) resolve(results as O[])
        else {
          this.#leave(pending, error)
          reject(error)
        }
      })
      const { deadline } = call
      const timer =
        deadline === undefined || deadline === Number.POSITIVE_INFINITY
          ? undefined
          : this.#at.kernel.timers.after(
              Math.max(0, deadline - this.#now()),
              (late: PendingCall) => late.fail(deadlineError(deadline)),
              pending,
            )
      pending.watch(timer)
      if (deadline !== undefined && deadline <= this.#now()) pending.fail(deadlineError(deadline))
      try {
        for (let i = 0; i < rows.length && !pending.settled; i++)
          this.#send(pending, rows[i], i, lengths?.[i])
      } catch (error) {
        // Its timer, its listener and its queued rows must not outlive the call.
        pending.fail(error)
      }
      this.#at.batcher.wake()
    })
  }

  /** Refuses rows. Returns their lengths where it had to measure them. */
  #admit(group: TaskGroup, rows: readonly unknown[], call: InferenceCall): readonly number[] | undefined {
    const { name } = group.model.card
    if (this.#stopped) throw this.reject(name, rows.length, stoppedError())
    const { settings, queue } = this.#at
    const { queueLimit, pool } = settings
    if (queue.size + rows.length > queueLimit) {
      const full = new InferenceError(
        'queue-full',
        `${queue.size} rows wait for a worker, and ${rows.length} more are too many`,
        {
          path: name,
          value: queueLimit,
          remedy: 'Send fewer rows at once, or wait for earlier ones',
        },
      )
      throw this.reject(name, rows.length, full)
    }
    const { deadline = Number.POSITIVE_INFINITY } = call
    // Where no row waits all are taken: only rows that run tell that an estimate has become too high.
    if (queue.size === 0 || deadline === Number.POSITIVE_INFINITY) return undefined
    const lengths = rows.map(lengthOf)
    const late = lateness(queue, group, lengths, call, { now: this.#now(), workers: pool.max })
    if (late !== undefined) throw this.reject(name, rows.length, late)
    return lengths
  }

  /** One row: answered from the cache, joined to one in flight, or queued. */
  #send(pending: PendingCall, value: unknown, index: number, length: number | undefined): void {
    const { group, call } = pending
    const { name } = group.model.card
    const own = this.#at.settings.coalesce || this.#at.cache !== undefined ? rowKey(value) : undefined
    const key = own === undefined ? undefined : `${group.key}#${own}`
    if (key !== undefined) {
      const cached = this.#at.cache?.get(key)
      if (cached !== undefined) {
        this.#at.accounts.hit(name)
        pending.deliver(index, cached, HIT)
        return
      }
    }
    this.#sequence += 1
    const now = this.#now()
    const { deadline = Number.POSITIVE_INFINITY } = call
    const row: Row = {
      value: taken(value),
      length: length ?? lengthOf(value, index),
      deadline,
      due: call.due ?? deadline,
      priority: call.priority ?? 0,
      tenant: call.tenant,
      share: call.share,
      sequence: this.#sequence,
      queuedAt: now,
      group,
      key,
      waiters: [{ call: pending, index, coalesced: false }],
      deaths: 0,
      state: 'queued',
    }
    const same = key === undefined || !this.#at.settings.coalesce ? undefined : this.#underWay.get(key)
    // A more urgent caller does not wait for a less urgent row.
    if (same !== undefined && (same.state === 'running' || !this.#at.queue.overtakes(row, same))) {
      this.#at.accounts.coalesced(name)
      same.waiters.push({ call: pending, index, coalesced: true })
      pending.rows.push(same)
      return
    }
    this.#at.groups.began(group, 1)
    if (key !== undefined) this.#underWay.set(key, row)
    pending.rows.push(row)
    this.#at.queue.push(row, this.#at.batcher.turn)
  }

  /** A call has failed: those of its rows that no other call waits for leave the queue. */
  #leave(pending: PendingCall, error: unknown): void {
    const code = error instanceof InferenceError ? (error.code as InferenceErrorCode) : 'bad-input'
    this.reject(pending.group.model.card.name, pending.unanswered, { code })
    for (const row of pending.rows) {
      if (row.state !== 'queued' || wanted(row)) continue
      this.#at.queue.left(row)
      this.ended(row, undefined)
    }
  }

  /** A row has ended, with its result if it has one. */
  ended(row: Row, result: unknown): void {
    const { key, group } = row
    if (key !== undefined) {
      if (this.#underWay.get(key) === row) this.#underWay.delete(key)
      if (result !== undefined) this.#at.cache?.set(key, result)
    }
    this.#at.groups.ended(group, 1)
  }

  /** Counts refused rows and returns the error. */
  reject<E extends { readonly code: string }>(model: string, rows: number, error: E): E {
    this.#at.accounts.rejected(model, error.code as InferenceErrorCode, rows)
    return error
  }

  #now(): number {
    return this.#at.kernel.clock.monotonic()
  }
}
