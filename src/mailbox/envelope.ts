import type { AsyncContext } from '../kernel/async-context.ts'
import type { ErrorLink } from '../kernel/errors.ts'

/** Who asks, and for which message: an ask into this chain while that message is in flight is a cycle. */
export interface CallChain {
  readonly party: object
  readonly envelope: object
  readonly before: CallChain | undefined
}

/** The timer of a message; the timer is checked when the message is taken. */
export interface Ticket {
  readonly key: string
  /** It is in the mailbox, or on its way there. */
  waiting(envelope: Envelope): void
  /** It has its turn. False when the timer no longer holds: the message has ended. */
  taken(envelope: Envelope): boolean
  /** It was lost. */
  ended(envelope: Envelope): void
}

/** Fields that few messages need; made on use, so that the others stay small. */
export class RareEnvelopeFields {
  id = 0
  priority = 0
  bytes = 0
  attempt = 1
  /** How often this message's dead letter has been replayed. */
  replays = 0
  orderKey: string | undefined = undefined
  idempotencyKey: string | undefined = undefined
  trace: string | undefined = undefined
  errors: readonly ErrorLink[] = []
  ticket: Ticket | undefined = undefined
}

/** The caller that waits for the reply of a message. */
export interface ReplyTo {
  readonly settled: boolean
  /** When the handler began, monotonic milliseconds (-1: it has not): lets a timeout say where the time went. */
  startedAt: number
  /** Who waits for this reply, newest first; undefined for a root call. */
  readonly chain: CallChain | undefined
  /** False when it was too late: no caller waits any more. */
  resolve(value: unknown): boolean
  reject(error: unknown): boolean
}

/**
 * One message in memory: flat and always of the same shape, so that the hot path stays monomorphic. `Message` (header,
 * body, trailer) is a view of it, made on use. Its fields are only declared: as class fields they would be set twice.
 */
export class Envelope {
  declare readonly type: string
  declare body: unknown
  declare sender: object | undefined
  declare replyTo: ReplyTo | undefined
  /** Whole monotonic milliseconds; 0: none. */
  declare deadline: number
  /** Its sender's, if contexts are kept: its handler runs in it. */
  declare context: AsyncContext | undefined
  declare extra: RareEnvelopeFields | undefined

  constructor(
    type: string,
    body: unknown,
    sender: object | undefined,
    replyTo: ReplyTo | undefined,
    deadline: number,
  ) {
    this.type = type
    this.body = body
    this.sender = sender
    this.replyTo = replyTo
    this.deadline = deadline
    this.context = undefined
    this.extra = undefined
  }

  /** The rarely used part, made on first use. */
  more(): RareEnvelopeFields {
    this.extra ??= new RareEnvelopeFields()
    return this.extra
  }

  /** It is sent while a message with these fields is handled, so it has the same trace. */
  inherit({ trace }: RareEnvelopeFields): void {
    if (trace !== undefined) this.more().trace = trace
  }

  /** A copy of the message, for another recipient or another time. */
  copy(replyTo: ReplyTo | undefined): Envelope {
    const copy = new Envelope(this.type, this.body, this.sender, replyTo, this.deadline)
    copy.context = this.context
    if (this.extra !== undefined) Object.assign(copy.more(), this.extra)
    return copy
  }
}
