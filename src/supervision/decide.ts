import type { SupervisionPolicy } from '../behavior/supervision-policy.ts'
import type { Directive, RestartMode } from '../ports/supervision.ts'
import { addRestart } from './restart-intensity.ts'

/**
 * What went wrong with a child:
 * `message` a handler failed on a message; `row` it failed on enough distinct messages in a row to count;
 * `start` its instance could not be made; `crash` it was killed, a link died, or its own children escalated; `exit` it
 * stopped on its own.
 */
export type FailureKind = 'message' | 'row' | 'start' | 'crash' | 'exit'

export interface Failure {
  readonly kind: FailureKind
  /** The error's `code`, or its class name. Undefined for an exit. */
  readonly tag: string | undefined
  readonly name: string | undefined
  readonly mode: RestartMode
}

export interface Decision {
  readonly directive: Directive
  /** Delay before the restart, milliseconds. */
  readonly delayMs: number
  /** Times of restarts that still count, monotonic milliseconds. */
  readonly window: readonly number[]
  /** Whether it escalates because the intensity is used up. */
  readonly exceeded: boolean
}

/**
 * What a supervisor does about a failure: a pure decision on the restarts so far, the failure and the time. `jitter` is
 * uniform in [0, 1).
 *
 *   exit         permanent: restart, counted     else: stop
 *   message      by tag, else restart; never counted: the message is to blame
 *   row, start, crash    by tag, else restart; counted. A state that can't be read: stop
 *   restart of a temporary child: stop instead
 */
export function decide(
  policy: SupervisionPolicy,
  window: readonly number[],
  failure: Failure,
  now: number,
  jitter: number,
): Decision {
  const directive = directiveFor(policy, failure)
  const plain = { directive, delayMs: 0, window, exceeded: false }
  if (directive !== 'restart') return plain
  if (failure.mode === 'temporary') return { ...plain, directive: 'stop' }
  if (failure.kind === 'message') return plain
  const verdict = addRestart(window, now, policy.intensity)
  if (!verdict.allowed) return { directive: 'escalate', delayMs: 0, window: verdict.window, exceeded: true }
  return { ...plain, window: verdict.window, delayMs: restartDelay(policy, verdict.window.length, jitter) }
}

/** A durable state that this release can't read: each start would fail in the same way. */
const UNREADABLE = 'journal-state'

function directiveFor(policy: SupervisionPolicy, failure: Failure): Directive {
  if (failure.kind === 'exit') return failure.mode === 'permanent' ? 'restart' : 'stop'
  const { tag, name } = failure
  const chosen = ruleFor(policy, tag) ?? ruleFor(policy, name)
  if (chosen === undefined) return tag === UNREADABLE ? 'stop' : 'restart'
  // After a crash or a failed start there is no instance to resume.
  return chosen === 'resume' && failure.kind !== 'message' && failure.kind !== 'row' ? 'restart' : chosen
}

/** Only own properties: an error with the code 'constructor' has no rule. */
function ruleFor(policy: SupervisionPolicy, key: string | undefined): Directive | undefined {
  return key !== undefined && Object.hasOwn(policy.on, key) ? policy.on[key] : undefined
}

/** Doubles with every restart in the window, with equal jitter (Brooker, AWS 2015): [½·delay, delay]. */
function restartDelay(policy: SupervisionPolicy, restarts: number, jitter: number): number {
  const delay = Math.min(policy.backoffMinMs * 2 ** (restarts - 1), policy.backoffMaxMs)
  return delay / 2 + (delay / 2) * jitter
}
