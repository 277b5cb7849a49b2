import type { Timers } from '../../kernel/kernel.ts'

/** Waits until nothing is in flight. Of several who wait, whoever has the least time ends the waiting for all. */
export class Drain {
  readonly #timers: Timers
  #waiting: (() => void)[] | undefined

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** Resolves at `end`, or after so many milliseconds, or as many of another call. */
  async within(ms: number): Promise<void> {
    if (ms === 0) {
      this.end()
      return
    }
    await new Promise<void>((resolve) => {
      const timer = this.#timers.after(ms, () => this.end(), undefined, true)
      this.#waiting ??= []
      this.#waiting.push(() => {
        timer.cancel()
        resolve()
      })
    })
  }

  end(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting !== undefined) for (const over of waiting) over()
  }
}
