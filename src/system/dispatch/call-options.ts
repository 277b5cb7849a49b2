import type { AskOptions, OfferOptions, TellOptions } from '../../behavior/ref.ts'
import { demand, maybeText } from '../../kernel/demand.ts'
import { type Known, onlyKnown } from '../../kernel/only-options.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import { checkPriority } from '../../mailbox/mailbox.ts'
import { checkTraceParent } from '../../message/trace-parent.ts'

/** Options of a tell. */
export const TELL_OPTIONS: Known = {
  priority: true,
  timeout: true,
  orderKey: true,
  idempotencyKey: true,
  trace: true,
} satisfies { [K in keyof TellOptions]-?: true }

/** Options of an ask or an offer. */
export const ASK_OPTIONS: Known = { ...TELL_OPTIONS, signal: true } satisfies {
  [K in keyof (AskOptions & OfferOptions)]?: true
}

/**
 * Refuses unknown options, and those that can't be read.
 *
 * @throws InvalidArgumentError (`invalid-argument`) naming the option.
 */
export function checkCall(
  options: TellOptions & { readonly signal?: AbortSignal },
  known: Known = TELL_OPTIONS,
): void {
  onlyKnown(options, 'options', known)
  maybeText(options.orderKey, 'orderKey')
  maybeText(options.idempotencyKey, 'idempotencyKey')
  const { signal } = options
  if (signal === undefined) return
  demand(signal, 'signal', 'an AbortSignal', (given) => typeof given.addEventListener === 'function')
}

/** Writes the options other than time on an envelope. @throws InvalidArgumentError (`invalid-argument`) */
export function label(envelope: Envelope, options: TellOptions): void {
  if (options.priority !== undefined && options.priority !== 0) {
    envelope.more().priority = checkPriority(options.priority)
  }
  if (options.orderKey !== undefined) envelope.more().orderKey = options.orderKey
  if (options.idempotencyKey !== undefined) envelope.more().idempotencyKey = options.idempotencyKey
  if (options.trace !== undefined) envelope.more().trace = checkTraceParent(options.trace)
}
