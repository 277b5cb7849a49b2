import { z } from 'zod'
import type { Opinion } from '../intents/pool.ts'

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

/** What the team knows of a message after the vote. */
export interface Read {
  readonly text: string
  readonly slots: Slots
  readonly history: readonly string[]
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

/** Values found in a customer's messages, by name. */
export type Slots = Readonly<Record<string, string>>

/** In this order, and each character counts for one slot. */
const SLOT_PATTERNS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['email', /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/u],
  ['date', /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b/u],
  ['amount', /[$€£¥]\s?\d+(?:[.,]\d+)*|\b\d+(?:[.,]\d+)*\s?(?:dollars|euros|pounds|yuan|usd|eur|gbp)\b/iu],
  ['number', /#?\b[A-Z]{0,3}-?\d{4,}\b/u],
]

/** The slots that a message fills. */
export function slotsOf(text: string): Slots {
  let rest = text
  const found: Record<string, string> = {}
  for (const [name, pattern] of SLOT_PATTERNS) {
    const value = pattern.exec(rest)?.[0]
    if (value === undefined) continue
    found[name] = value
    rest = rest.replace(value, ' ')
  }
  return found
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

/** Intents by name. */
export function candidatesOf({ ranked }: Opinion, labels: readonly string[]): Candidate[] {
  return ranked.map(([label, probability]) => ({ intent: labels[label] as string, probability }))
}

/** A less probable guess is no help to a person. */
const GUESS_LEAST = 0.01

/** The conversation in a few lines, for the person who takes over. */
export function handOver({ text, history, candidates, inScope, slots }: Read): HandOver {
  const guesses = candidates
    .slice(0, 3)
    .filter(({ probability }, i) => i === 0 || probability >= GUESS_LEAST)
    .map(({ intent, probability }) => `${intent} ${(probability * 100).toFixed(0)} %`)
  const known = Object.entries(slots).map(([name, value]) => `${name} ${value}`)
  const lines = [
    `The customer asks: ${text}`,
    ...(history.length === 0 ? [] : [`Before: ${history.join(' / ')}`]),
    inScope
      ? `No reply was sure enough, or there is none. It reads as ${guesses.join(', ')}.`
      : `It fits no intent well; nearest: ${guesses.join(', ')}.`,
    ...(known.length === 0 ? [] : [`Known: ${known.join(', ')}.`]),
  ]
  return { summary: lines.join('\n'), candidates: candidates.slice(0, 3) }
}
