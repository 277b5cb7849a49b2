import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { Mailbox } from '../../mailbox/mailbox.ts'
import { ExpiredError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { ended } from './answer.ts'
import { failed, parkBehind } from './attempts.ts'
import { loseUnhandled } from './dead-envelope.ts'
import { follow } from './handling.ts'
import { roundTrip } from './message-view.ts'
import { loseUnwanted } from './unwanted.ts'

type AnyHandler = (context: unknown, body: unknown) => unknown

/** Takes one message out of the mailbox: it is handled now, waits behind another of its key, or has ended. */
export function take(cell: ActorCell, envelope: Envelope, mailbox: Mailbox<Envelope>): void {
  if (envelope.extra !== undefined && envelope.extra.bytes > 0) mailbox.released(envelope.extra.bytes)
  if (envelope.extra?.ticket?.taken(envelope) === false) return
  const { now } = cell.runtime.dispatcher
  const { replyTo } = envelope
  if (replyTo !== undefined) {
    if (replyTo.settled) {
      loseUnwanted(cell, envelope)
      return
    }
    replyTo.startedAt = now
  }
  if (envelope.deadline !== 0 && envelope.deadline <= now) {
    cell.lose(envelope, 'expired', new ExpiredError(cell.path, now - envelope.deadline))
    return
  }
  if (cell.extra?.retrying !== undefined && parkBehind(cell, envelope)) return
  deliver(cell, envelope)
}

/** With copies, every attempt sees the body as it was sent, whatever an earlier one has changed in its own. */
function bodyOf(cell: ActorCell, envelope: Envelope): unknown {
  const { codec } = cell.runtime
  return codec === undefined || cell.definition.attempts === 1
    ? envelope.body
    : roundTrip(codec, cell, envelope)
}

/** Runs the handler for one message. */
function deliver(cell: ActorCell, envelope: Envelope): void {
  const handler = cell.handlers.get(envelope.type)
  if (handler === undefined) {
    loseUnhandled(cell, envelope)
    return
  }
  const context = cell.contextOf(envelope)
  cell.runtime.dispatcher.cursor.context = context
  cell.handling = true
  let result: unknown
  let followed: boolean
  try {
    const body = envelope.extra === undefined ? envelope.body : bodyOf(cell, envelope)
    result =
      envelope.context === undefined
        ? handler(context as never, body as never)
        : envelope.context.runInAsyncScope(handler as AnyHandler, undefined, context, body)
    // A thenable is awaited, also one that can be called; an ordinary reply is not inspected further.
    followed = (typeof result === 'object' || typeof result === 'function') && isThenable(result)
  } catch (error) {
    cell.handling = false
    failed(cell, envelope, context, error)
    cell.settle()
    return
  }
  cell.handling = false
  if (followed) {
    follow(cell, envelope, context, promiseOf(result as PromiseLike<unknown>))
    return
  }
  ended(cell, envelope, context, result)
  if (cell.lifecycle !== 'running') cell.settle()
}
