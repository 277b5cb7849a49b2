import type { Envelope, ReplyTo } from '../mailbox/envelope.ts'
import type { ActorCell } from './actor/actor-cell.ts'
import { NOT_STARTED } from './actor/ask.ts'
import { AskCancelledError } from './errors.ts'

/**
 * Represents the asker of several replicas: the first reply settles it, an error only once no reply can come. If only the first
 * reply counts (`race`), it also ends the work of the others.
 */
export class Gather implements ReplyTo {
  settled = false
  startedAt = NOT_STARTED
  readonly copies: { readonly cell: ActorCell; readonly copy: Envelope }[] = []
  readonly #replyTo: ReplyTo
  readonly #race: boolean
  #left: number

  constructor(replyTo: ReplyTo, parts: number, race: boolean) {
    this.#replyTo = replyTo
    this.#left = parts
    this.#race = race
  }

  get chain(): ReplyTo['chain'] {
    return this.#replyTo.chain
  }

  /** Every part that answers has ended well, though only the first reply is used; in a race, later ones have lost. */
  resolve(value: unknown): boolean {
    if (this.settled) return false
    this.#left -= 1
    this.#replyTo.resolve(value)
    if (this.#race) this.cancel(new AskCancelledError(...this.#lost()))
    return true
  }

  reject(error: unknown): boolean {
    this.#left -= 1
    return this.#left === 0 && this.#replyTo.reject(error)
  }

  /** Nobody wants a reply any more: waiting work does not start, and running work gets the signal. */
  cancel(reason: unknown): void {
    this.settled = true
    for (const { cell, copy } of this.copies) cell.cancel(copy, reason)
  }

  #lost(): [path: string, message: string, reason: unknown] {
    const [first] = this.copies
    return [first?.cell.path ?? '', first?.copy.type ?? '', 'another replica answered first']
  }
}
