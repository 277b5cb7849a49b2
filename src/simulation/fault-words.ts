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
