import type { Handler } from '../../behavior/handler-table.ts'
import { isThenable, promiseOf } from '../../kernel/thenable.ts'
import type { Envelope, RareEnvelopeFields } from '../../mailbox/envelope.ts'
import type { Mailbox } from '../../mailbox/mailbox.ts'
import { ExpiredError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'
import { admitWaiters } from './admission.ts'
import { ended } from './answer.ts'
import { failed, parkBehind } from './attempts.ts'
import { loseUnhandled } from './dead-envelope.ts'
import { follow } from './handling.ts'
import { roundTrip } from './message-view.ts'
import { hasSignals } from './system-lane.ts'
import { loseUnwanted } from './unwanted.ts'

type AnyHandler = (context: unknown, body: unknown) => unknown

/** Takes one message out of the mailbox: it is handled now, waits behind another of its key, or has ended. */
export function take(cell: ActorCell, envelope: Envelope, mailbox: Mailbox<Envelope>): void {
  if (envelope.extra !== undefined && !isDue(envelope, envelope.extra, mailbox)) return
  if ((envelope.replyTo !== undefined || envelope.deadline !== 0) && !isWanted(cell, envelope)) return
  if (cell.extra !== undefined && parkBehind(cell, envelope)) return
  deliver(cell, envelope)
}

/** Whether there is more to do now, once waiting senders are in. */
export function hasMore(cell: ActorCell, mailbox: Mailbox<Envelope> | undefined): boolean {
  const { extra } = cell
  if (extra !== undefined && mailbox !== undefined) admitWaiters(cell, extra, mailbox)
  if (cell.able && mailbox !== undefined && mailbox.size > 0) return true
  return extra !== undefined && hasSignals(cell, extra)
}

/** It leaves the mailbox. False if it is of a timer that no longer holds. */
function isDue(envelope: Envelope, extra: RareEnvelopeFields, mailbox: Mailbox<Envelope>): boolean {
  if (extra.bytes > 0) mailbox.released(extra.bytes)
  return extra.ticket?.taken(envelope) !== false
}

/** Whether its asker still waits and its deadline has not passed. Otherwise it ends here. */
function isWanted(cell: ActorCell, envelope: Envelope): boolean {
  const { now } = cell.runtime.dispatcher
  const { replyTo } = envelope
  if (replyTo !== undefined) {
    if (replyTo.settled) {
      loseUnwanted(cell, envelope)
      return false
    }
    replyTo.startedAt = now
  }
  if (envelope.deadline === 0 || envelope.deadline > now) return true
  cell.lose(envelope, 'expired', new ExpiredError(cell.path, now - envelope.deadline))
  return false
}

/** With copies, every attempt sees the body as it was sent, whatever an earlier one has changed in its own. */
function bodyOf(cell: ActorCell, envelope: Envelope): unknown {
  const { codec } = cell.runtime
  return codec === undefined || cell.definition.attempts === 1
    ? envelope.body
    : roundTrip(codec, cell, envelope)
}

/**
 * Runs the handler for one message. The engine inlines the path of a message only while its functions are small, so what few
 * messages need stands in functions of its own.
 */
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
    result =
      envelope.context === undefined && envelope.extra === undefined
        ? handler(context as never, envelope.body as never)
        : handleIn(cell, envelope, handler, context)
    // A thenable is awaited, also one that can be called; an ordinary reply is not inspected further.
    followed = (typeof result === 'object' || typeof result === 'function') && isThenable(result)
  } catch (error) {
    broken(cell, envelope, context, error)
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

/** Calls the handler in its sender's context. */
function handleIn(cell: ActorCell, envelope: Envelope, handler: Handler, context: ActorContext): unknown {
  const body = envelope.extra === undefined ? envelope.body : bodyOf(cell, envelope)
  return envelope.context === undefined
    ? handler(context as never, body as never)
    : envelope.context.runInAsyncScope(handler as AnyHandler, undefined, context, body)
}

function broken(cell: ActorCell, envelope: Envelope, context: ActorContext, error: unknown): void {
  cell.handling = false
  failed(cell, envelope, context, error)
  cell.settle()
}
