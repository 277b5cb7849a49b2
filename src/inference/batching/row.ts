import type { CacheUse } from '../../message/header.ts'
import type { InferenceCall } from '../../ports/inference.ts'
import type { TaskGroup } from './task-groups.ts'

/** How one row came by its result. */
export interface RowAccount {
  readonly batchSize: number
  readonly queueMs: number
  readonly batchWaitMs: number
  readonly computeMs: number
  readonly fill: number
  readonly worker: number
  readonly cache: CacheUse
}

/** The call that a row belongs to, as the rows see it. */
export interface RowCaller {
  readonly call: InferenceCall
  readonly settled: boolean
  readonly startedAt: number
  /** Whether the caller wants to know what its rows cost. */
  readonly accounted: boolean
  deliver(index: number, result: unknown, account: RowAccount | undefined): void
  fail(error: unknown): void
}

/** One caller's place for a result: coalesced rows have several. */
export interface Waiter {
  readonly call: RowCaller
  readonly index: number
  /** Whether this caller found the row under way already. */
  readonly coalesced: boolean
}

/** A row on its way through a model, and whom to tell. */
export interface Row {
  readonly value: unknown
  /** Estimated places (tokens): what batches are bucketed by. */
  readonly length: number
  readonly deadline: number
  readonly priority: number
  /** Order of arrival. */
  readonly sequence: number
  readonly queuedAt: number
  readonly group: TaskGroup
  /** Identity for coalescing and the cache; absent where neither applies. */
  readonly key: string | undefined
  readonly waiters: Waiter[]
  /** Workers that died while they ran it. */
  deaths: number
  state: 'queued' | 'running' | 'done'
}

/** Whether anybody still waits for it. */
export function wanted(row: Row): boolean {
  for (const { call } of row.waiters) if (!call.settled) return true
  return false
}

/** Priority, then earliest deadline, then arrival. */
export function moreUrgent(a: Row, b: Row): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority
  if (a.deadline !== b.deadline) return a.deadline < b.deadline
  return a.sequence < b.sequence
}
