import type { Envelope } from '../../mailbox/envelope.ts'
import { StashFullError } from '../errors.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorContext } from './actor-context.ts'
import { mayStash } from './reply-rules.ts'

/** Sets the message of a handler aside. @throws StashFullError, ReplyError (`reply`) where it was answered */
export function stashBy(context: ActorContext, envelope: Envelope): void {
  const cell = context['~cell']
  mayStash(cell.path, envelope, context['~rare']?.end)
  const extra = cell.extras()
  extra.stash ??= []
  if (extra.stash.length >= cell.definition.stash) throw new StashFullError(cell.path, cell.definition.stash)
  extra.stash.push(envelope)
  context.rare().endBy('stashed')
}

/** Takes it out again. False if it is no longer there: its instance has ended, and it is in the mailbox. */
export function takeOut(cell: ActorCell, envelope: Envelope): boolean {
  const stash = cell.extra?.stash
  const at = stash === undefined ? -1 : stash.indexOf(envelope)
  if (at === -1) return false
  stash?.splice(at, 1)
  return true
}
