import { InferenceError } from '../errors.ts'
import type { BatchResponse, WorkerRequest } from '../wire.ts'

/** One place that runs batches: a worker thread, or a process of its own. */
export interface Executor {
  /** Rejects when the worker died, or with `bad-input` for what can't be cloned to it: all else comes back as data. */
  run(request: WorkerRequest): Promise<BatchResponse>
  /** Makes batches that have been sent and have not begun come back as `stopped`. Never touches one that runs. */
  refuse(): void
  /** By how many bytes a worker's own process has grown since its first answer; a thread's are those of this process. */
  readonly grownBytes?: number
  /** Ends the worker. Only when idle: ending a thread inside a session aborts the whole process. */
  close(): Promise<void>
  /** Ends a worker that hangs, whatever it does. Only a process can be ended so; absent for threads. */
  kill?(): void
}

/** How executors are made: `threads` is what each session may use, `onExit` hears of an end that nobody asked for. */
export type MakeExecutor = (threads: number, onExit: (error: Error) => void) => Promise<Executor>

/** A row never reached its worker: that is the row's fault, and no death. */
export function uncloneable(cause: unknown): InferenceError {
  return new InferenceError('bad-input', 'a row cannot be cloned to the worker', {
    path: 'rows',
    remedy: 'Give plain data: no functions, promises or class instances',
    cause,
  })
}
