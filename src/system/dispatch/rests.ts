import type { Turns } from '../../kernel/kernel.ts'
import { Ring } from '../../mailbox/ring.ts'

/**
 * Long computations that give way (`ctx.turn()`). One of them continues in each turn of the event loop, first come, first served: however
 * many there are, timers and sockets wait for one piece of one of them. It counts in the turn of the messages, which has one millisecond
 * for both.
 */
export class Rests {
  readonly #turns: Turns
  readonly #mayContinue: () => boolean
  readonly #waiting = new Ring<() => void>()
  #scheduled = false

  /** @param mayContinue asked once in a turn: false if the turn is used up. */
  constructor(turns: Turns, mayContinue: () => boolean) {
    this.#turns = turns
    this.#mayContinue = mayContinue
  }

  /** Calls `go` in a later turn. */
  add(go: () => void): void {
    this.#waiting.push(go)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.size === 0) return
    this.#scheduled = true
    this.#turns.later(this.#next)
  }

  readonly #next = (): void => {
    this.#scheduled = false
    const go = this.#mayContinue() ? this.#waiting.shift() : undefined
    // Requested within a turn, the next one comes in a later turn.
    this.#schedule()
    go?.()
  }
}
