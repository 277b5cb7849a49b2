import { callersContext } from '../../kernel/async-context.ts'
import { errorChain } from '../../kernel/errors.ts'
import { admission } from '../../mailbox/admission.ts'
import type { Parcel } from '../../ports/host.ts'
import { ActorStoppedError, CancelledError, ExpiredError } from '../errors.ts'
import { roundTrip } from './parcel-view.ts'
import { Delivery } from './stage-attempt.ts'
import type { StageCell } from './stage-cell.ts'

/** Puts a parcel in the mailbox. @throws MailboxFullError, ActorStoppedError: each holds it. */
export function send<S>(cell: StageCell<S>, parcel: Parcel): void {
  if (!cell.open) throw new ActorStoppedError(cell.path, parcel)
  const { runtime, ledger } = cell.home
  const { dispatcher } = runtime
  if (runtime.keepsContexts) parcel.context ??= callersContext()
  // First, so that a body that is refused sheds no other, and one that the network carries is a copy as well.
  if (runtime.codec !== undefined) roundTrip(runtime, cell.path, parcel)
  if (runtime.network?.carryParcel(cell, parcel) === true) {
    ledger.accept()
    cell.onTheWay += 1
    return
  }
  const room = roomFor(cell, parcel)
  if (room === 'refuse') throw cell.full(parcel)
  ledger.accept()
  const { handingOn } = dispatcher
  const delivery = new Delivery(parcel, Number.isNaN(handingOn) ? cell.now() : handingOn)
  if (room === 'shed-newest') cell.lose(delivery, 'shed', cell.full(parcel))
  else cell.enter(delivery)
}

/** It arrives from the network: there is no sender to throw at. */
export function arrive<S>(cell: StageCell<S>, parcel: Parcel): void {
  cell.onTheWay -= 1
  const delivery = new Delivery(parcel, cell.now())
  if (!cell.open) cell.lose(delivery, 'stopped', new ActorStoppedError(cell.path, parcel))
  else if (roomFor(cell, parcel) === 'take') cell.enter(delivery)
  else cell.lose(delivery, 'shed', cell.full(parcel))
}

/** It ends before its next attempt: its deadline has passed, or its caller has left. */
export function unbegun<S>(cell: StageCell<S>, delivery: Delivery, now: number): void {
  const lateMs = now - delivery.parcel.deadline
  if (lateMs >= 0) cell.lose(delivery, 'expired', new ExpiredError(cell.path, lateMs))
  else cell.lose(delivery, 'cancelled', new CancelledError(cell.path))
}

/** The network has lost it. */
export function lostOnTheWay<S>(cell: StageCell<S>, parcel: Parcel, error: unknown): void {
  cell.onTheWay -= 1
  const delivery = new Delivery(parcel, cell.now())
  delivery.errors = errorChain(error)
  cell.outcomes.record(delivery, 'lost-by-fault')
  cell.afterwards()
}

/**
 * Whether the parcel has room, after dropping the oldest if that is the strategy. A parcel resting between two attempts takes
 * room too. A parcel with a tag has a caller who waits, so under backpressure it waits here: there are never more of
 * them than callers.
 */
function roomFor<S>(cell: StageCell<S>, parcel: Parcel): 'take' | 'refuse' | 'shed-newest' {
  const { held } = cell
  const rule = admission(held.isFull, held.limits.overflow, parcel.tag !== undefined)
  if (rule === 'wait') return 'take'
  if (rule !== 'shed-oldest') return rule
  const oldest = held.shed()
  if (oldest === undefined) return 'shed-newest'
  cell.lose(oldest, 'shed', cell.full(oldest.parcel))
  return 'take'
}
