import { Ring } from '../../mailbox/ring.ts'
import type { ActorCell } from './actor-cell.ts'
import type { RareCellState } from './rare-cell-state.ts'

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

/** Whether signals wait that can be handled now. */
export function hasSignals(cell: ActorCell, { signals }: RareCellState): boolean {
  return signals !== undefined && signals.size > 0 && mayBeTold(cell)
}

/** Handles the actor's signals; returns how many. */
export function drainSignals(cell: ActorCell, { signals }: RareCellState): number {
  let handled = 0
  if (signals === undefined) return handled
  while (mayBeTold(cell)) {
    const signal = signals.shift()
    if (signal === undefined) break
    handled += 1
    signal(cell)
  }
  return handled
}
