import type { FiredTimer } from '../../behavior/context.ts'
import type { CallChain, Envelope, ReplyTo } from '../../mailbox/envelope.ts'

/** A timer, and when it was due. */
export type SetTimer = Pick<FiredTimer, 'key' | 'dueAt'>

/**
 * A message in the journal, from its acceptance to its end. It stands between the message and whoever asked: nobody hears of an end
 * before it is durable.
 */
export class Letter implements ReplyTo {
  readonly sequence: number
  /** Names the work in every process that does it. */
  readonly key: string
  /** The durable timer that sent it. */
  readonly timer: SetTimer | undefined
  #asker: ReplyTo | undefined
  /** Others that have sent the same idempotency key meanwhile. */
  #others: ReplyTo[] | undefined

  constructor(sequence: number, key: string, asker: ReplyTo | undefined, timer: SetTimer | undefined) {
    this.sequence = sequence
    this.key = key
    this.#asker = asker
    this.timer = timer
  }

  get settled(): boolean {
    return this.#asker?.settled === true && this.#others === undefined
  }

  get asked(): boolean {
    return this.#asker !== undefined
  }

  get startedAt(): number {
    return this.#asker?.startedAt ?? 0
  }

  set startedAt(at: number) {
    if (this.#asker !== undefined) this.#asker.startedAt = at
  }

  get chain(): CallChain | undefined {
    return this.#asker?.chain
  }

  join(asker: ReplyTo): void {
    if (this.#asker === undefined) {
      this.#asker = asker
      return
    }
    this.#others ??= []
    this.#others.push(asker)
  }

  resolve(value: unknown): boolean {
    for (const other of this.#others ?? []) other.resolve(value)
    return this.#asker?.resolve(value) ?? false
  }

  reject(error: unknown): boolean {
    for (const other of this.#others ?? []) other.reject(error)
    return this.#asker?.reject(error) ?? false
  }
}

/** The letter of a message in the journal; undefined for another message. */
export function letterOf({ replyTo }: Envelope): Letter | undefined {
  return replyTo instanceof Letter ? replyTo : undefined
}
