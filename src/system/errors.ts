import {
  decimals,
  GanglionError,
  listed,
  listOf,
  messageOfError,
  partsOf,
  say,
  text,
} from '../kernel/errors.ts'

/** The recipient has stopped; `undelivered` hands the message back. Code `actor-stopped`. */
export class ActorStoppedError extends GanglionError {
  readonly undelivered: unknown

  constructor(recipient: string, undelivered: unknown, cause?: unknown) {
    const why = cause === undefined ? '' : say`: ${messageOfError(cause)}`
    super('actor-stopped', say`'${recipient}' has stopped${why}`, {
      path: recipient,
      value: undelivered,
      remedy: 'Send it elsewhere (the error holds the message), or start the actor again',
      cause,
    })
    this.undelivered = undelivered
  }
}

/** One attempt took longer than its timeout. Code `attempt-timeout`. */
export class AttemptTimeoutError extends GanglionError {
  constructor(processor: string, timeoutMs: number) {
    super('attempt-timeout', say`'${processor}' did not finish an attempt within ${timeoutMs} ms`, {
      path: say`${processor}.timeout`,
      value: timeoutMs,
      remedy: 'Raise the timeout, or make the handler faster; it should watch ctx.signal',
      stack: false,
    })
  }
}

/** The instance was killed while it ran this attempt. Code `killed`. */
export class KilledError extends GanglionError {
  constructor(processor: string, reason: string) {
    super('killed', say`'${processor}' was killed: ${text(reason)}`, {
      path: processor,
      remedy: 'Its supervisor restarts it; the message is retried while attempts are left',
      stack: false,
    })
  }
}

/** The deadline passed before the work was done. Code `expired`. */
export class ExpiredError extends GanglionError {
  constructor(processor: string, lateMs: number) {
    super(
      'expired',
      say`the message to '${processor}' expired ${decimals(lateMs, 1)} ms before it could be handled`,
      {
        path: processor,
        remedy: 'Set a longer deadline, or send fewer messages at once',
        stack: false,
      },
    )
  }
}

/** The result is no longer wanted. Code `cancelled`. */
export class CancelledError extends GanglionError {
  constructor(processor: string) {
    super('cancelled', say`the message to '${processor}' was cancelled`, {
      path: processor,
      remedy: 'Nothing to do: no caller waits for it any more',
      stack: false,
    })
  }
}

/** What an ask knows of its message when it fails. Times in milliseconds. */
export interface AskReport {
  readonly recipient: string
  readonly message: string
  readonly timeoutMs: number
  /** In the mailbox. */
  readonly queueMs: number
  /** In the handler; 0 when it had not begun. */
  readonly runMs: number
}

/** No reply came in time. Code `ask-timeout`; `report` says where the time went. */
export class AskTimeoutError extends GanglionError {
  readonly report: AskReport

  constructor(report: AskReport) {
    const { recipient, message, timeoutMs, queueMs, runMs } = partsOf(report)
    super(
      'ask-timeout',
      say`'${recipient}' did not answer '${text(message)}' within ${timeoutMs} ms: ${decimals(queueMs, 1)} ms in its mailbox, ${decimals(runMs, 1)} ms in its handler`,
      {
        path: recipient,
        value: timeoutMs,
        remedy:
          runMs === 0
            ? 'It never came to the message: give it less work, or the ask a longer timeout'
            : 'Its handler was still at work, or ended without a reply: make it faster, or give the ask a longer timeout',
        stack: false,
      },
    )
    this.report = report
  }
}

/** The caller's signal was aborted. Code `cancelled`; the cause is the signal's reason. */
export class AskCancelledError extends GanglionError {
  constructor(recipient: string, message: string, cause: unknown) {
    super('cancelled', say`the ask of '${recipient}' for '${text(message)}' was cancelled`, {
      path: recipient,
      remedy: 'Nothing to do: ask again if the reply is still wanted',
      cause,
    })
  }
}

/** The handler failed, after all its attempts. Code `handler-failed`; the cause is its error. */
export class HandlerFailedError extends GanglionError {
  readonly attempts: number

  constructor(recipient: string, message: string, attempts: number, cause: unknown) {
    const why = messageOfError(cause)
    super('handler-failed', say`'${recipient}' failed on '${text(message)}' (attempt ${attempts}): ${why}`, {
      path: recipient,
      remedy: 'See the cause; the message is in the dead letters and can be replayed',
      cause,
    })
    this.attempts = attempts
  }
}

/** The recipient has no handler for this type in its current behavior. Code `unhandled`. */
export class UnhandledMessageError extends GanglionError {
  constructor(recipient: string, message: string, behavior: string, known: readonly string[]) {
    const where = behavior === '' ? '' : say` while '${behavior}'`
    super('unhandled', say`'${recipient}' does not handle '${text(message)}'${where}`, {
      path: recipient,
      value: message,
      remedy: say`Send one of ${listed(known) || '(it handles nothing)'}, or stash the message until its behavior changes`,
    })
  }
}

/** The message was accepted and then lost. Code `message-lost`; `reason` as in the dead letters. */
export class MessageLostError extends GanglionError {
  readonly reason: string

  constructor(recipient: string, message: string, reason: string, cause: unknown) {
    super('message-lost', say`'${text(message)}' to '${recipient}' was lost: ${reason}`, {
      path: recipient,
      remedy: 'See the dead letters; replay it, or send it again',
      cause,
    })
    this.reason = reason
  }
}

/** An actor asks someone who is waiting for it. Code `call-cycle`; `cycle` names the actors, first and last the same. */
export class CallCycleError extends GanglionError {
  readonly cycle: readonly string[]

  constructor(cycle: readonly string[], message: string) {
    super('call-cycle', say`the ask for '${text(message)}' can never be answered: ${listed(cycle, ' → ')}`, {
      path: listOf(cycle)[0] ?? '',
      value: cycle,
      remedy: "Use ctx.tell instead of ctx.ask on one edge, or make the first actor 'reentrant'",
    })
    this.cycle = cycle
  }
}

/** The system takes no more work from outside. Code `system-stopped`; `undelivered` hands the message back. */
export class SystemStoppedError extends GanglionError {
  readonly undelivered: unknown

  constructor(system: string, undelivered: unknown) {
    super('system-stopped', say`the system '${system}' is stopping or has stopped`, {
      path: system,
      value: undelivered,
      remedy: 'Send it to a running system (the error holds the message)',
    })
    this.undelivered = undelivered
  }
}

/** The name is taken. Code `name-taken`. */
export class NameTakenError extends GanglionError {
  constructor(path: string) {
    super('name-taken', say`there already is an actor '${path}'`, {
      path,
      remedy: 'Use another name, or none: the system then generates one',
    })
  }
}

/** An unwanted reply: there is no ask, or it has been answered. Code `reply`. */
export class ReplyError extends GanglionError {
  constructor(recipient: string, message: string, what: string) {
    super('reply', say`'${recipient}' ${what} '${text(message)}'`, {
      path: recipient,
      value: message,
      remedy: 'Reply once: either return the value, or call ctx.reply and return nothing',
    })
  }
}

/** A context was used after its instance had been replaced or stopped. Code `stale-context`. */
export class StaleContextError extends GanglionError {
  constructor(path: string) {
    super(
      'stale-context',
      say`a handler of an earlier instance of '${path}' is still running after the instance has ended`,
      {
        path,
        remedy: "Watch ctx.signal and end when it is aborted: the old handler's work is discarded",
      },
    )
  }
}

/** Too many messages are set aside. Code `stash-full`. */
export class StashFullError extends GanglionError {
  constructor(path: string, capacity: number) {
    super('stash-full', say`'${path}' has set aside ${capacity} messages and can't set aside more`, {
      path: say`${path}.mailbox.stash`,
      value: capacity,
      remedy: 'Unstash earlier, or raise mailbox.stash',
    })
  }
}

/** `ctx.become` was called with a name that is not in `states`. Code `unknown-state`. */
export class UnknownStateError extends GanglionError {
  constructor(path: string, state: string, known: readonly string[]) {
    super('unknown-state', say`'${path}' has no behavior '${text(state)}'`, {
      path,
      value: state,
      remedy: say`Use one of ${listed(known) || '(it has no states)'}`,
    })
  }
}

/** No such child, actor or name. Code `unknown-actor`. */
export class UnknownActorError extends GanglionError {
  constructor(path: string, what: string) {
    super('unknown-actor', what, {
      path,
      value: path,
      remedy: 'Check the name; system.paths() lists the running actors',
    })
  }
}

/** More restarts than the supervisor allows. Code `restart-intensity`; the cause is the last failure. */
export class RestartIntensityError extends GanglionError {
  constructor(supervisor: string, restarts: number, withinMs: number, cause: unknown) {
    super(
      'restart-intensity',
      say`'${supervisor}' gave up after ${restarts} restarts within ${withinMs} ms`,
      {
        path: say`${supervisor}.supervision.intensity`,
        value: restarts,
        remedy: 'Fix the cause; to allow this many restarts, raise the intensity',
        cause,
      },
    )
  }
}

/**
 * A step asks a person where no answer is possible: outside a pipeline's run, or for a shadow. Code `nobody-to-ask`.
 */
export class NobodyToAskError extends GanglionError {
  constructor(path: string) {
    super('nobody-to-ask', say`'${path}' asks a person, but no one can answer here`, {
      path,
      remedy:
        'Run it as a step of a pipeline: running.pending() lists the questions, running.answer() answers',
    })
  }
}

/** A linked actor died. Code `linked`; the cause is its error. */
export class LinkedError extends GanglionError {
  constructor(path: string, dead: string, cause: unknown) {
    super('linked', say`'${path}' is linked to '${dead}', which has failed`, {
      path,
      value: dead,
      remedy: 'Watch it instead of linking to it if this actor can continue without it',
      cause,
    })
  }
}
