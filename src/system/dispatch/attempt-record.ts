import { chainText, type ErrorLink, text } from '../../kernel/errors.ts'
import type { DeadLetterReason } from '../../ports/events.ts'
import type { DeadLetter, Resend } from './dead-letters.ts'
import type { Ledger } from './ledger.ts'
import type { Runtime } from './runtime.ts'

/** A failed attempt that will be followed by another. */
interface Retry {
  readonly path: string
  readonly message: string
  readonly attempt: number
  readonly delayMs: number
  readonly errors: readonly ErrorLink[]
}

/** Counts another attempt and notifies listeners; `retry` is only read if there is a listener. */
export function recordRetry(
  { events, kernel }: Pick<Runtime, 'events' | 'kernel'>,
  ledger: Ledger,
  retry: () => Retry,
): void {
  ledger.retry()
  if (events.active) events.emit({ type: 'retry', at: kernel.clock.monotonic(), ...retry() })
}

/** A message that has ended as a dead letter. */
type Loss = Omit<DeadLetter, 'id' | 'at'>

/**
 * Ends a message as a dead letter: ledger, store, log line, event. If a caller gets the error, no line is written. `resend`
 * delivers the message once more, if that is possible.
 */
export function recordLoss(
  { events, kernel, deadLetters, log }: Pick<Runtime, 'events' | 'kernel' | 'deadLetters' | 'log'>,
  ledger: Ledger,
  loss: Loss,
  heard: boolean,
  resend: Resend | undefined,
): void {
  const { recipient: path, type: message, reason, errors } = loss
  ledger.lose(reason)
  deadLetters.add({ at: kernel.clock.now(), ...loss }, resend)
  if (!heard && log !== undefined && !NO_NEWS.includes(reason)) {
    const line = `'${text(message)}' is a dead letter (${reason}): ${chainText(errors)}`
    const fields = { path, message, reason, errors }
    log.write('warn', fields, line)
  }
  if (events.active)
    events.emit({ type: 'dead-letter', at: kernel.clock.monotonic(), path, message, reason, errors })
}

/** Requested losses, and those made by a simulation, are not logged. */
const NO_NEWS: readonly DeadLetterReason[] = ['cancelled', 'late', 'stopped', 'lost-by-fault']
