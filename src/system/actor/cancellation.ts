import { type AsyncContext, abortIn } from '../../kernel/async-context.ts'
import { containedController } from '../../kernel/contained-signal.ts'
import type { Timer } from '../../kernel/kernel.ts'
import type { Runtime } from '../dispatch/runtime.ts'
import { CancelledError, ExpiredError, StaleContextError } from '../errors.ts'
import type { ActorContext } from './actor-context.ts'
import { InnerCalls } from './inner-calls.ts'

/**
 * The signal and the calls of a handler. They end with its message when the asker cancels or times out, the deadline
 * passes, or the instance ends.
 */
export class Cancellation {
  readonly #context: AsyncContext | undefined
  #controller: AbortController | undefined = undefined
  #calls: InnerCalls | undefined = undefined
  #deadline: Timer | undefined = undefined
  /** Why the message was abandoned, for a handler that first reads its signal afterwards. */
  #aborted: { readonly reason: unknown } | undefined = undefined

  /** `context`: of the message. */
  constructor(context: AsyncContext | undefined) {
    this.#context = context
  }

  /** Undefined before the first read. */
  get signal(): AbortSignal | undefined {
    return this.#controller?.signal
  }

  /** Made on use. It is aborted at once if the message was abandoned before. */
  open(): AbortSignal {
    this.#controller ??= containedController()
    if (this.#aborted !== undefined) this.#fire(this.#aborted.reason)
    return this.#controller.signal
  }

  /** `deadline`: monotonic milliseconds, 0 for none. `path`: of the actor. */
  expireAt(deadline: number, { wheel, kernel }: Pick<Runtime, 'wheel' | 'kernel'>, path: string): void {
    if (deadline === 0 || this.#aborted !== undefined) return
    const expired = (): void => this.#fire(new ExpiredError(path, 0))
    this.#deadline = wheel.after(deadline - kernel.clock.monotonic(), expired, undefined)
  }

  /** The calls of the current message. */
  calls(): InnerCalls {
    this.#calls ??= new InnerCalls()
    return this.#calls
  }

  abort(reason: unknown): void {
    this.#aborted ??= { reason }
    this.#fire(reason)
    this.#calls?.abandon(reason)
  }

  #fire(reason: unknown): void {
    if (this.#controller !== undefined) abortIn(this.#context, this.#controller, reason)
  }

  /** The message has ended: stops watching its deadline. */
  over(): void {
    this.#deadline?.cancel()
    this.#deadline = undefined
  }

  /** Ready for the next message; remaining calls continue on their own. */
  clear(): void {
    this.over()
    this.#controller = undefined
    this.#aborted = undefined
    if (this.#calls?.empty === false) this.#calls = undefined
  }
}

/** The signal of a context, read for the first time. */
export function openSignal(
  context: ActorContext,
  cancellation: Cancellation,
  unwanted: boolean,
): AbortSignal {
  const { runtime, path } = context['~cell']
  const signal = cancellation.open()
  if (context.closed) cancellation.abort(new StaleContextError(path))
  else if (unwanted) cancellation.abort(new CancelledError(path))
  else cancellation.expireAt(context.envelope?.deadline ?? 0, runtime, path)
  return signal
}
