import { InferenceError } from '../errors.ts'
import type { BatchResponse, WorkerRequest } from '../wire.ts'

/**
 * ONNX Runtime reports its use to its maker, and stores an id of the device in the user's cache folder, unless this is in
 * its environment. What the user has set stays.
 */
export const SILENT = { ORT_DISABLE_TELEMETRY: '1' } as const

/** One place that runs batches: a worker thread, or a process of its own. */
export interface Executor {
  /** Rejects when the worker died, or with `bad-input` for rows that can't be cloned. Everything else is returned as data. */
  run(request: WorkerRequest): Promise<BatchResponse>
  /** Makes batches that were sent but have not begun return as `stopped`. Never touches a running batch. */
  refuse(): void
  /** Bytes by which a worker process has grown since its first answer; a thread's bytes belong to this process. */
  readonly grownBytes?: number
  /** Ends the worker. Call it only when idle: ending a thread inside a session aborts the whole process. */
  close(): Promise<void>
  /** Ends a hanging worker, whatever it does. Only a process can be ended like this; absent for threads. */
  kill?(): void
}

/** Makes executors: `threads` is the limit per session, `onExit` is called for an unexpected end. */
export type MakeExecutor = (threads: number, onExit: (error: Error) => void) => Promise<Executor>

/** A row never reached its worker: that is the row's fault, not the worker's death. */
export function uncloneable(cause: unknown): InferenceError {
  return new InferenceError('bad-input', 'a row cannot be cloned to the worker', {
    path: 'rows',
    remedy: 'Use plain data: no functions, promises or class instances',
    cause,
  })
}
