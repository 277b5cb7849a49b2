import type { ActorDefinition } from '../../behavior/define-actor.ts'
import { InvalidArgumentError, messageOfError, text } from '../../kernel/errors.ts'
import { type Admission, admission } from '../../mailbox/admission.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import type { Mailbox } from '../../mailbox/mailbox.ts'
import { Ring } from '../../mailbox/ring.ts'
import type { Runtime } from '../dispatch/runtime.ts'
import type { ActorCell } from './actor-cell.ts'
import { undelivered } from './ask.ts'
import { comesBack } from './in-flight.ts'
import { roundTrip } from './message-view.ts'
import type { RareCellState, Waiter } from './rare-cell-state.ts'
import { loseUnwanted } from './unwanted.ts'

/** Whether admission only needs to check the size of the mailbox. */
export function isPlain({ ttlMs, sizeOf }: ActorDefinition<unknown>, { codec, network }: Runtime): boolean {
  return ttlMs === 0 && sizeOf === undefined && codec === undefined && network === undefined
}

/** The rarer half of `trySend`: closed, serialized, with a priority, a size, or a time to live. False without room. */
export function sendMeasured(cell: ActorCell, envelope: Envelope): boolean {
  if (!cell.open) throw cell.gone(envelope)
  const { runtime, definition } = cell
  if (runtime.codec !== undefined) envelope.body = roundTrip(runtime.codec, cell, envelope)
  if (definition.ttlMs > 0) {
    const due = Math.ceil(runtime.kernel.clock.monotonic() + definition.ttlMs)
    if (envelope.deadline === 0 || due < envelope.deadline) envelope.deadline = due
  }
  const bytes = definition.sizeOf === undefined ? 0 : sizeBy(definition.sizeOf, cell, envelope)
  if (bytes > 0) envelope.more().bytes = bytes
  if (runtime.network?.carry(cell, envelope) === true) {
    runtime.ledger.accept()
    runtime.onTheWay += 1
    return true
  }
  const mailbox = cell.box()
  if (mailbox.full(bytes)) return overflow(cell, envelope, bytes)
  cell.put(mailbox, envelope)
  runtime.ledger.accept()
  return true
}

/**
 * The result of the author's function. @throws InvalidArgumentError (`invalid-argument`) if it throws, or returns no
 * size.
 */
function sizeBy(sizeOf: (body: unknown) => number, cell: ActorCell, envelope: Envelope): number {
  let given: unknown
  let cause: unknown
  try {
    given = sizeOf(envelope.body)
    if (typeof given === 'number' && given >= 0) return given
  } catch (thrown) {
    cause = thrown
  }
  const what = cause === undefined ? `gave ${text(given)}` : `threw: ${messageOfError(cause)}`
  throw new InvalidArgumentError(`mailbox.sizeOf of '${cell.path}' ${what}`, {
    path: `${cell.path}.mailbox.sizeOf`,
    value: undelivered(envelope),
    remedy: 'It must return the bytes of every body, 0 or more; the error holds the message',
    cause,
  })
}

/** The mailbox is full. False: the sender must wait or give up. */
export function overflow(cell: ActorCell, envelope: Envelope, bytes: number): boolean {
  const rule = ruleFor(cell, envelope, true, false)
  if (rule === 'refuse') return false
  cell.runtime.ledger.accept()
  enter(cell, rule, envelope, bytes)
  return true
}

/**
 * An ask that a handler of the actor itself waits for needs no room, and neither does a message of its own timers: at most one
 * a key waits.
 */
function ruleFor(cell: ActorCell, envelope: Envelope, isFull: boolean, mayWait: boolean): Admission {
  const needsRoom = isFull && !isTimers(envelope) && !comesBack(cell, envelope)
  return admission(needsRoom, cell.definition.mailbox.overflow, mayWait)
}

/** What may be shed to make room. */
function isShed(envelope: Envelope): boolean {
  return !isTimers(envelope)
}

function isTimers({ extra }: Envelope): boolean {
  return extra?.ticket !== undefined
}

/** Takes it; or makes room by shedding the oldest, if the rule says so and there is one; otherwise sheds the newcomer. */
function enter(cell: ActorCell, rule: Admission, envelope: Envelope, bytes: number): void {
  const mailbox = cell.box()
  while (rule === 'shed-oldest' && mailbox.full(bytes)) {
    const oldest = mailbox.shiftLeast(isShed)
    if (oldest === undefined) break
    if (oldest.extra !== undefined) mailbox.released(oldest.extra.bytes)
    cell.lose(oldest, 'shed', cell.full(oldest))
  }
  if (rule !== 'take' && mailbox.full(bytes)) cell.lose(envelope, 'shed', cell.full(envelope))
  else cell.put(mailbox, envelope)
}

/** It comes out of the network, where no sender is left to throw at. */
export function arrive(cell: ActorCell, envelope: Envelope): void {
  const { runtime } = cell
  runtime.onTheWay -= 1
  const bytes = envelope.extra?.bytes ?? 0
  if (!cell.open) cell.lose(envelope, 'stopped', cell.gone(envelope))
  else {
    const rule = ruleFor(cell, envelope, cell.box().full(bytes), true)
    if (rule === 'wait') waitAccepted(cell, envelope)
    else enter(cell, rule, envelope, bytes)
  }
  if (!runtime.accepting) runtime.idle()
}

/** The network delivers a copy of it. */
export function repeat(cell: ActorCell, envelope: Envelope): void {
  cell.runtime.ledger.accept()
  cell.runtime.onTheWay += 1
  arrive(cell, envelope.copy(undefined))
}

/** The network has lost it: the ledger knows, the sender does not. */
export function lostOnTheWay(cell: ActorCell, envelope: Envelope, error: unknown): void {
  const { runtime } = cell
  runtime.onTheWay -= 1
  envelope.replyTo = undefined
  cell.lose(envelope, 'lost-by-fault', error)
  if (!runtime.accepting) runtime.idle()
}

/** A sender waits for room. There may be room by now, or, behind a router, there always was. */
export function waitForRoom(cell: ActorCell, waiter: Waiter): void {
  queue(cell, waiter)
  cell.box()
  cell.runtime.dispatcher.wake(cell)
}

function queue(cell: ActorCell, waiter: Waiter): void {
  const extra = cell.extras()
  extra.waiters ??= new Ring()
  extra.waiters.push(waiter)
}

/** Its sender already knows that it was accepted, so it waits for room on its own. */
function waitAccepted(cell: ActorCell, envelope: Envelope): void {
  cell.extras().accepted += 1
  queue(cell, {
    envelope,
    accepted: true,
    admitted: () => undefined,
    refused: (error) => cell.lose(envelope, 'stopped', error),
  })
}

/** There is room: the longest waiting sender goes in. */
export function admitWaiters(cell: ActorCell, extra: RareCellState, mailbox: Mailbox<Envelope>): void {
  const { waiters } = extra
  if (waiters === undefined) return
  for (let next = waiters.peek(); next !== undefined; next = waiters.peek()) {
    const { envelope, accepted, admitted } = next
    const wanted = envelope.replyTo?.settled !== true
    if (wanted && mailbox.full(envelope.extra?.bytes ?? 0)) return
    waiters.shift()
    if (accepted) extra.accepted -= 1
    if (wanted) {
      admitted()
      cell.put(mailbox, envelope)
      if (!accepted) cell.runtime.ledger.accept()
    } else if (accepted) loseUnwanted(cell, envelope)
  }
}
