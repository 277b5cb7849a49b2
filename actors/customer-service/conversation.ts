import { defineActor } from '../../src/behavior/define-actor.ts'
import { asksForPerson } from './answering/asks-for-person.ts'
import { namesNoDay } from './answering/dates.ts'
import type { ServiceMessage } from './answering/reply.ts'
import { isAttempt, isShort, slotsOf } from './answering/slots.ts'

/** Slots that an answer asked for. */
export interface Question {
  readonly slots: readonly string[]
  readonly times: number
  /** The message that needed them first. */
  readonly subject: string
}

/** What a conversation makes of a message: the message with what it refers to, and earlier messages, oldest first. */
export interface Heard extends ServiceMessage {
  readonly followUp: boolean
  /** The last message that stands alone. */
  readonly subject: string
  /** What the last answer asked for. */
  readonly question?: Question
}

interface Memory {
  history: string[]
  slots: Record<string, string>
  subject: string | undefined
  question: Question | undefined
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
  // A crash costs the memory, and no answer.
  retry: { attempts: 3 },
  state: (): Memory => ({ history: [], slots: {}, subject: undefined, question: undefined }),
  on: {
    hear({ state }, text: string): Heard {
      const { question } = state
      const heard = heardBy(state, text)
      state.history = [...state.history, text].slice(-HISTORY)
      state.question = undefined
      return { ...heard, subject: state.subject ?? text, ...(question === undefined ? {} : { question }) }
    },
    /** The answer asks for slots. It says itself what for, and how often it did: that outlives a crash of the conversation. */
    asks({ state }, question: Question): void {
      state.question = question
      state.subject = question.subject
    },
  },
})

/** The question that an answer asks, after a message that was heard so. Asked again, it is still about the message that needed it first. */
export function questionOf({ question, subject }: Heard, slots: readonly string[]): Question {
  const again = question?.slots.some((slot) => slots.includes(slot)) === true
  return again ? { ...question, slots, times: question.times + 1 } : { slots, times: 1, subject }
}

function heardBy(state: Memory, text: string): Omit<Heard, 'subject'> {
  const { subject, question: asked } = state
  const history = [...state.history]
  if (asksForPerson(text)) return { text, followUp: false, slots: { ...state.slots }, history, person: true }
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
  if (asked?.slots.includes('date') === true && isShort(text) && namesNoDay(text)) {
    // "31 February" answers the question, and must be asked for again, whatever else it may read as.
    state.subject = asked.subject
    const { slots: lacking, times } = asked
    return {
      text: asked.subject,
      followUp: true,
      slots,
      history,
      asked: { slots: lacking, times, attempt: true },
    }
  }
  state.subject = text
  if (asked === undefined) return { text, followUp, slots, history }
  const attempt = isAttempt(text)
  return { text, followUp, slots, history, asked: { slots: asked.slots, times: asked.times, attempt } }
}

function isFollowUp(text: string): boolean {
  const said = text.trim()
  if (FOLLOWS_CHINESE.test(said)) return said.length <= CHARACTERS_MOST
  return FOLLOWS.test(said) && isShort(said)
}
