import type { Envelope } from '../../mailbox/envelope.ts'
import type { ActorContext } from './actor-context.ts'
import type { RareContextState } from './rare-context-state.ts'
import { noteSecondReply } from './reply-rules.ts'
import { takeOut } from './stash.ts'

/** After the handler returned: true when the message has not ended with it, or had ended before. */
export function endedWell(
  context: ActorContext,
  { touched, cancellation, end }: RareContextState,
  envelope: Envelope,
  value: unknown,
): boolean {
  if (!touched) return false
  cancellation?.clear()
  if (end === 'replied' && value !== undefined) noteSecondReply(context['~cell'], envelope)
  return context.handled(value)
}

/**
 * After the handler failed: it takes back a stash. True when the message has already been answered, or is back in the
 * mailbox because its instance ended while the handler was on the stack.
 */
export function endedBadly(context: ActorContext, envelope: Envelope, error: unknown): boolean {
  context.undo()
  const rare = context.rare()
  const backAgain = rare.end === 'stashed' && !takeOut(context['~cell'], envelope)
  context.abort(error)
  rare.cancellation?.clear()
  return rare.end === 'replied' || backAgain
}
