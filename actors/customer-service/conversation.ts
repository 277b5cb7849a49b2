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
  state: (): Memory => ({ history: [], slots: {}, subject: undefined }),
  on: {
    hear({ state }, text: string): Heard {
      const { subject } = state
      const history = [...state.history]
      state.history = [...state.history, text].slice(-HISTORY)
      state.slots = { ...state.slots, ...slotsOf(text) }
      const slots = { ...state.slots }
      if (subject !== undefined && isFollowUp(text))
        return { text: `${subject} ${text}`, followUp: true, slots, history }
      state.subject = text
      return { text, followUp: false, slots, history }
    },
  },
})

function isFollowUp(text: string): boolean {
  const said = text.trim()
  if (FOLLOWS_CHINESE.test(said)) return said.length <= CHARACTERS_MOST
  return FOLLOWS.test(said) && said.split(/\s+/u).length <= WORDS_MOST
}
