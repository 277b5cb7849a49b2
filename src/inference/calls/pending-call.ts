import { forgetAbort, whenAborted } from '../../kernel/abort-listeners.ts'
import { InvalidArgumentError } from '../../kernel/errors.ts'
import type { Timer } from '../../kernel/kernel.ts'
import type { InferenceCall } from '../../ports/inference.ts'
import type { Row, RowAccount, RowCaller } from '../batching/row.ts'
import type { TaskGroup } from '../batching/task-groups.ts'
import { cancelledError } from '../errors.ts'

/** One caller's `run`. It settles once, with all results or with the first error. */
export class PendingCall implements RowCaller {
  settled = false
  readonly startedAt: number
  readonly group: TaskGroup
  readonly call: InferenceCall
  /** Rows of this call that wait or run. */
  readonly rows: Row[] = []
  readonly #results: unknown[]
  readonly #settle: (error: unknown, results: unknown[]) => void
  #left: number
  #timer: Timer | undefined
  #account: RowAccount | undefined
  #onAbort: (() => void) | undefined

  constructor(
    group: TaskGroup,
    rows: number,
    call: InferenceCall,
    startedAt: number,
    settle: (error: unknown, results: unknown[]) => void,
  ) {
    this.group = group
    this.#results = new Array<unknown>(rows)
    this.call = call
    this.startedAt = startedAt
    this.#left = rows
    this.#settle = settle
  }

  /** Follows the caller's signal and deadline until the call settles. */
  watch(timer: Timer | undefined): void {
    this.#timer = timer
    const { signal } = this.call
    if (signal === undefined) return
    this.#onAbort = () => this.#aborted()
    if (signal.aborted) this.#aborted()
    else whenAborted(signal, this.#onAbort)
  }

  /** Rows without a result so far. */
  get unanswered(): number {
    return this.#left
  }

  /** Whether the caller wants to know the cost of its rows. */
  get accounted(): boolean {
    return this.call.account !== undefined
  }

  deliver(index: number, result: unknown, account: RowAccount | undefined): void {
    if (this.settled) return
    this.#results[index] = result
    if (account !== undefined) this.#account = summed(this.#account, account)
    this.#left -= 1
    if (this.#left === 0) this.#end(undefined)
  }

  fail(error: unknown): void {
    if (!this.settled) this.#end(error)
  }

  #aborted(): void {
    this.fail(cancelledError(this.call.signal?.reason))
  }

  #end(error: unknown): void {
    this.settled = true
    this.#timer?.cancel()
    forgetAbort(this.call.signal, this.#onAbort)
    this.#settle(error === undefined ? this.#accounted() : error, this.#results)
  }

  /** Reports the cost of the rows to the caller. A receiver that throws fails its own call, and no other row of the batch. */
  #accounted(): unknown {
    if (this.#account === undefined) return undefined
    const { card } = this.group.model
    try {
      this.call.account?.({
        model: card.name,
        version: card.version,
        rows: this.#results.length,
        ...this.#account,
      })
      return undefined
    } catch (error) {
      return (
        error ??
        new InvalidArgumentError('account threw nothing', {
          path: 'account',
          value: error,
          remedy: 'Throw an Error from it, or return',
        })
      )
    }
  }
}

/** A call of many rows is as slow as its slowest batch. Its largest batch says how it was grouped; its costs add up. */
function summed(so: RowAccount | undefined, row: RowAccount): RowAccount {
  if (so === undefined) return row
  const { batch } = row.batchSize > so.batchSize ? row : so
  return {
    batchSize: Math.max(so.batchSize, row.batchSize),
    ...(batch === undefined ? {} : { batch }),
    queueMs: Math.max(so.queueMs, row.queueMs),
    batchWaitMs: Math.max(so.batchWaitMs, row.batchWaitMs),
    computeMs: so.computeMs + row.computeMs,
    fill: Math.min(so.fill, row.fill),
    worker: row.worker === 0 ? so.worker : row.worker,
    // A single miss is enough to make the caller wait.
    cache: so.cache === row.cache ? so.cache : 'miss',
  }
}
