import type { ErrorLink } from '../kernel/errors.ts'
import type { DeadLetterReason } from '../ports/events.ts'

/** An envelope that could not be delivered or processed. `at` is wall time, milliseconds since the epoch. */
export interface DeadLetter {
  readonly at: number
  readonly recipient: string
  readonly type: string
  readonly body: unknown
  readonly correlation: number
  readonly attempt: number
  readonly reason: DeadLetterReason
  readonly errors: readonly ErrorLink[]
}

/** The last dead letters, oldest first; beyond the capacity the oldest go, and `dropped` counts them. */
export class DeadLetters {
  readonly #letters: DeadLetter[] = []
  readonly #capacity: number
  #dropped = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  add(letter: DeadLetter): void {
    this.#letters.push(letter)
    if (this.#letters.length > this.#capacity) {
      this.#letters.shift()
      this.#dropped += 1
    }
  }

  list(filter: { readonly recipient?: string; readonly reason?: DeadLetterReason } = {}): DeadLetter[] {
    return this.#letters.filter(
      (letter) =>
        (filter.recipient === undefined || letter.recipient === filter.recipient) &&
        (filter.reason === undefined || letter.reason === filter.reason),
    )
  }

  get dropped(): number {
    return this.#dropped
  }
}
