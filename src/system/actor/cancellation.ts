import type { Timer } from '../../kernel/kernel.ts'
import type { Runtime } from '../dispatch/runtime.ts'
import { ExpiredError } from '../errors.ts'
import { InnerCalls } from './inner-calls.ts'

/**
 * What ends with a message under way when its asker gives up, its deadline passes, or its instance ends: the signal that its
 * handler looks at, and the calls that its handler waits for.
 */
export class Cancellation {
  #controller: AbortController | undefined = undefined
  #calls: InnerCalls | undefined = undefined
  #deadline: Timer | undefined = undefined
  /** Why the message was given up, for a handler that asks for its signal only then. */
  #aborted: { readonly reason: unknown } | undefined = undefined

  /** Undefined before the first look at it. */
  get signal(): AbortSignal | undefined {
    return this.#controller?.signal
  }

  /** Made on use. It is aborted at once where the message was given up before. */
  open(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason)
    return this.#controller.signal
  }

  /** `deadline`: monotonic milliseconds, Infinity for none. `path`: of the actor. */
  expireAt(deadline: number, { wheel, kernel }: Pick<Runtime, 'wheel' | 'kernel'>, path: string): void {
    if (deadline === Number.POSITIVE_INFINITY || this.#aborted !== undefined) return
    const expired = (): void => this.#controller?.abort(new ExpiredError(path, 0))
    this.#deadline = wheel.after(deadline - kernel.clock.monotonic(), expired, undefined)
  }

  /** The calls of the message under way. */
  calls(): InnerCalls {
    this.#calls ??= new InnerCalls()
    return this.#calls
  }

  abort(reason: unknown): void {
    this.#aborted ??= { reason }
    this.#controller?.abort(reason)
    this.#calls?.abandon(reason)
  }

  /** The message has ended: its deadline is watched no more. */
  over(): void {
    this.#deadline?.cancel()
    this.#deadline = undefined
  }

  /** Ready for the next message; calls that are left go on by themselves. */
  clear(): void {
    this.over()
    this.#controller = undefined
    this.#aborted = undefined
    if (this.#calls?.empty === false) this.#calls = undefined
  }
}
