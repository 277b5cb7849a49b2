import type { Kernel } from './kernel.ts'

/** After this long others get their turn, milliseconds. */
const PIECE_MS = 3

/**
 * Parts long work on the main thread into pieces of a few milliseconds, so that it holds up nobody:
 *
 *     for (const one of many) {
 *       if (pauses.due) await pauses.take()
 *       …
 *     }
 */
export class Pauses {
  readonly #kernel: Pick<Kernel, 'clock' | 'turns'>
  #since: number

  constructor(kernel: Pick<Kernel, 'clock' | 'turns'>) {
    this.#kernel = kernel
    this.#since = kernel.clock.monotonic()
  }

  /** Whether a piece has taken its time. */
  get due(): boolean {
    return this.#kernel.clock.monotonic() - this.#since >= PIECE_MS
  }

  /** Resolves in a later turn of the event loop; the next piece begins then. */
  async take(): Promise<void> {
    await new Promise<void>((resolve) => this.#kernel.turns.later(resolve))
    this.#since = this.#kernel.clock.monotonic()
  }
}
