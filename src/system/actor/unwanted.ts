import type { Envelope } from '../../mailbox/envelope.ts'
import { CancelledError, ExpiredError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { inWork } from './in-flight.ts'

/** Its asker has cancelled or timed out: waiting work does not start, and running work gets the signal. */
export function cancel(cell: ActorCell, envelope: Envelope, reason: unknown): void {
  const extra = cell.extras()
  extra.cancel(envelope, (reason as { code?: string }).code === 'cancelled' ? 'cancelled' : 'expired')
  inWork(cell, envelope)?.abort(reason)
  extra.forgetWaiter()
}

/** It was still waiting when its asker left. */
export function loseUnwanted(cell: ActorCell, envelope: Envelope): void {
  const why = cell.extra?.cancelled(envelope) ?? 'expired'
  const error = why === 'cancelled' ? new CancelledError(cell.path) : new ExpiredError(cell.path, 0)
  cell.lose(envelope, why, error)
}
