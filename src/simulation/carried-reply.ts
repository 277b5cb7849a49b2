import type { ReplyTo } from '../mailbox/envelope.ts'

/** A reply on its way back. The recipient has answered, even if the answer gets lost. */
export class CarriedReply implements ReplyTo {
  readonly #asker: ReplyTo
  readonly #carry: (value: unknown, settle: () => void) => boolean
  #answered = false

  /** `carry` says whether the network takes the reply: it then settles the ask later, or never. */
  constructor(asker: ReplyTo, carry: (value: unknown, settle: () => void) => boolean) {
    this.#asker = asker
    this.#carry = carry
  }

  get settled(): boolean {
    return this.#answered || this.#asker.settled
  }

  get startedAt(): number {
    return this.#asker.startedAt
  }

  set startedAt(at: number) {
    this.#asker.startedAt = at
  }

  get chain(): ReplyTo['chain'] {
    return this.#asker.chain
  }

  resolve(value: unknown): boolean {
    if (this.settled) return false
    this.#answered = true
    const late = this.#carry(value, () => this.#asker.resolve(value))
    return late || this.#asker.resolve(value)
  }

  reject(error: unknown): boolean {
    return this.#asker.reject(error)
  }
}
