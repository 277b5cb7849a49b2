import { ASKED_DATES, DATES, isInCalendar } from './dates.ts'

/** Values found in a customer's messages, by name. */
export type Slots = Readonly<Record<string, string>>

interface SlotForm {
  readonly patterns: readonly RegExp[]
  /** What fills it only where it was asked for. */
  readonly asked: readonly RegExp[]
  /** Whether what looks like it is it. */
  readonly holds?: (value: string) => boolean
  /** For a customer whose words could not be read. */
  readonly example: string
}

/** In this order, and each character counts for one slot. */
const FORMS: Readonly<Record<string, SlotForm>> = {
  email: { patterns: [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/u], asked: [], example: 'ann@example.com' },
  date: { patterns: DATES, asked: ASKED_DATES, holds: isInCalendar, example: '15 March or 2026-03-15' },
  amount: {
    patterns: [/[$€£¥]\s?\d+(?:[.,]\d+)*|\b\d+(?:[.,]\d+)*\s?(?:dollars|euros|pounds|yuan|usd|eur|gbp)\b/iu],
    asked: [/\b\d+(?:[.,]\d+)*\b/u],
    example: '20 euros',
  },
  number: {
    patterns: [/#?\b[A-Z]{0,3}-?\d{4,}\b/u],
    asked: [/#?\b[\p{L}\d-]*\d[\p{L}\d-]*\b/u],
    example: '48213',
  },
}

/** A longer message says itself what it is about. */
const WORDS_MOST = 9
const CHARACTERS_MOST = 80

/** A message so short that it may be the answer to a question. */
export function isShort(text: string): boolean {
  const said = text.trim()
  return said.length <= CHARACTERS_MOST && said.split(/\s+/u).length <= WORDS_MOST
}

/** Whether a message may be meant to fill a slot that was asked for: it is short, and asks nothing. */
export function isAttempt(text: string): boolean {
  return isShort(text) && !/[?？]/u.test(text)
}

/**
 * The slots that a message fills.
 *
 * @param asked slots that the customer was asked for: what is there read more freely. A slot of another name than those in the list
 *   takes a short message as it is.
 */
export function slotsOf(text: string, asked: readonly string[] = []): Slots {
  const found: Record<string, string> = {}
  let rest = text
  const fill = (name: string, patterns: readonly RegExp[], holds: SlotForm['holds']) => {
    for (const pattern of patterns)
      for (let value: string | undefined; !Object.hasOwn(found, name); ) {
        value = pattern.exec(rest)?.[0]
        if (value === undefined) break
        // A day that no calendar has is no date, and its digits are nothing else.
        rest = rest.replace(value, ' ')
        if (holds?.(value) !== false) found[name] = value.trim()
      }
  }
  for (const [name, { patterns, holds }] of Object.entries(FORMS)) fill(name, patterns, holds)
  if (!isAttempt(text)) return found
  for (const [name, form] of Object.entries(FORMS))
    if (asked.includes(name)) fill(name, form.asked, form.holds)
  const own = asked.filter((name) => !Object.hasOwn(FORMS, name))
  const [only] = own
  if (only !== undefined && own.length === 1 && !asked.some((name) => Object.hasOwn(found, name)))
    found[only] = text.trim().replace(/[.!。！]+$/u, '')
  return found
}

/** What to write, by slot: `the date, such as 15 March`. */
export function examplesOf(slots: readonly string[]): string {
  return slots
    .map((name) => {
      const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined
      return form === undefined ? `the ${name}` : `the ${name}, such as ${form.example}`
    })
    .join('; and ')
}
