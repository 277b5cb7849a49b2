import { defineActor } from '../../src/behavior/define-actor.ts'
import { type Slots, slotsOf } from './answering/reply.ts'

/** What a conversation makes of a message. */
export interface Heard {
  /** The message with what it refers to. */
  readonly text: string
  readonly followUp: boolean
  readonly slots: Slots
  /** Earlier messages, oldest first. */
  readonly history: readonly string[]
}

interface Memory {
  history: string[]
  slots: Record<string, string>
  /** The last message that stands alone. */
  subject: string | undefined
  /** Slots that the last answer asked for. */
  asked: readonly string[]
}

/** Messages remembered. */
const HISTORY = 6
/** A follow-up is short: a longer message says itself what it is about. */
const WORDS_MOST = 9
const CHARACTERS_MOST = 24
const FOLLOWS =
  /^(?:and|or|but|also|what about|how about|what if|same for|and for|for|in that case|why|since when|until when)\b/iu
const FOLLOWS_CHINESE = /^(?:那么?|还有|如果|换成)|呢[?？]?$/u

/** The memory of one customer: what was said, the slots filled so far, and what a follow-up refers to. */
export const Conversation = defineActor({
  name: 'conversation',
  state: (): Memory => ({ history: [], slots: {}, subject: undefined, asked: [] }),
  on: {
    hear({ state }, text: string): Heard {
      const { subject, asked } = state
      const history = [...state.history]
      const filled = slotsOf(text)
      state.history = [...state.history, text].slice(-HISTORY)
      state.slots = { ...state.slots, ...filled }
      state.asked = []
      const slots = { ...state.slots }
      // "It is 48213", after the answer asked for a number, is about what came before.
      const fills = isShort(text) && asked.some((slot) => Object.hasOwn(filled, slot))
      if (subject !== undefined && fills) return { text: subject, followUp: true, slots, history }
      if (subject !== undefined && isFollowUp(text))
        return { text: `${subject} ${text}`, followUp: true, slots, history }
      state.subject = text
      return { text, followUp: false, slots, history }
    },
    /** The answer asks for these slots. */
    asks({ state }, slots: readonly string[]): void {
      state.asked = slots
    },
  },
})

function isFollowUp(text: string): boolean {
  const said = text.trim()
  if (FOLLOWS_CHINESE.test(said)) return said.length <= CHARACTERS_MOST
  return FOLLOWS.test(said) && isShort(said)
}

function isShort(text: string): boolean {
  return text.trim().split(/\s+/u).length <= WORDS_MOST
}
