import type { Timer } from '../../kernel/kernel.ts'
import type { Runtime } from '../dispatch/runtime.ts'
import { ExpiredError } from '../errors.ts'

/** The abort signal of one message: aborted once it is cancelled, its deadline passes, or its instance ends. */
export class MessageSignal {
  readonly #controller = new AbortController()
  #deadline: Timer | undefined = undefined

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** `deadline`: monotonic milliseconds, Infinity for none. `path`: of the actor. */
  expireAt(deadline: number, { wheel, kernel }: Pick<Runtime, 'wheel' | 'kernel'>, path: string): void {
    if (deadline === Number.POSITIVE_INFINITY) return
    const expired = (): void => this.abort(new ExpiredError(path, 0))
    this.#deadline = wheel.after(deadline - kernel.clock.monotonic(), expired, undefined)
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason)
  }

  /** The message has ended: its deadline is watched no more. */
  over(): void {
    this.#deadline?.cancel()
    this.#deadline = undefined
  }
}
