import { GanglionError, say } from '../kernel/errors.ts'

/** The mailbox is full; `undelivered` hands the message back. Code `mailbox-full`. */
export class MailboxFullError extends GanglionError {
  readonly undelivered: unknown
  readonly recipient: string

  constructor(recipient: string, capacity: number, message: unknown) {
    super('mailbox-full', say`the mailbox of '${recipient}' is full: it holds ${capacity} messages`, {
      path: say`${recipient}.mailbox.capacity`,
      value: capacity,
      remedy:
        'Send it again later (the error holds it), raise the capacity, or choose another overflow strategy',
      stack: false,
    })
    this.recipient = recipient
    this.undelivered = message
  }
}
