import { setMaxListeners } from 'node:events'
import { forgetAbort, whenAborted } from '../../kernel/abort-listeners.ts'
import { InvalidArgumentError, isA, text } from '../../kernel/errors.ts'
import type { Kernel, Timer } from '../../kernel/kernel.ts'
import { Ring } from '../../mailbox/ring.ts'
import { isBusy, retryAfterOf } from '../../supervision/retry-after.ts'
import { PipelineCancelledError, PipelineStoppedError } from '../errors.ts'
import type { AskAllResult, Inputs, JobOptions } from './ask-all-options.ts'
import { JobSource, type NamedInput } from './job-source.ts'
import { JobWidth } from './job-width.ts'
import type { PipelineAskOptions } from './running-pipeline.ts'

/** One input of a job, from reading to delivery. */
interface Item<T, O> {
  readonly named: NamedInput<T>
  /** Monotonic milliseconds of its first ask. */
  askedAt: number
  result: AskAllResult<T, O> | undefined
}

/** How and where a job asks. */
export interface Asks<T, O> {
  /** Name of the pipeline for errors. */
  readonly name: string
  readonly kernel: Pick<Kernel, 'clock' | 'timers'>
  readonly maxInFlight: number
  /** How many runs the pipeline has in flight at most now. */
  readonly limit: () => number
  readonly ask: (input: T, options: PipelineAskOptions) => Promise<O>
}

/** Waits before asking again for an item that found no room, if the refusal has none: doubled up to the longest. */
const AGAIN_MS = 10
const AGAIN_MS_MOST = 1_000

/**
 * A job: many inputs, each with its own run.
 *
 *   source ─▶ read ─▶ in flight (at most `width`) ─▶ ended ─▶ consumer
 *               ▲         │ no room                    │
 *               │         └──▶ waits, is asked again   │
 *               └── never more than 2 × width between the source and the consumer
 *
 * It begins with the first `next`. Leaving the loop cancels items in flight and closes the source.
 */
export class AskAll<T, O> implements AsyncIterableIterator<AskAllResult<T, O>> {
  readonly #options: JobOptions<T>
  readonly #asks: Asks<T, O>
  readonly #width: JobWidth
  readonly #abort = new AbortController()
  readonly #source: JobSource<T>
  #begun = false
  #reading = false
  /** The job is over: it reads, asks and awaits nothing more. */
  #over = false
  #failure: { readonly error: unknown } | undefined
  #inFlight = 0
  /** Read and not delivered. */
  #open = 0
  /** In order: all open items. Otherwise: those that have ended. */
  readonly #results = new Ring<Item<T, O>>()
  readonly #refused = new Ring<Item<T, O>>()
  #refusals = 0
  #again: Timer | undefined
  /** Calls of `next` waiting for a result. */
  readonly #pulls = new Ring<{
    readonly resolve: (result: IteratorResult<AskAllResult<T, O>, undefined>) => void
    readonly reject: (error: unknown) => void
  }>()

  constructor(inputs: Inputs<T>, options: JobOptions<T>, asks: Asks<T, O>) {
    const { inFlight } = options
    const { maxInFlight, limit } = asks
    // Where no door lets others wait, half of the room is theirs.
    const most = (): number => Math.min(limit(), Math.ceil(maxInFlight / 2))
    this.#source = new JobSource(inputs, options)
    this.#options = options
    this.#asks = asks
    this.#width = new JobWidth(inFlight === undefined ? most : () => Math.min(inFlight, maxInFlight))
    // Every run in flight listens to it.
    setMaxListeners(0, this.#abort.signal)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<AskAllResult<T, O>, undefined>> {
    if (!this.#begun && !this.#over) this.#begin()
    return new Promise((resolve, reject) => {
      this.#pulls.push({ resolve, reject })
      this.#deliver()
    })
  }

  /** What `break` in a `for await` calls. */
  async return(): Promise<IteratorResult<AskAllResult<T, O>, undefined>> {
    const closed = this.#end()
    this.#failure = undefined
    this.#results.removeWhere(() => true)
    this.#deliver()
    await closed
    return { done: true, value: undefined }
  }

  #begin(): void {
    const { signal } = this.#options
    this.#begun = true
    if (signal?.aborted === true) this.#cancelled()
    else whenAborted(signal, this.#cancelled)
    this.#proceed()
  }

  readonly #cancelled = (): void =>
    this.#fail(new PipelineCancelledError(this.#asks.name, this.#options.signal?.reason))

  /** Asks and reads as much as there is room for. */
  #proceed(): void {
    if (this.#over) return
    while (this.#again === undefined && this.#inFlight < this.#width.now) {
      const item = this.#refused.shift()
      if (item === undefined) break
      this.#ask(item)
    }
    if (!this.#reading && this.#hasRoom()) void this.#readOn()
  }

  #hasRoom(): boolean {
    const width = this.#width.now
    return (
      !this.#over &&
      !this.#source.exhausted &&
      this.#refused.size === 0 &&
      this.#inFlight < width &&
      this.#open < 2 * width
    )
  }

  async #readOn(): Promise<void> {
    this.#reading = true
    try {
      while (this.#hasRoom()) {
        const named = await this.#source.next()
        if (this.#over || named === undefined) break
        const item: Item<T, O> = { named, askedAt: Number.NaN, result: undefined }
        this.#open += 1
        if (this.#options.ordered) this.#results.push(item)
        this.#ask(item)
      }
    } catch (error) {
      // Items read before are answered; then the loop throws.
      if (!this.#over) this.#failure = { error }
    }
    this.#reading = false
    this.#deliver()
  }

  #ask(item: Item<T, O>): void {
    const { timeoutMs, ask, id } = this.#options
    const { clock } = this.#asks.kernel
    this.#inFlight += 1
    let timeout = timeoutMs
    if (timeoutMs !== Number.POSITIVE_INFINITY) {
      if (Number.isNaN(item.askedAt)) item.askedAt = clock.monotonic()
      timeout = Math.max(0, item.askedAt + timeoutMs - clock.monotonic())
    }
    const options: PipelineAskOptions = {
      ...ask,
      timeout,
      signal: this.#abort.signal,
      ...(id === undefined ? {} : { idempotencyKey: String(item.named.id) }),
    }
    let answer: Promise<O>
    try {
      answer = this.#asks.ask(item.named.input, options)
    } catch (error) {
      answer = Promise.reject(error)
    }
    answer.then(
      (value) => this.#answered(item, value),
      (error: unknown) => this.#failed(item, error),
    )
  }

  #answered(item: Item<T, O>, value: O): void {
    this.#refusals = 0
    this.#ended(item, { ...item.named, value })
  }

  #failed(item: Item<T, O>, error: unknown): void {
    if (this.#over) return
    if (isA(error, PipelineStoppedError)) {
      this.#fail(error)
      return
    }
    const waitMs = this.#waitFor(item, error)
    if (waitMs === undefined) {
      this.#ended(item, { ...item.named, error: this.#errorOf(error, item.named.input) })
      return
    }
    this.#inFlight -= 1
    this.#refused.push(item)
    this.#width.refused()
    this.#again ??= this.#asks.kernel.timers.after(waitMs, this.#askAgain, undefined, true)
  }

  readonly #askAgain = (): void => {
    this.#again = undefined
    this.#proceed()
  }

  /** Milliseconds until the item is asked again; undefined if its error is its result. */
  #waitFor({ askedAt }: Item<T, O>, error: unknown): number | undefined {
    // No room now, here or at a callee of a step: that says nothing about the item.
    if (!isBusy(error)) return undefined
    const { timeoutMs } = this.#options
    const waitMs = retryAfterOf(error) || Math.min(AGAIN_MS * 2 ** this.#refusals, AGAIN_MS_MOST)
    const { clock } = this.#asks.kernel
    if (timeoutMs !== Number.POSITIVE_INFINITY && clock.monotonic() + waitMs >= askedAt + timeoutMs)
      return undefined
    this.#refusals += 1
    return waitMs
  }

  #ended(item: Item<T, O>, result: AskAllResult<T, O>): void {
    if (this.#over) return
    this.#inFlight -= 1
    this.#width.ended()
    item.result = result
    if (!this.#options.ordered) this.#results.push(item)
    this.#deliver()
  }

  #deliver(): void {
    while (this.#pulls.size > 0) {
      const result = this.#nextResult()
      if (result === undefined) {
        if (!this.#over && !(this.#source.exhausted && !this.#reading && this.#open === 0)) break
        void this.#end()
        const pull = this.#pulls.shift()
        const failure = this.#failure
        this.#failure = undefined
        if (failure === undefined) pull?.resolve({ done: true, value: undefined })
        else pull?.reject(failure.error)
        continue
      }
      this.#open -= 1
      if (result.error !== undefined && this.#options.onError === 'throw') {
        this.#results.removeWhere(() => true)
        this.#fail(result.error)
      } else this.#pulls.shift()?.resolve({ done: false, value: result })
    }
    this.#proceed()
  }

  #nextResult(): AskAllResult<T, O> | undefined {
    const result = this.#results.peek()?.result
    if (result !== undefined) this.#results.shift()
    return result
  }

  /** The loop throws once the results at hand are delivered. Items in flight are cancelled. */
  #fail(error: unknown): void {
    if (this.#over) return
    this.#failure = { error }
    this.#end().catch(() => undefined)
    this.#deliver()
  }

  /** Idempotent. Rejects if the source can't be closed. */
  async #end(): Promise<void> {
    if (this.#over) return
    this.#over = true
    this.#again?.cancel()
    forgetAbort(this.#options.signal, this.#cancelled)
    this.#abort.abort()
    await this.#source.close()
  }

  /** Whatever was thrown, as an error. */
  #errorOf(thrown: unknown, value: unknown): Error {
    if (isA(thrown, Error)) return thrown
    return new InvalidArgumentError(`a check of the input threw ${text(thrown)}`, {
      path: `${this.#asks.name}.input`,
      value,
      remedy: 'Throw errors, or pass an input that the check accepts',
      cause: thrown,
    })
  }
}
