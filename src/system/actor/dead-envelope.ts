import { chainText, type ErrorLink, errorChain } from '../../kernel/errors.ts'
import { Envelope } from '../../mailbox/envelope.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { Runtime } from '../dispatch/runtime.ts'
import { HandlerFailedError, MessageLostError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'

/** Ends an envelope as a dead letter: ledger, store, event, and whoever waits for its reply. */
export function loseEnvelope(
  cell: ActorCell,
  envelope: Envelope,
  reason: DeadLetterReason,
  error: unknown,
): void {
  const { runtime } = cell
  const { extra } = envelope
  extra?.ticket?.ended(envelope)
  const errors = [...errorChain(error), ...(extra?.errors ?? [])]
  runtime.ledger.lose(reason)
  runtime.deadLetters.add(
    {
      at: runtime.kernel.clock.now(),
      recipient: cell.path,
      type: envelope.type,
      body: envelope.body,
      correlation: extra?.id ?? 0,
      attempt: extra?.attempt ?? 1,
      replays: extra?.replays ?? 0,
      reason,
      errors,
    },
    (letter) => resend(cell, envelope, letter.replays + 1),
  )
  if (runtime.events.active) {
    const at = runtime.kernel.clock.monotonic()
    const { type } = envelope
    runtime.events.emit({ type: 'dead-letter', at, path: cell.path, message: type, reason, errors })
  }
  if (envelope.replyTo === undefined)
    tellLoss(runtime, { path: cell.path, message: envelope.type, reason, errors })
  envelope.replyTo?.reject(replyFor(cell, envelope, reason, error))
}

/** A loss that no caller hears of. */
interface UnheardLoss {
  readonly path: string
  readonly message: string
  readonly reason: DeadLetterReason
  readonly errors: readonly ErrorLink[]
}

/** Losses that somebody has asked for, or that a simulation has made, are no news. */
const NO_NEWS: readonly DeadLetterReason[] = ['cancelled', 'late', 'stopped', 'lost-by-fault']

/** What nobody waits for is told in a line, or its loss would go unseen. */
export function tellLoss(runtime: Pick<Runtime, 'log'>, loss: UnheardLoss): void {
  if (runtime.log === undefined || NO_NEWS.includes(loss.reason)) return
  const { message, reason, errors } = loss
  runtime.log.write('warn', loss, `'${message}' is a dead letter (${reason}): ${chainText(errors)}`)
}

/** What an asker hears: an error that speaks of its message as it is, any other wrapped. */
function replyFor(cell: ActorCell, envelope: Envelope, reason: DeadLetterReason, error: unknown): unknown {
  if (error instanceof HandlerFailedError || reason === 'stopped' || reason === 'unhandled') return error
  return new MessageLostError(cell.path, envelope.type, reason, error)
}

function resend(cell: ActorCell, envelope: Envelope, replays: number): void {
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
  if (!cell.trySend(again)) throw cell.full(again)
}
