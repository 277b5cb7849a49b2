import type { Envelope, ReplyTo } from '../mailbox/envelope.ts'
import type { ActorCell } from './actor/actor-cell.ts'
import { Ask, NOT_STARTED } from './actor/ask.ts'
import { AskCancelledError } from './errors.ts'

/**
 * Represents the asker of several replicas: the first reply settles it, an error only once no reply can come. If only the first
 * reply counts (`race`), it also ends the work of the others.
 */
export class Gather implements ReplyTo {
  settled = false
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

  get startedAt(): number {
    return this.#replyTo.startedAt
  }

  /** The asker's message has begun once the first replica has begun its copy. */
  set startedAt(now: number) {
    if (this.#replyTo.startedAt === NOT_STARTED) this.#replyTo.startedAt = now
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

/**
 * Sends each replica its own copy. False, and nothing is sent, if the sender must wait or give up: there is no room anywhere, or,
 * where senders wait for room, not everywhere. A replica that refuses its copy must not hide those that took theirs.
 */
export function scatter(
  cells: readonly ActorCell[],
  envelope: Envelope,
  gather: Gather | undefined,
): boolean {
  if (cells.some((cell) => cell.backpressure && cell.box().full(0))) return false
  const refused: { cell: ActorCell; copy: Envelope; error: unknown; thrown: boolean }[] = []
  for (const cell of cells) {
    const copy = envelope.copy(gather)
    gather?.copies.push({ cell, copy })
    try {
      if (!cell.trySend(copy)) refused.push({ cell, copy, error: cell.full(copy), thrown: false })
    } catch (error) {
      refused.push({ cell, copy, error, thrown: true })
    }
  }
  if (refused.length === cells.length) {
    const last = refused.findLast(({ thrown }) => thrown)
    if (last !== undefined) throw last.error
    return false
  }
  for (const { cell, copy, error } of refused) {
    // The asker hears of it; of a tell's copy nobody would.
    if (gather === undefined) cell.refuse(copy, error)
    else gather.reject(error)
  }
  return true
}

/** Waits at every replica for room for its copy. An offer is accepted once each replica has taken or refused its own. */
export function scatterLater(
  cells: readonly ActorCell[],
  envelope: Envelope,
  gather: Gather | undefined,
  admitted: () => void,
  refused: (error: unknown) => void,
): void {
  const { replyTo } = envelope
  let left = cells.length
  let taken = 0
  const done = (error: unknown): void => {
    left -= 1
    if (left > 0) return
    if (taken > 0) admitted()
    else refused(error)
  }
  for (const cell of cells) {
    const copy = envelope.copy(gather ?? replyTo)
    gather?.copies.push({ cell, copy })
    const enter = (): void => {
      taken += 1
      if (gather === undefined) copy.replyTo = undefined
      done(undefined)
    }
    const leave = (error: unknown): void => {
      gather?.reject(error)
      done(error)
    }
    cell.wait(copy, enter, leave)
  }
}

/** Whether the sender of this message waits for a reply, and not only for room. */
export function isAsked({ replyTo }: Envelope): boolean {
  return replyTo instanceof Ask || replyTo instanceof Gather
}
