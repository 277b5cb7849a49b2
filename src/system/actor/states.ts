import { type LifecycleEvent, nextState } from '../../behavior/lifecycle.ts'
import { announceState } from '../dispatch/lifecycle-record.ts'
import type { ActorCell } from './actor-cell.ts'
import { windUp } from './stop.ts'
import { mayBeTold } from './system-lane.ts'

/** After everything that may change what the actor can do next. */
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

/** One step of the lifecycle; an event that the present state doesn't take changes nothing. */
export function become(cell: ActorCell, event: LifecycleEvent): void {
  const from = cell.lifecycle
  const to = nextState(from, event)
  if (from === to) return
  cell.lifecycle = to
  cell.able = to === 'running' && cell.underway === 0
  if (from !== 'starting' || to !== 'running') cell.extras().remember(from, to)
  announceState(cell.runtime, cell, from, to)
}
