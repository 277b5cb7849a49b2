import type { Nodes } from 'mdast'
import { MONTHS } from './calendar.ts'
import { wordsOf } from './document.ts'
import { saysInstead } from './struck.ts'

/** A longer text says more than a value. */
const OLD_CHARS_MAX = 80
const OTHER_CHARS_MAX = 160
/** What stands in the place of a struck value is near: other struck ones may stand between. */
const NEXT_MAX = 4

const CURRENCY = String.raw`\p{Sc}|(?:EUR|USD|GBP|CHF|CAD|AUD|NZD|JPY|SEK|NOK|DKK|PLN|CZK|HUF|Euros?|dollars?|pounds?|kr|zł|Fr\.|Kč)(?!\p{L})`
const FIGURE = String.raw`\p{N}[\p{N}.,'’]{0,15}(?:[-–—]{1,2}(?!\p{N}))?`
const PRICE = new RegExp(
  String.raw`(?:${CURRENCY})\s?${FIGURE}|(?<![\p{N}.,])${FIGURE}\s?(?:${CURRENCY})`,
  'giu',
)
const MONTH = MONTHS.map((name) => `${name}|${name.slice(0, 3)}`).join('|')
const MONTH_NAMES = `(?:${MONTH}|sept|januar|jänner|februar|märz|mai|juni|juli|oktober|okt|dezember|dez)`
const DATE = new RegExp(
  String.raw`(?<!\p{N})(?:\p{N}{4}-\p{N}{2}-\p{N}{2}|\p{N}{1,2}[./]\p{N}{1,2}[./](?:\p{N}{4}|\p{N}{2})?|\p{N}{1,2}(?:st|nd|rd|th|\.)?\s(?:of\s)?${MONTH_NAMES}(?!\p{L})\.?(?:,?\s\p{N}{4})?|${MONTH_NAMES}\.?\s\p{N}{1,2}(?:st|nd|rd|th)?(?:,?\s\p{N}{4})?)(?![\p{N}:])`,
  'giu',
)
const TIME =
  /(?<![\p{N}.])\p{N}{1,2}(?:[:.]\p{N}{2}(?:\s?(?:[ap]\.?m\.?|Uhr|h))?|\s?(?:[ap]\.?m\.?|Uhr)|:\p{N}{2})(?![\p{L}\p{N}.:])/giu
const PLAIN = /^\P{L}{0,2}\p{N}[\p{N}.,'’]{0,15}\P{L}{0,2}$/u

/** Words that say nothing else: "was 79 EUR", "instead of 79 EUR", "Sat, 14 June at 19:30". */
const LABEL =
  /^(?:was|were|old|before|formerly|previously|instead|of|from|to|until|at|on|the|price|rrp|msrp|regular|list|only|now|new|date|time|today|each|per|statt|bisher|früher|alt|alter?|neu|neuer?|preis|termin|uvp|nur|jetzt|am|um|ab|bis|vom|von|avant|maintenant|prix|prezzo|ora|antes|ahora|precio|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|mo|di|mi|do|fr|sa|so|(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)$/u

/** What a text has of each kind of value, and the words beside them. */
interface Values {
  readonly kinds: readonly string[]
  readonly words: readonly string[]
}

function valuesOf(text: string): Values {
  let rest = text
  const kinds: string[] = []
  for (const [kind, form] of [
    ['date', DATE],
    ['price', PRICE],
    ['time', TIME],
  ] as const) {
    const without = rest.replace(form, ' ')
    if (without !== rest) kinds.push(kind)
    rest = without
  }
  return { kinds, words: rest.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [] }
}

/**
 * "79.00 EUR", struck out, beside "Now 54.90 EUR"; "Sat 14 June", beside "New date: 21 June": whether a struck value stands alone, with
 * no word about something else, and the other text has one of its kind. "Pay Ann 20 EUR" beside "Pay Ben 30 EUR" was done.
 */
function isReplaced(struck: string, other: string): boolean {
  if (struck.length > OLD_CHARS_MAX || other.length > OTHER_CHARS_MAX) return false
  const next = valuesOf(other)
  if (PLAIN.test(struck)) {
    const words = next.words.filter((word) => !LABEL.test(word))
    return PLAIN.test(other) || (words.every((word) => /^\p{N}+$/u.test(word)) && /\p{N}/u.test(other))
  }
  const old = valuesOf(struck)
  const known = new Set(next.words)
  return (
    old.kinds.some((kind) => next.kinds.includes(kind)) &&
    old.words.every((word) => LABEL.test(word) || known.has(word))
  )
}

/** "54.90 EUR", "Now 54.90 EUR": a price that nothing is named beside. */
export function isPrice(text: string): boolean {
  const { kinds, words } = valuesOf(text.slice(0, OTHER_CHARS_MAX))
  return kinds.join() === 'price' && words.every((word) => LABEL.test(word))
}

/** Whether a text has a price, a date or a time. */
export function holdsValue(text: string): boolean {
  return valuesOf(text.slice(0, OTHER_CHARS_MAX)).kinds.length > 0
}

/** Whether a block holds nothing but a struck value or sentence, and the next one, or a price before it, says what is so instead. */
export function isOld(nodes: readonly Nodes[], i: number): boolean {
  const struck = struckIn(nodes[i])
  if (struck === undefined) return false
  let at = i + 1
  while (at < i + NEXT_MAX && struckIn(nodes[at]) !== undefined) at += 1
  const next = nodes[at]
  if (next !== undefined && struckIn(next) === undefined) {
    const said = saidIn(next)
    if (isReplaced(struck, said) || saysInstead(struck, said)) return true
  }
  const before = nodes[i - 1]
  return before !== undefined && struckIn(before) === undefined && isOldPrice(struck, saidIn(before))
}

/** "54.90 EUR ~~79.00 EUR~~": whether a struck price is the old one of that which stands before it. */
export function isOldPrice(struck: string, before: string): boolean {
  return (
    before.trim() !== '' &&
    valuesOf(struck.slice(0, OLD_CHARS_MAX)).kinds.join() === 'price' &&
    isReplaced(struck, before)
  )
}

const BLOCK = /^(?:heading|paragraph|tableCell)$/u

/** What a block says, if all of it is struck out. */
function struckIn(node: Nodes | undefined): string | undefined {
  if (node === undefined || !BLOCK.test(node.type) || !('children' in node)) return undefined
  const said = (node.children as Nodes[]).filter((one) => one.type !== 'text' || one.value.trim() !== '')
  const [only] = said
  if (said.length !== 1 || only === undefined) return undefined
  if (only.type === 'delete') return wordsOf([only]).trim()
  return only.type === 'paragraph' || only.type === 'strong' || only.type === 'emphasis'
    ? struckInner(only)
    : undefined
}

function struckInner({ children }: Extract<Nodes, { children: unknown }>): string | undefined {
  const [only, ...others] = children as Nodes[]
  return only?.type === 'delete' && others.length === 0 ? wordsOf([only]).trim() : undefined
}

function saidIn(node: Nodes): string {
  return BLOCK.test(node.type) ? wordsOf([node]).trim() : ''
}
