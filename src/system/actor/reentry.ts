import type { Envelope } from '../../mailbox/envelope.ts'
import type { ActorCell } from './actor-cell.ts'
import { take } from './delivery.ts'
import { comesBack } from './in-flight.ts'

/** An ask along the actor's own call chain is handled now, because its handler waits for it. */
export function reenter(cell: ActorCell, envelope: Envelope): void {
  if (!comesBack(cell, envelope)) return
  cell.runtime.kernel.turns.soon(() => {
    // Unless the outer handler has ended meanwhile and the message has had its turn.
    const mailbox = cell.box()
    const [waiting] = mailbox.removeWhere((candidate) => candidate === envelope)
    if (waiting !== undefined) take(cell, waiting, mailbox)
  })
}
