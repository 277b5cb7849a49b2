import type { Kernel, Timer } from '../kernel/kernel.ts'
import { type JoinSlab, NONE } from './join-slab.ts'

/** One timer for all joins of a slab. It is set to the earliest head of its lines; ringing early costs only a look. */
export class JoinAlarm {
  readonly #slab: JoinSlab
  readonly #kernel: Pick<Kernel, 'clock' | 'timers'>
  readonly #due: () => void
  #timer: Timer | undefined
  #armedFor = Number.POSITIVE_INFINITY
  #stopped = false

  /** @param due ends the joins that are due. */
  constructor(slab: JoinSlab, kernel: Pick<Kernel, 'clock' | 'timers'>, due: () => void) {
    this.#slab = slab
    this.#kernel = kernel
    this.#due = due
  }

  /** Call it when a line has a new head. */
  arm(): void {
    const slab = this.#slab
    let earliest = Number.POSITIVE_INFINITY
    for (const { head } of [slab.open, slab.grace, slab.tombs]) {
      if (head !== NONE) earliest = Math.min(earliest, slab.due(head))
    }
    if (earliest >= this.#armedFor || this.#stopped) return
    this.#timer?.cancel()
    this.#armedFor = earliest
    const { clock, timers } = this.#kernel
    this.#timer = timers.after(Math.max(0, earliest - clock.monotonic()), this.#wake, undefined)
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  readonly #wake = (): void => {
    this.#armedFor = Number.POSITIVE_INFINITY
    try {
      this.#due()
    } finally {
      // Set it even when a callback throws: the joins behind it must still end.
      this.arm()
    }
  }
}
