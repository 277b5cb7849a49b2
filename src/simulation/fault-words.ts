import type { DeadLetterReason } from '../ports/events.ts'

/** What the name of a fault says to someone who meets it for the first time. */
const MEANS: Partial<Record<string, string>> = {
  ackLost: 'the work is done, its answer is lost',
  lateAck: 'the answer is on its way for so many ms',
  drop: 'the message is lost',
  duplicate: 'it arrives twice',
  reorder: 'it arrives so many ms late, later ones before it',
  crashReceived: 'the instance dies before it handles the message, its state is gone',
  crashHandled: 'the instance dies after its work and before its answer, its state is gone',
  crashFlushed: 'the instance dies after its answer, its state is gone',
  slow: 'its handler begins so many ms later',
  hang: 'its handler never ends',
  transportAckLost: 'the broker has not heard the ack, and will deliver again',
  redeliver: 'the broker delivers it once more, so many ms later',
  lostFrame: 'it is lost on the way; the broker delivers it later',
  storeCrash: 'what was not flushed is gone',
}

/** What the fault of this event means, by the first word of its text; empty where the name says it. */
export function meaningOf(what: string): string {
  const means = MEANS[/^\w+/.exec(what)?.[0] ?? '']
  return means === undefined ? '' : `: ${means}`
}

/** The kind with its amount, if it has one. */
export function named({ kind, value }: { readonly kind: string; readonly value: number }): string {
  return value === 0 ? kind : `${kind} ${value}`
}

/** What the reason of a dead letter means to whoever does not know the runtime. */
const REASONS: Readonly<Record<DeadLetterReason, string>> = {
  failed: 'its last attempt failed',
  expired: 'its deadline came before it began',
  shed: 'there was no room for it',
  cancelled:
    'nobody waits for its answer any more: its asker has left, or the run that it is part of is over',
  stopped: 'its recipient has stopped',
  late: 'its asker had left before the answer came',
  unhandled: 'no handler takes it',
  'lost-by-fault': 'a fault took it',
}

/** `type: reason` of a dead letter, with what that means. */
export function deadLetterWords(what: string): string {
  const reason = what.slice(what.lastIndexOf(': ') + 1).trimStart()
  const words = REASONS[reason as DeadLetterReason]
  return words === undefined ? what : `${what}, ${words}`
}
