import { errorChain } from '../../kernel/errors.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import { nextAttempt } from '../../supervision/attempts.ts'
import { recordRetry } from '../dispatch/attempt-record.ts'
import { HandlerFailedError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'
import { endedBadly } from './context-ends.ts'
import { childFailed } from './supervisor.ts'

/** The key of messages without a sender and without an order key. */
const OUTSIDE = 'outside'

/** Messages with the same key are handled in order: by default all of one sender. */
function orderKeyOf(envelope: Envelope): unknown {
  return envelope.extra?.orderKey ?? envelope.sender ?? OUTSIDE
}

/** A handler has failed: its message gets another attempt or is lost, and the parent decides about the actor. */
export function failed(cell: ActorCell, envelope: Envelope, context: ActorContext, error: unknown): void {
  // A message that it had answered has ended well; only the actor has failed.
  const answered = context['~rare']?.touched === true && endedBadly(context, envelope, error)
  const row = cell.extra?.lastFailed !== envelope
  cell.extras().lastFailed = envelope
  if (row) cell.failures += 1
  if (!answered) failAttempt(cell, envelope, error)
  childFailed(cell, 'message', error)
}

/** Counts the attempt as failed; then another one follows, or a dead letter. */
export function failAttempt(cell: ActorCell, envelope: Envelope, error: unknown): void {
  const { attempts, backoffMs } = cell.definition
  const attempt = envelope.extra?.attempt ?? 1
  const { clock, random } = cell.runtime.kernel
  const deadline = envelope.deadline === 0 ? Number.POSITIVE_INFINITY : envelope.deadline
  const next = cell.open
    ? nextAttempt(attempt, attempts, backoffMs, clock.monotonic(), deadline, random.stream('backoff'), error)
    : 'failed'
  if (typeof next === 'number') {
    const extra = envelope.more()
    extra.errors = [...extra.errors, ...errorChain(error)]
    extra.attempt += 1
    retry(cell, envelope, attempt, next, error)
  } else {
    // No budget bounds the retries of actors.
    const reason = next === 'no-budget' ? 'failed' : next
    cell.lose(envelope, reason, new HandlerFailedError(cell.path, envelope.type, attempt, error))
  }
}

/** Later messages of the same order key wait behind it. */
function retry(cell: ActorCell, envelope: Envelope, attempt: number, delayMs: number, error: unknown): void {
  const { runtime } = cell
  recordRetry(runtime, runtime.ledger, () => {
    return { path: cell.path, message: envelope.type, attempt, delayMs, errors: errorChain(error) }
  })
  if (delayMs === 0) {
    cell.putBack(envelope)
    return
  }
  const extra = cell.extras()
  const key = cell.definition.skipAhead ? envelope : orderKeyOf(envelope)
  extra.retrying ??= new Map()
  const timer = runtime.wheel.after(delayMs, (late: unknown) => rested(cell, late), key)
  extra.retrying.set(key, { parked: [envelope], timer })
  // It keeps its place: a message between two attempts takes room like a waiting one.
  cell.box().held += 1
}

function rested(cell: ActorCell, key: unknown): void {
  const { extra, mailbox } = cell
  const rested = extra?.retrying?.get(key)
  if (rested === undefined) return
  extra?.retrying?.delete(key)
  if (mailbox !== undefined) mailbox.held -= rested.parked.length
  for (const envelope of rested.parked.reverse()) cell.putBack(envelope)
  cell.settle()
}

/** Sets a message aside behind one of its key that is between two attempts. False if there is none. */
export function parkBehind(cell: ActorCell, envelope: Envelope): boolean {
  const retrying = cell.extra?.retrying
  if (retrying === undefined || retrying.size === 0 || cell.definition.skipAhead) return false
  const before = retrying.get(orderKeyOf(envelope))
  if (before === undefined) return false
  before.parked.push(envelope)
  cell.box().held += 1
  return true
}
