import { Ring } from '../../mailbox/ring.ts'
import type { ActorCell } from './actor-cell.ts'

/** A signal's request to its actor, through the system lane. */
export type Signal = (cell: ActorCell) => void

/** Through the system lane: before every message, never shed. */
export function signalBy(cell: ActorCell, signal: Signal): void {
  if (cell.lifecycle === 'stopped') return
  const extra = cell.extras()
  extra.signals ??= new Ring()
  extra.signals.push(signal)
  cell.runtime.dispatcher.wake(cell)
}

/** Whether signals can be handled now: there is an instance, and none of its handlers is in flight. */
export function mayBeTold(cell: ActorCell): boolean {
  return (
    cell.extra?.signals !== undefined &&
    cell.underway === 0 &&
    (cell.lifecycle === 'running' || cell.lifecycle === 'suspended')
  )
}

/** Handles the actor's signals; returns how many. */
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
