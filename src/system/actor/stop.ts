import { messageOfError } from '../../kernel/errors.ts'
import { ActorStoppedError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { failAttempt } from './attempts.ts'
import { endedBadly } from './context-ends.ts'
import { release } from './handling.ts'
import { onStack } from './in-flight.ts'
import { callOwn } from './own-call.ts'
import { childEnded, childFailed } from './supervisor.ts'

/** Ends the instance and waits for `begin`; false when there was none to end. Waiting messages stay. */
export function breakDown(cell: ActorCell, error: unknown): boolean {
  const { lifecycle } = cell
  if (lifecycle === 'stopping' || lifecycle === 'stopped') return false
  if (lifecycle === 'restarting' && cell.context === undefined) return false
  const { restarting } = cell.definition.signals
  if (restarting !== undefined && (lifecycle === 'running' || lifecycle === 'suspended')) {
    tell(cell, () => restarting(cell.instance() as never, error))
  }
  cell.become('CRASHED')
  endInstance(cell, error)
  cell.family?.terminateAll(error)
  return true
}

/** Fences off everything that belongs to the instance. */
export function endInstance(cell: ActorCell, error: unknown): void {
  const handlings = cell.extra === undefined ? [] : [...cell.extra.handlings]
  for (const handling of handlings) {
    release(handling)
    const { context, envelope } = handling
    const ended = context['~rare']?.touched === true && endedBadly(context, envelope, error)
    context.close(error)
    if (!ended) failAttempt(cell, envelope, error)
  }
  cell.context?.close(error)
  onStack(cell)?.close(error)
  cell.context = undefined
  cell.state = undefined
  cell.extras().endInstance(cell)
}

/** Calls one of the actor's own functions where a throw is only logged. */
function tell(cell: ActorCell, call: () => unknown): void {
  callOwn(call, (error) => cell.log('error', `a signal handler failed: ${messageOfError(error)}`))
}

/** Ends it: first the current message, then the children from the youngest, then the waiting messages. Idempotent. */
export function stop(cell: ActorCell, error: unknown): void {
  if (cell.lifecycle === 'stopping' || cell.lifecycle === 'stopped') return
  cell.open = false
  cell.direct = false
  const extra = cell.extras()
  extra.stopError = error
  extra.hadInstance = cell.lifecycle === 'running' || cell.lifecycle === 'suspended'
  cell.become('STOP')
  if (cell.underway > 0) {
    const late = (): void => {
      endInstance(cell, new ActorStoppedError(cell.path, undefined))
      cell.settle()
    }
    extra.shutdown = cell.runtime.wheel.after(cell.definition.shutdownMs, late, undefined, true)
  }
  cell.settle()
}

/** Ends on its own, after the current message; a permanent child is restarted. */
export function exit(cell: ActorCell): void {
  const extra = cell.extras()
  if ((extra.mode ?? cell.definition.restart) === 'permanent') {
    cell.signal((self) => childFailed(self, 'exit', undefined))
  } else {
    extra.selfStopped = true
    stop(cell, undefined)
  }
}

/** Ends it without waiting for the running handler. */
export function terminate(cell: ActorCell, error: unknown): void {
  stop(cell, error)
  if (cell.lifecycle === 'stopped') return
  endInstance(cell, error ?? new ActorStoppedError(cell.path, undefined))
  const { family } = cell
  if (family !== undefined) cell.runtime.walks.go(() => family.terminateAll(error))
  cell.settle()
}

/** One step of an orderly end; called again until nothing is left to wait for. */
export function windUp(cell: ActorCell): void {
  if (cell.underway > 0 || cell.handling || cell.lifecycle !== 'stopping') return
  if (cell.family !== undefined && !cell.family.stopYoungestFirst()) return
  if (cell.lifecycle !== 'stopping') return
  const { extra } = cell
  const { stopping } = cell.definition.signals
  if (stopping !== undefined && extra?.hadInstance === true) {
    tell(cell, () => stopping(cell.instance() as never))
  }
  const error = extra?.stopError
  if (cell.context === undefined) endInstance(cell, error)
  else endInstance(cell, error ?? new ActorStoppedError(cell.path, undefined))
  extra?.shutdown?.cancel()
  extra?.startAgain?.cancel()
  for (const envelope of [...(extra?.takeHeld() ?? []), ...(cell.mailbox?.removeWhere(() => true) ?? [])]) {
    cell.lose(envelope, 'stopped', cell.gone(envelope))
  }
  cell.become('STOPPED')
  extra?.stopped(cell, error)
  childEnded(cell, error)
}
