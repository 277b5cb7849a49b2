import type { Envelope } from '../../mailbox/envelope.ts'
import type { ActorCell } from './actor-cell.ts'
import { take } from './delivery.ts'

/** An ask that came back along the actor's own call chain is handled now: its handler waits for just this. */
export function reenter(cell: ActorCell, envelope: Envelope): void {
  for (let link = envelope.replyTo?.chain; link !== undefined; link = link.before) {
    if (link.party !== cell) continue
    cell.runtime.kernel.turns.soon(() => {
      // Unless the outer handler has ended by now and the message has been taken in its turn.
      const mailbox = cell.box()
      const [waiting] = mailbox.removeWhere((candidate) => candidate === envelope)
      if (waiting !== undefined) take(cell, waiting, mailbox)
    })
    return
  }
}
