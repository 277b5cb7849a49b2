import type { Envelope, ReplyTo } from '../../mailbox/envelope.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'
import { failed } from './attempts.ts'
import { endedWell } from './context-ends.ts'
import { replyFrame } from './message-view.ts'

/** A handler has ended well. What a plain tell needs is all that stands here, so that the engine inlines it (decision 029). */
export function ended(cell: ActorCell, envelope: Envelope, context: ActorContext, value: unknown): void {
  if (cell.failures !== 0) cell.failures = 0
  if (envelope.replyTo === undefined && context['~rare'] === undefined) cell.runtime.ledger.handled()
  else endedRarely(cell, envelope, context, value)
}

function endedRarely(cell: ActorCell, envelope: Envelope, context: ActorContext, value: unknown): void {
  if (context['~rare'] !== undefined && endedWell(context, context['~rare'], envelope, value)) return
  const { replyTo } = envelope
  if (replyTo === undefined) cell.runtime.ledger.handled()
  else if (cell.runtime.codec !== undefined) answerByFrame(cell, envelope, context, value)
  else answer(cell, envelope, replyTo, value)
}

/** Gives the asker its reply; a late reply is a dead letter. */
function answer(cell: ActorCell, envelope: Envelope, replyTo: ReplyTo, value: unknown): void {
  if (replyTo.resolve(value)) cell.runtime.ledger.answered()
  else cell.lose(envelope, cell.extra?.cancelled(envelope) === 'cancelled' ? 'cancelled' : 'late', undefined)
}

/** The reply makes the round trip too; a reply that can't leave the thread fails its handler. */
function answerByFrame(cell: ActorCell, envelope: Envelope, context: ActorContext, value: unknown): void {
  let copy: unknown
  try {
    copy = replyFrame(cell, envelope, value)
  } catch (error) {
    failed(cell, envelope, context, error)
    return
  }
  if (envelope.replyTo !== undefined) answer(cell, envelope, envelope.replyTo, copy)
}
