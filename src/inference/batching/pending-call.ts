import type { InferenceCall } from '../../ports/inference.ts'
import { InferenceError } from '../errors.ts'
import type { ModelFolder } from '../repository/model-repository.ts'
import type { RowCall, RowGroup } from './row-queue.ts'

/** Rows of one model and task may share a batch. */
export interface TaskGroup extends RowGroup {
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  readonly model: ModelFolder
}

export interface RowAccount {
  readonly batchSize: number
  readonly queueMs: number
  readonly computeMs: number
  readonly worker: number
}

/** One caller's `run`: settles once, with all results or with the first error. */
export class PendingCall implements RowCall {
  settled = false
  readonly startedAt: number
  readonly #group: TaskGroup
  readonly #results: unknown[]
  readonly #call: InferenceCall
  readonly #settle: (error: unknown, results: unknown[]) => void
  #left: number
  #signal: AbortSignal | undefined
  #account: RowAccount = { batchSize: 0, queueMs: 0, computeMs: 0, worker: 0 }

  constructor(
    group: TaskGroup,
    rows: number,
    call: InferenceCall,
    startedAt: number,
    settle: (error: unknown, results: unknown[]) => void,
  ) {
    this.#group = group
    this.#results = new Array<unknown>(rows)
    this.#call = call
    this.startedAt = startedAt
    this.#left = rows
    this.#settle = settle
  }

  /** Follows the caller's signal until the call settles. */
  watch(signal: AbortSignal | undefined): void {
    this.#signal = signal
    if (signal?.aborted) this.#onAbort()
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  deliver(index: number, result: unknown, account: RowAccount): void {
    if (this.settled) return
    this.#results[index] = result
    // A call of many rows is as slow as its slowest batch, and its largest batch says how it was grouped.
    this.#account = {
      batchSize: Math.max(this.#account.batchSize, account.batchSize),
      queueMs: Math.max(this.#account.queueMs, account.queueMs),
      computeMs: this.#account.computeMs + account.computeMs / account.batchSize,
      worker: account.worker,
    }
    this.#left -= 1
    if (this.#left === 0) this.#end(undefined)
  }

  fail(error: unknown): void {
    if (!this.settled) this.#end(error)
  }

  readonly #onAbort = (): void => {
    const error = new InferenceError('cancelled', 'the rows were cancelled', {
      path: 'signal',
      remedy: 'Nothing is to be done: the caller has settled',
      cause: this.#signal?.reason,
    })
    this.fail(error)
  }

  #end(error: unknown): void {
    this.settled = true
    this.#signal?.removeEventListener('abort', this.#onAbort)
    if (error === undefined) {
      const { card } = this.#group.model
      this.#call.account?.({
        model: card.name,
        version: card.version,
        rows: this.#results.length,
        ...this.#account,
      })
    }
    this.#settle(error, this.#results)
  }
}
