import { GanglionError } from '../kernel/errors.ts'

/** The recipient has stopped; `undelivered` hands the message back. Code `actor-stopped`. */
export class ActorStoppedError extends GanglionError {
  readonly undelivered: unknown

  constructor(recipient: string, undelivered: unknown) {
    super('actor-stopped', `'${recipient}' has stopped`, {
      path: recipient,
      remedy: 'Send it elsewhere (the error holds the message), or start the actor again',
    })
    this.undelivered = undelivered
  }
}

/** One attempt took longer than its timeout. Code `attempt-timeout`. */
export class AttemptTimeoutError extends GanglionError {
  constructor(processor: string, timeoutMs: number) {
    super('attempt-timeout', `'${processor}' did not finish an attempt within ${timeoutMs} ms`, {
      path: `${processor}.timeout`,
      value: timeoutMs,
      remedy: 'Raise the timeout, or make the handler faster; it should watch ctx.signal',
    })
  }
}

/** The instance was killed while it ran this attempt. Code `killed`. */
export class KilledError extends GanglionError {
  constructor(processor: string, reason: string) {
    super('killed', `'${processor}' was killed: ${reason}`, {
      path: processor,
      remedy: 'Its supervisor restarts it; the message is tried again while attempts are left',
    })
  }
}

/** The deadline passed before the work was done. Code `expired`. */
export class ExpiredError extends GanglionError {
  constructor(processor: string, lateMs: number) {
    super(
      'expired',
      `the message to '${processor}' expired ${lateMs.toFixed(1)} ms before it could be handled`,
      {
        path: processor,
        remedy: 'Give a longer deadline, or fewer messages at once',
      },
    )
  }
}

/** Whoever wanted the result does not want it any more. Code `cancelled`. */
export class CancelledError extends GanglionError {
  constructor(processor: string) {
    super('cancelled', `the message to '${processor}' was cancelled`, {
      path: processor,
      remedy: 'Nothing is to be done: its caller has settled',
    })
  }
}
