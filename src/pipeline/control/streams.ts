import { GanglionError, InvalidArgumentError, say, text } from '../../kernel/errors.ts'
import type { Hop } from '../../message/header.ts'
import type { RunEvent } from '../run/run.ts'
import type { Trace } from './running-pipeline.ts'

/** The events of a stream, in the order in which they happen. The last is the value; a failed run throws instead. */
export type StreamEvent<O> =
  | { readonly type: 'started'; readonly id: number }
  | {
      readonly type: 'partial'
      readonly processor: string
      /** A second attempt of a step emits its partial results again. */
      readonly attempt: number
      readonly value: unknown
    }
  | { readonly type: 'hop'; readonly hop: Hop }
  | { readonly type: 'value'; readonly value: O; readonly trace: Trace<O> }

/** A step emits faster than its consumer reads, and does not wait. Code `stream-overrun`. */
export class StreamOverrunError extends GanglionError {
  constructor(buffer: number) {
    super(
      'stream-overrun',
      say`${buffer} partial results wait for the consumer, and as many emits for room`,
      {
        path: 'stream.buffer',
        value: buffer,
        remedy: 'Use `await ctx.emit(x)`, which waits for the consumer, or give the stream a larger buffer',
      },
    )
  }
}

const BUFFER_DEFAULT = 16

/** @throws InvalidArgumentError (`invalid-argument`) */
export function bufferOf(buffer: number = BUFFER_DEFAULT): number {
  if (Number.isSafeInteger(buffer) && buffer >= 1) return buffer
  throw new InvalidArgumentError(`stream.buffer is ${text(buffer)}`, {
    path: 'stream.buffer',
    value: buffer,
    remedy: 'Pass the number of partial results that may wait for the consumer: 1, 2, 3 …',
  })
}

interface Waiting {
  readonly event: RunEvent
  readonly room: () => void
}

/** Starts the run that a stream shows. */
export type Launch<O> = (
  onEvent: (event: RunEvent) => Promise<void> | undefined,
  onStart: (id: number) => void,
  signal: AbortSignal,
) => Promise<Trace<O>>

/**
 * One run as a sequence of events. It begins with the first `next`; leaving the loop cancels the run.
 *
 *   ctx.emit ─▶ [ buffer: at most `buffer` partials, and the hops ] ─▶ consumer
 *      └ full: the emit waits here, at most `buffer` of them; one more throws
 */
export class RunStream<O> implements AsyncIterableIterator<StreamEvent<O>> {
  readonly #launch: Launch<O>
  readonly #buffer: number
  readonly #abort = new AbortController()
  readonly #queue: StreamEvent<O>[] = []
  readonly #waiting: Waiting[] = []
  #partials = 0
  #begun = false
  #ended = false
  #failure: { readonly error: unknown } | undefined
  /** Calls of `next` waiting for an event. */
  readonly #pulls: {
    readonly resolve: (result: IteratorResult<StreamEvent<O>, undefined>) => void
    readonly reject: (error: unknown) => void
  }[] = []

  constructor(launch: Launch<O>, buffer: number) {
    this.#launch = launch
    this.#buffer = buffer
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<StreamEvent<O>, undefined>> {
    if (!this.#begun) this.#begin()
    return new Promise((resolve, reject) => {
      this.#pulls.push({ resolve, reject })
      this.#deliver()
    })
  }

  /** Called by `break` in a `for await`: the run is cancelled, and nothing of it continues. */
  return(): Promise<IteratorResult<StreamEvent<O>, undefined>> {
    this.#begun = true
    this.#abort.abort(new Error('the consumer has left the stream'))
    this.#end()
    this.#queue.length = 0
    this.#failure = undefined
    this.#deliver()
    return Promise.resolve({ done: true, value: undefined })
  }

  #begin(): void {
    this.#begun = true
    this.#launch(
      (event) => this.#event(event),
      (id) => this.#push({ type: 'started', id }),
      this.#abort.signal,
    ).then(
      (trace) => {
        if (this.#ended) return
        this.#flush()
        this.#push({ type: 'value', value: trace.value, trace })
        this.#end()
        this.#deliver()
      },
      (error: unknown) => {
        if (this.#ended) return
        this.#flush()
        this.#failure = { error }
        this.#end()
        this.#deliver()
      },
    )
  }

  #event(event: RunEvent): Promise<void> | undefined {
    if (this.#ended) return undefined
    if (event.type === 'hop') {
      // Hops keep their place behind waiting partial results.
      if (this.#waiting.length === 0) this.#push(event)
      else this.#waiting.push({ event, room: () => {} })
      return undefined
    }
    if (this.#partials < this.#buffer && this.#waiting.length === 0) {
      this.#partials += 1
      this.#push(event)
      return undefined
    }
    if (
      this.#waiting.reduce((count, one) => count + (one.event.type === 'partial' ? 1 : 0), 0) >= this.#buffer
    )
      throw new StreamOverrunError(this.#buffer)
    return new Promise((room) => {
      this.#waiting.push({ event, room })
    })
  }

  #push(event: StreamEvent<O>): void {
    this.#queue.push(event)
    this.#deliver()
  }

  #deliver(): void {
    while (this.#pulls.length > 0) {
      const event = this.#queue.shift()
      if (event === undefined) {
        if (!this.#ended) return
        const pull = this.#pulls.shift()
        const failure = this.#failure
        this.#failure = undefined
        if (failure === undefined) pull?.resolve({ done: true, value: undefined })
        else pull?.reject(failure.error)
        continue
      }
      if (event.type === 'partial') this.#partials -= 1
      this.#pulls.shift()?.resolve({ done: false, value: event })
      this.#admit()
    }
  }

  /** There is room for the waiting emits, in their order. */
  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.event.type === 'partial') {
        if (this.#partials >= this.#buffer) return
        this.#partials += 1
      }
      this.#waiting.shift()
      this.#queue.push(next.event)
      next.room()
    }
  }

  /** The run is over: waiting emits need no more room. */
  #flush(): void {
    for (const { event, room } of this.#waiting.splice(0)) {
      this.#queue.push(event)
      room()
    }
  }

  #end(): void {
    this.#ended = true
    for (const { room } of this.#waiting.splice(0)) room()
  }
}
