import { errorChain, isA } from '../../kernel/errors.ts'
import { Envelope } from '../../mailbox/envelope.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import { recordLoss } from '../dispatch/attempt-record.ts'
import { HandlerFailedError, MessageLostError, UnhandledMessageError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'

/**
 * Ends an envelope as a dead letter: updates ledger and store, emits the event, and rejects its caller. `deliver` sends it once more
 * when the dead letter is replayed.
 */
export function loseEnvelope(
  cell: ActorCell,
  envelope: Envelope,
  reason: DeadLetterReason,
  error: unknown,
  deliver: (again: Envelope) => void = (again) => sendAgain(cell, again),
): void {
  const { runtime } = cell
  const { extra } = envelope
  extra?.ticket?.ended(envelope)
  const errors = [...errorChain(error), ...(extra?.errors ?? [])]
  const letter = {
    recipient: cell.path,
    type: envelope.type,
    body: envelope.body,
    correlation: extra?.id ?? 0,
    attempt: extra?.attempt ?? 1,
    replays: extra?.replays ?? 0,
    reason,
    errors,
  }
  recordLoss(runtime, runtime.ledger, letter, envelope.replyTo !== undefined, ({ replays }) =>
    deliver(repeated(envelope, replays + 1)),
  )
  envelope.replyTo?.reject(replyFor(cell, envelope, reason, error))
}

/** The current behavior has no handler for it. */
export function loseUnhandled(cell: ActorCell, envelope: Envelope): void {
  const { path, handlers, definition, extra } = cell
  const behavior = extra?.behavior ?? definition.initial
  const error = new UnhandledMessageError(path, envelope.type, behavior, handlers.types())
  cell.lose(envelope, 'unhandled', error)
}

/** The asker's error: an error about its message as it is, any other wrapped. */
function replyFor(cell: ActorCell, envelope: Envelope, reason: DeadLetterReason, error: unknown): unknown {
  if (isA(error, HandlerFailedError) || reason === 'stopped' || reason === 'unhandled') return error
  return new MessageLostError(cell.path, envelope.type, reason, error)
}

function repeated(envelope: Envelope, replays: number): Envelope {
  const again = new Envelope(
    envelope.type,
    envelope.body,
    envelope.sender as object | undefined,
    undefined,
    0,
  )
  again.context = envelope.context
  const extra = again.more()
  extra.replays = replays
  extra.priority = envelope.extra?.priority ?? 0
  extra.orderKey = envelope.extra?.orderKey
  extra.idempotencyKey = envelope.extra?.idempotencyKey
  extra.trace = envelope.extra?.trace
  return again
}

function sendAgain(cell: ActorCell, again: Envelope): void {
  if (!cell.trySend(again)) throw cell.full(again)
}
