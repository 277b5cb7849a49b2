import { Ring } from '../../mailbox/ring.ts'
import type { ActorCell } from './actor-cell.ts'

/** What a signal asks of its actor, by the system lane. */
export type Signal = (cell: ActorCell) => void

/** By the system lane: before every message, never shed. */
export function signalBy(cell: ActorCell, signal: Signal): void {
  if (cell.lifecycle === 'stopped') return
  const extra = cell.extras()
  extra.signals ??= new Ring()
  extra.signals.push(signal)
  cell.runtime.dispatcher.wake(cell)
}

/** Whether signals could be heard now: there is an instance, and no handler of it is under way. */
export function mayBeTold(cell: ActorCell): boolean {
  return (
    cell.extra?.signals !== undefined &&
    cell.underway === 0 &&
    (cell.lifecycle === 'running' || cell.lifecycle === 'suspended')
  )
}

/** Lets the actor hear its signals; returns how many. */
export function drainSignals(cell: ActorCell, signals: Ring<Signal>): number {
  let handled = 0
  while (mayBeTold(cell)) {
    const signal = signals.shift()
    if (signal === undefined) break
    handled += 1
    signal(cell)
  }
  return handled
}
