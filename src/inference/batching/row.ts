import type { ModelTask } from '../../ports/inference.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { ModelInUse } from '../repository/model-store.ts'
import type { BatchSizes } from './batch-sizes.ts'
import type { PendingCall } from './pending-call.ts'

/** Rows of one model version, one task and one set of options: they may share a batch. */
export interface TaskGroup {
  readonly key: string
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  readonly model: ModelFolder
  readonly sizes: BatchSizes
  readonly task: Pick<ModelTask<never, unknown>, 'kind' | 'model' | 'version' | 'options'>
  /** Rows that wait or run, and what counts them by version. */
  open: number
  held: ModelInUse | undefined
}

/** One caller's place for a result: coalesced rows have several. */
export interface Waiter {
  readonly call: PendingCall
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
