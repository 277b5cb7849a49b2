import { defineActor } from '../../src/behavior/define-actor.ts'
import { asksForPerson } from './answering/asks-for-person.ts'
import type { ServiceMessage } from './answering/reply.ts'
import { isAttempt, isShort, slotsOf } from './answering/slots.ts'

/** What a conversation makes of a message: the message with what it refers to, and earlier messages, oldest first. */
export interface Heard extends ServiceMessage {
  readonly followUp: boolean
}

/** What the last answer asked for. */
interface Question {
  readonly slots: readonly string[]
  readonly times: number
  /** The message that it answered. */
  readonly subject: string | undefined
}

interface Memory {
  history: string[]
  slots: Record<string, string>
  /** The last message that stands alone. */
  subject: string | undefined
  asked: Question | undefined
  /** What had been asked when the last message came. */
  before: Question | undefined
}

/** Messages remembered. */
const HISTORY = 6
const CHARACTERS_MOST = 24
const FOLLOWS =
  /^(?:and|or|but|also|what about|how about|what if|same for|and for|for|in that case|why|since when|until when)\b/iu
const FOLLOWS_CHINESE = /^(?:那么?|还有|如果|换成)|呢[?？]?$/u

/** The memory of one customer: what was said, the slots filled so far, and what a follow-up refers to. */
export const Conversation = defineActor({
  name: 'conversation',
  state: (): Memory => ({ history: [], slots: {}, subject: undefined, asked: undefined, before: undefined }),
  on: {
    hear({ state }, text: string): Heard {
      const { subject, asked } = state
      const history = [...state.history]
      state.history = [...state.history, text].slice(-HISTORY)
      state.before = asked
      state.asked = undefined
      if (asksForPerson(text))
        return { text, followUp: false, slots: { ...state.slots }, history, person: true }
      const filled = slotsOf(text, asked?.slots)
      // "It is 48213", after the answer asked for a number, is about what came before.
      const fills = isShort(text) && (asked?.slots ?? []).some((slot) => Object.hasOwn(filled, slot))
      const about = asked?.subject ?? subject
      const followUp = about !== undefined && (fills || isFollowUp(text))
      // "Tomorrow" belongs to what it was said about: another request has its own date.
      const { date: _, ...lasting } = state.slots
      state.slots = { ...(followUp ? state.slots : lasting), ...filled }
      const slots = { ...state.slots }
      if (followUp && fills) {
        state.subject = about
        return { text: about, followUp, slots, history }
      }
      if (followUp) return { text: `${about} ${text}`, followUp, slots, history }
      state.subject = text
      return {
        text,
        followUp,
        slots,
        history,
        ...(asked === undefined
          ? {}
          : { asked: { slots: asked.slots, times: asked.times, attempt: isAttempt(text) } }),
      }
    },
    /** The answer asks for these slots. Asked for again, they are still about the message that needed them first. */
    asks({ state }, slots: readonly string[]): void {
      const { before } = state
      const again = before?.slots.some((slot) => slots.includes(slot)) === true
      const subject = again ? before.subject : state.subject
      state.asked = { slots, times: again ? before.times + 1 : 1, subject }
      state.subject = subject
    },
  },
})

function isFollowUp(text: string): boolean {
  const said = text.trim()
  if (FOLLOWS_CHINESE.test(said)) return said.length <= CHARACTERS_MOST
  return FOLLOWS.test(said) && isShort(said)
}
