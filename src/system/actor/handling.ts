import { WheelEntry } from '../../kernel/timer-wheel.ts'
import type { Envelope } from '../../mailbox/envelope.ts'
import { AttemptTimeoutError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'
import { ended } from './answer.ts'
import { failed } from './attempts.ts'

/** An asynchronous handler in flight; it is a wheel entry for its own timeout. */
export class Handling extends WheelEntry {
  readonly cell: ActorCell
  readonly envelope: Envelope
  readonly context: ActorContext

  constructor(cell: ActorCell, envelope: Envelope, context: ActorContext) {
    super()
    this.cell = cell
    this.envelope = envelope
    this.context = context
  }

  fire(): void {
    timedOut(this.cell, this)
  }
}

/** One handler at a time: the mailbox waits for an asynchronous one. */
export function follow(
  cell: ActorCell,
  envelope: Envelope,
  context: ActorContext,
  promise: Promise<unknown>,
): void {
  const handling = new Handling(cell, envelope, context)
  context.rare().held = true
  cell.underway += 1
  cell.able = false
  cell.extras().handlings.add(handling)
  const { timeoutMs } = cell.definition
  const { wheel, kernel } = cell.runtime
  if (timeoutMs > 0) wheel.add(handling, kernel.clock.monotonic() + timeoutMs)
  promise.then(
    (value) => {
      if (!release(handling)) return
      ended(cell, envelope, context, value)
      cell.settle()
    },
    (error: unknown) => {
      if (!release(handling)) return
      failed(cell, envelope, context, error)
      cell.settle()
    },
  )
}

/** False when the handling was fenced off: its result is too late and is discarded. */
export function release(handling: Handling): boolean {
  const { cell } = handling
  if (cell.extra?.handlings.delete(handling) !== true) return false
  cell.runtime.wheel.remove(handling)
  handling.context.rare().held = false
  cell.underway -= 1
  return true
}

/** An asynchronous handler took longer than its timeout. */
function timedOut(cell: ActorCell, handling: Handling): void {
  if (!release(handling)) return
  const { context, envelope } = handling
  const error = new AttemptTimeoutError(cell.path, cell.definition.timeoutMs)
  failed(cell, envelope, context, error)
  // Even if its supervisor resumes it: the old handler still runs, and must not answer the next message.
  if (!context.closed) context.close(error)
  cell.settle()
}
