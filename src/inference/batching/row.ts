import type { CacheUse } from '../../message/header.ts'
import type { InferenceCall } from '../../ports/inference.ts'
import type { Place } from './lane.ts'
import type { TaskGroup } from './task-groups.ts'

/** How one row got its result. */
export interface RowAccount {
  readonly batchSize: number
  /** Number of that batch; undefined where nothing was computed. */
  readonly batch?: number
  readonly queueMs: number
  readonly batchWaitMs: number
  readonly computeMs: number
  readonly fill: number
  readonly worker: number
  readonly cache: CacheUse
}

/** A row's view of its call. */
export interface RowCaller {
  readonly call: InferenceCall
  readonly settled: boolean
  readonly startedAt: number
  /** Whether the caller wants to know the cost of its rows. */
  readonly accounted: boolean
  deliver(index: number, result: unknown, account: RowAccount | undefined): void
  fail(error: unknown): void
}

/** One caller's place for a result; coalesced rows have several. */
export interface Waiter {
  readonly call: RowCaller
  readonly index: number
  /** Whether this caller joined a row in flight. */
  readonly coalesced: boolean
}

/** A row on its way through a model, and its callers. */
export interface Row {
  readonly value: unknown
  /** Estimated places (tokens), by which batches are bucketed. */
  readonly length: number
  readonly deadline: number
  /** When the work that it belongs to is due: rows of equal priority go by it. Default: the deadline. */
  readonly due?: number
  readonly priority: number
  /** Whose share of the workers it uses, and that share. Default: all that name none are one tenant of share 1. */
  readonly tenant?: string | undefined
  readonly share?: number | undefined
  /** Order of arrival. */
  readonly sequence: number
  readonly queuedAt: number
  readonly group: TaskGroup
  /** Identity for coalescing and the cache; absent if neither applies. */
  readonly key: string | undefined
  readonly waiters: Waiter[]
  /** Workers that died while running it. */
  deaths: number
  state: 'queued' | 'running' | 'done'
  /** Where it waits, unless it is suspect. */
  place?: Place
}

/** Whether a caller still waits for it. */
export function wanted(row: Row): boolean {
  for (const { call } of row.waiters) if (!call.settled) return true
  return false
}

/** What the order of rows goes by. */
export type Urgency = Pick<Row, 'priority' | 'due' | 'deadline' | 'sequence'>

/** By priority, then by when its work is due, then by arrival. */
export function moreUrgent(a: Urgency, b: Urgency): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority
  const dueA = a.due ?? a.deadline
  const dueB = b.due ?? b.deadline
  if (dueA !== dueB) return dueA < dueB
  return a.sequence < b.sequence
}
