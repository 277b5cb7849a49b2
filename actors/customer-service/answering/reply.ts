import { z } from 'zod'
import type { Opinion } from '../intents/pool.ts'
import { examplesOf, type Slots } from './slots.ts'

/** A template that answers an intent: `Your card {number} is on its way.` */
export interface ReplyTemplate {
  readonly intent: string
  readonly reply: string
}

/** A row of a file of templates: `intent,reply`. */
export const REPLY_TEMPLATE: z.ZodType<ReplyTemplate> = z.object({
  intent: z.string().trim().min(1, 'is empty'),
  reply: z.string().trim().min(1, 'is empty'),
})

/** An intent and how probable it is. */
export interface Candidate {
  readonly intent: string
  readonly probability: number
}

/** What a person needs to take over. */
export interface HandOver {
  readonly summary: string
  readonly candidates: readonly Candidate[]
}

/** Slots that a customer was asked for, and has not named. */
export interface Asked {
  readonly slots: readonly string[]
  /** How often they were asked for. */
  readonly times: number
  /** Whether the message looks like a try to name them: it is short, and asks nothing. */
  readonly attempt: boolean
}

/** A message with what its conversation knows. */
export interface ServiceMessage {
  readonly text: string
  readonly slots: Slots
  readonly history: readonly string[]
  readonly asked?: Asked | undefined
  /** The customer asks for a person. */
  readonly person?: boolean | undefined
}

/** What the team knows of a message after the vote. */
export interface Read extends ServiceMessage {
  readonly candidates: readonly Candidate[]
  readonly inScope: boolean
  readonly agreement: number
  readonly missing: readonly string[]
  /** Each reader's first choice. */
  readonly votes: Readonly<Record<string, Candidate>>
}

/** Who or what answered. */
export type AnsweredBy = 'reply' | 'documents' | 'person'

/** The team's answer to a message. */
export interface Settled extends Read {
  readonly by?: AnsweredBy
  readonly answer?: string
  /** Where an answer from the documents comes from: `file:line`. */
  readonly sources?: readonly string[]
  /** Slots that the reply needs and the conversation lacks: the answer asks for them. */
  readonly asks?: readonly string[]
}

/** A template with its slots filled; without a value it asks for it. */
export function filled(
  template: string,
  slots: Slots,
): { readonly answer: string; readonly asks?: readonly string[] } {
  const names = [...template.matchAll(/\{(\w+)\}/gu)].map(([, name = '']) => name)
  const asks = [...new Set(names.filter((name) => !Object.hasOwn(slots, name)))]
  if (asks.length > 0) return { answer: `Please tell us the ${asks.join(' and the ')}.`, asks }
  return { answer: template.replace(/\{(\w+)\}/gu, (_, name: string) => slots[name] as string) }
}

/** Asks again for what could not be read, with an example. */
export function askedAgain(slots: readonly string[]): Pick<Settled, 'answer' | 'asks'> {
  return { answer: `We could not read that. Please tell us ${examplesOf(slots)}.`, asks: slots }
}

/** Intents by name. */
export function candidatesOf({ ranked }: Opinion, labels: readonly string[]): Candidate[] {
  return ranked.map(([label, probability]) => ({ intent: labels[label] as string, probability }))
}

/** A less probable guess is no help to a person. */
const GUESS_LEAST = 0.01

/** The conversation in a few lines, for the person who takes over. */
export function handOver(read: Read): HandOver {
  const { text, history, candidates, slots } = read
  const guesses = candidates
    .slice(0, 3)
    .filter(({ probability }, i) => i === 0 || probability >= GUESS_LEAST)
    .map(({ intent, probability }) => `${intent} ${(probability * 100).toFixed(0)} %`)
  const known = Object.entries(slots).map(([name, value]) => `${name} ${value}`)
  const lines = [
    `The customer asks: ${text}`,
    ...(history.length === 0 ? [] : [`Before: ${history.join(' / ')}`]),
    reasonOf(read, guesses.join(', ')),
    ...(known.length === 0 ? [] : [`Known: ${known.join(', ')}.`]),
  ]
  return { summary: lines.join('\n'), candidates: candidates.slice(0, 3) }
}

function reasonOf({ asked, inScope, person }: Read, guesses: string): string {
  if (person === true) return `A person was asked for. It reads as ${guesses}.`
  if (asked !== undefined && asked.times > 1)
    return `We asked ${asked.times} times for the ${asked.slots.join(' and the ')}. It reads as ${guesses}.`
  return inScope
    ? `No reply was sure enough, or there is none. It reads as ${guesses}.`
    : `It fits no intent well; nearest: ${guesses}.`
}
