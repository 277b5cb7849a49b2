import type { Stretch } from '../../knowledge/text/sentences.ts'
import type { AnswerKind } from './question.ts'

/** The kind of a stretch of text. `name` is any run of capitalised words; the name finder may know better. */
export type SpanKind =
  | 'number'
  | 'quantity'
  | 'money'
  | 'percent'
  | 'date'
  | 'duration'
  | 'name'
  | 'person'
  | 'place'
  | 'organisation'
  | 'quote'

export interface TypedSpan extends Stretch {
  readonly kind: SpanKind
}

/** Finds people, places and organisations. Injected, because the library behind it takes 0.3 s to load. */
export type NameFinder = (text: string) => readonly TypedSpan[]

const MONTH =
  '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\.?'
const WORD_NUMBER =
  '(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion|dozen|half)'
const DIGITS = '\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?'
const NUMBER = `(?:[-−–]?(?:${DIGITS})(?:[\\s-](?:hundred|thousand|million|billion|trillion))?|${WORD_NUMBER}(?:[\\s-](?:and\\s)?${WORD_NUMBER})*)`
const UNIT =
  '(?:sq\\.? ?(?:km|mi|m|ft)|square (?:kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet)|cu\\.? ?(?:km|m)|km|kilomet(?:er|re)s?|mi|miles?|m|met(?:er|re)s?|cm|centimet(?:er|re)s?|mm|ft|feet|foot|in|inch(?:es)?|kg|kilograms?|g|grams?|lbs?|pounds?|tons?|tonnes?|metric tons?|litres?|liters?|l|ml|gallons?|barrels?|bbl|hectares?|ha|acres?|mph|km/h|knots?|kWh|MW|GW|watts?|W|V|Hz|GHz|MHz|GB|MB|TB|KB|bytes?|°\\s?[CF]|degrees?|points?|people|persons?|inhabitants)'
const TIME_UNIT =
  '(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|business days?|working days?)'
const CURRENCY = '(?:US\\$|C\\$|A\\$|[$€£¥₹]|USD|EUR|GBP|CHF)'
const CURRENCY_WORD = '(?:dollars?|euros?|pounds?|yen|cents?|francs?|rupees?|yuan|USD|EUR|GBP|CHF)'

const PATTERNS: readonly (readonly [SpanKind, RegExp])[] = [
  [
    'money',
    new RegExp(
      `${CURRENCY}\\s?(?:${DIGITS})(?:\\s(?:thousand|million|billion|trillion))?(?:/\\p{L}+)?|\\b${NUMBER}\\s${CURRENCY_WORD}\\b`,
      'giu',
    ),
  ],
  [
    'percent',
    new RegExp(
      `\\b(?:${DIGITS})(?:\\s?[-–]\\s?(?:${DIGITS}))?\\s?(?:%|percent\\b|per cent\\b)|\\.\\d+%`,
      'giu',
    ),
  ],
  [
    'date',
    new RegExp(
      `\\b(?:\\d{1,2}(?:st|nd|rd|th)?\\s(?:of\\s)?${MONTH}(?:,?\\s\\d{3,4})?|${MONTH}\\s\\d{1,2}(?:st|nd|rd|th)?(?:,?\\s\\d{4})?|${MONTH}(?:\\sof)?\\s\\d{4}|\\d{4}-\\d{2}-\\d{2}|(?:early |mid-|late )?(?:1[0-9]|20)\\d{2}s?(?:[-–]\\d{2,4})?|\\d{1,2}(?:st|nd|rd|th) century(?: BCE?| AD)?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|\\d{1,4} (?:BCE?|AD)|\\d{1,2}:\\d{2}(?:\\s?[ap]\\.?m\\.?)?|\\d{1,2}\\s?[ap]\\.?m\\b\\.?)|(?<=\\b(?:in|on|since|until|by|of|during|last|next|every)\\s)(?:January|February|March|April|June|July|August|September|October|November|December)\\b`,
      'gu',
    ),
  ],
  ['duration', new RegExp(`\\b${NUMBER}(?:\\s?(?:to|[-–])\\s?${NUMBER})?[\\s-]${TIME_UNIT}\\b`, 'giu')],
  [
    'quantity',
    new RegExp(
      `(?<![\\p{L}\\d])${NUMBER}(?:\\s(?:thousand|million|billion))?\\s?-?${UNIT}(?![\\p{L}\\d])`,
      'giu',
    ),
  ],
  ['number', new RegExp(`(?<![\\p{L}\\d.])(?:${NUMBER})(?:st|nd|rd|th)?(?![\\p{L}\\d])`, 'giu')],
  ['quote', /["“«][^"”»]{2,80}["”»]/gu],
  [
    'name',
    /\p{Lu}[\p{L}\p{M}\p{N}.'’-]*(?:\s(?:(?:of|the|de|la|le|du|von|van|der|al|bin|and|&|for|del|di|da|y)\s){0,2}\p{Lu}[\p{L}\p{M}\p{N}'’-]*(?:\.(?=\s\p{Lu}))?)*/gu,
  ],
]

/** Every typed span of a statement, in order of kind then place. Spans of different kinds may overlap. */
export function typedSpans(text: string, names?: NameFinder): TypedSpan[] {
  const found: TypedSpan[] = []
  for (const [kind, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const written = match[0].replace(/[.'’-]+$/u, '')
      if (written.length > 0) found.push({ kind, start: match.index, end: match.index + written.length })
    }
  }
  if (names !== undefined) found.push(...names(text))
  return found
}

/** Which kinds of span answer which kind of question, the most fitting first. */
export const ANSWERED_BY: Readonly<Record<AnswerKind, readonly SpanKind[]>> = {
  number: ['number', 'quantity', 'money', 'percent'],
  quantity: ['quantity', 'percent', 'money', 'duration', 'number'],
  money: ['money', 'number'],
  percent: ['percent', 'number'],
  date: ['date'],
  duration: ['duration', 'quantity', 'date'],
  place: ['place', 'name', 'organisation'],
  person: ['person', 'name', 'organisation'],
  reason: [],
  manner: [],
  definition: [],
  'yes-no': [],
  thing: ['name', 'quote', 'organisation', 'person', 'place', 'number'],
}
