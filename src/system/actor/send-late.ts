import type { TellOptions } from '../../behavior/ref.ts'
import { milliseconds } from '../../kernel/durations.ts'
import type { Timer } from '../../kernel/kernel.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import { checkCall, label } from '../dispatch/call-options.ts'
import type { Recipient } from '../dispatch/runtime.ts'
import { address } from './ask.ts'

/** There is no sender to throw at: an undeliverable message becomes a dead letter. */
export function sendLate(recipient: Recipient, envelope: Envelope, options: TellOptions | undefined): void {
  try {
    if (options !== undefined) address(recipient.runtime, envelope, options)
    if (!recipient.trySend(envelope)) throw recipient.full(envelope)
  } catch (error) {
    recipient.refuse(envelope, error)
  }
}

/** After `delayMs` milliseconds. @throws InvalidArgumentError (`invalid-argument`) for options that can't be: at once. */
export function sendAfter(
  delayMs: number,
  recipient: Recipient,
  envelope: Envelope,
  options: TellOptions | undefined,
): Timer {
  if (options !== undefined) {
    checkCall(options)
    if (options.timeout !== undefined) milliseconds(options.timeout, 'timeout')
    label(envelope, options)
  }
  return recipient.runtime.wheel.after(delayMs, sendNow, new LateMessage(recipient, envelope, options))
}

/** A message that is sent at a later time. */
export class LateMessage {
  readonly recipient: Recipient
  readonly envelope: Envelope
  readonly options: TellOptions | undefined

  constructor(recipient: Recipient, envelope: Envelope, options: TellOptions | undefined) {
    this.recipient = recipient
    this.envelope = envelope
    this.options = options
  }
}

function sendNow({ recipient, envelope, options }: LateMessage): void {
  sendLate(recipient, envelope, options)
}
