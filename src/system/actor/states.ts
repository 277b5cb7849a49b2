import { type LifecycleEvent, nextState } from '../../behavior/lifecycle.ts'
import { announceState } from '../dispatch/lifecycle-record.ts'
import { UnknownStateError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import { windUp } from './stop.ts'
import { mayBeTold } from './system-lane.ts'

/** Call it after any change to what the actor can do next. */
export function settle(cell: ActorCell): void {
  const { runtime, mailbox } = cell
  cell.able = cell.lifecycle === 'running' && cell.underway === 0
  if (cell.lifecycle === 'stopping') runtime.walks.go(() => windUp(cell))
  else if (cell.extra?.retiring === true && cell.load === 0) cell.stop(undefined)
  else if ((cell.able && mailbox !== undefined && mailbox.size > 0) || mayBeTold(cell)) {
    runtime.dispatcher.wake(cell)
  }
  if (!runtime.accepting) runtime.idle()
}

/** One step of the lifecycle; an event that the current state doesn't take changes nothing. */
export function become(cell: ActorCell, event: LifecycleEvent): void {
  const from = cell.lifecycle
  const to = nextState(from, event)
  if (from === to) return
  cell.lifecycle = to
  cell.able = to === 'running' && cell.underway === 0
  if (from !== 'starting' || to !== 'running') cell.extras().remember(from, to)
  announceState(cell.runtime, cell, from, to)
}

export function resume(cell: ActorCell): void {
  cell.become('RESUME')
  cell.extra?.goOn()
  cell.settle()
}

/** Switches to another behavior. @throws UnknownStateError (`unknown-state`) naming the existing ones. */
export function switchBehavior(cell: ActorCell, name: string): void {
  const { behaviors } = cell.definition
  const handlers = behaviors.get(name)
  if (handlers === undefined || name === '') {
    throw new UnknownStateError(
      cell.path,
      name,
      [...behaviors.keys()].filter((known) => known !== ''),
    )
  }
  cell.handlers = handlers
  cell.extras().behavior = name
}

/** The name of the current behavior; undefined if the actor has only one. */
export function behaviorOf({ extra, definition }: ActorCell): string | undefined {
  const name = extra?.behavior ?? definition.initial
  return name === '' ? undefined : name
}
