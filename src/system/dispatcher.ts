import type { Clock, Turns } from '../kernel/kernel.ts'

/** Something with a mailbox that can do some of its work. */
export interface Runnable {
  /** Handles up to `messages`; returns true when it has more to do. */
  drain(messages: number, now: number): boolean
  /** Owned by the dispatcher: true while it stands in the ready queue. */
  ready: boolean
}

/** At most so many messages of one actor before the next gets its turn. */
const MESSAGES_PER_TURN = 64
/** After so long the event loop gets its turn: timers, sockets and signals are never starved. */
const TURN_MS = 1

/** One ready queue: round robin over the actors that have work, in turns of about a millisecond. */
export class Dispatcher {
  readonly #clock: Clock
  readonly #turns: Turns
  #queue: Runnable[] = []
  #scheduled = false

  constructor(clock: Clock, turns: Turns) {
    this.#clock = clock
    this.#turns = turns
  }

  wake(runnable: Runnable): void {
    if (runnable.ready) return
    runnable.ready = true
    this.#queue.push(runnable)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#turns.soon(this.#turn)
  }

  readonly #turn = (): void => {
    const start = this.#clock.monotonic()
    let now = start
    while (this.#queue.length > 0 && now - start < TURN_MS) {
      const round = this.#queue
      this.#queue = []
      for (const runnable of round) {
        runnable.ready = false
        if (runnable.drain(MESSAGES_PER_TURN, now) && !runnable.ready) {
          runnable.ready = true
          this.#queue.push(runnable)
        }
      }
      now = this.#clock.monotonic()
    }
    this.#scheduled = this.#queue.length > 0
    if (this.#scheduled) this.#turns.later(this.#turn)
  }
}
