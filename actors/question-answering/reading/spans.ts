import type { Stretch } from '../../knowledge/text/sentences.ts'
import { simplified } from '../../knowledge/text/simplified.ts'
import { isUnspaced } from '../../knowledge/text/words.ts'
import { AMOUNTS, type AnswerKind } from './answer-kind.ts'

/** The kind of a stretch of text. `name` is any run of capitalised words; the name finder may know better. */
export type SpanKind = 'number' | 'quantity' | 'money' | 'percent' | 'date' | 'duration' | 'name' | 'quote'

export interface TypedSpan extends Stretch {
  readonly kind: SpanKind
}

/** An amount or a date: neither a name nor a quotation. */
export function isFigure({ kind }: TypedSpan): boolean {
  return kind !== 'name' && kind !== 'quote'
}

const MONTH =
  '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\.?'
/** Where a number begins: "½" is no letter of a word. */
const ALONE = '(?<![\\p{L}\\p{N}_])(?![-−–])'
const WORD_NUMBER =
  '(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion|dozen|half)'
const ORDINAL =
  '(?:first|second|third|(?:twenty-|thirty-)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)'
/** "½", "⅔". */
const FRACTION = '[¼-¾⅐-⅞]'
const DIGITS = `\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+|\\s?${FRACTION})?|${FRACTION}`
const NUMBER = `(?:[-−–]?(?:${DIGITS})(?:[\\s-](?:hundred|thousand|million|billion|trillion))?|${WORD_NUMBER}(?:[\\s-](?:and\\s)?${WORD_NUMBER})*)`
const UNIT =
  '(?:sq\\.? ?(?:km|mi|m|ft)|square (?:kilomet(?:er|re)s?|miles?|met(?:er|re)s?|feet)|cu\\.? ?(?:km|m)|km|kilomet(?:er|re)s?|mi|miles?|m|met(?:er|re)s?|cm|centimet(?:er|re)s?|mm|ft|feet|foot|in|inch(?:es)?|kg|kilograms?|g|grams?|lbs?|pounds?|tons?|tonnes?|metric tons?|litres?|liters?|l|ml|gallons?|barrels?|bbl|hectares?|ha|acres?|mph|km/h|knots?|kWh|MW|GW|watts?|W|V|Hz|GHz|MHz|GB|MB|TB|KB|bytes?|°\\s?[CF]|degrees?|points?|people|persons?|inhabitants)'
const TIME_UNIT =
  '(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|business days?|working days?)'
const CURRENCY = '(?:US\\$|C\\$|A\\$|[$€£¥₹]|USD|EUR|GBP|CHF)'
const CURRENCY_WORD = '(?:dollars?|euros?|pounds?|yen|cents?|francs?|rupees?|yuan|USD|EUR|GBP|CHF)'

/** A day or a month of a date in figures. */
const PART = '(?:0?[1-9]|[12]\\d|3[01])'

const HAN_NUMBER = '(?:[\\d,.]*\\d|[〇零一二三四五六七八九十百千两]+)(?:[十百千万亿]+)?'

/** Chinese puts no spaces around numbers and units. */
const CHINESE_PATTERNS: readonly (readonly [SpanKind, RegExp])[] = [
  ['money', new RegExp(`${HAN_NUMBER}余?(?:元|美元|美金|英镑|欧元|日元|港元|人民币|块)`, 'gu')],
  ['percent', new RegExp(`百分之${HAN_NUMBER}|[\\d.]+[%％]`, 'gu')],
  [
    'date',
    /(?:公元前?)?[\d〇零一二三四五六七八九十]{1,4}年(?:代|底|初)?(?:\d{1,2}月(?:\d{1,2}[日号])?)?|\d{1,2}月\d{1,2}[日号]|[\d一二三四五六七八九十]+世纪(?:\d+年代)?/gu,
  ],
  ['duration', new RegExp(`${HAN_NUMBER}余?(?:个?(?:小时|分钟|秒|天|星期|周|月)|年)`, 'gu')],
  [
    'quantity',
    new RegExp(
      `${HAN_NUMBER}余?(?:平方公里|平方米|公里|千米|英里|米|厘米|毫米|海里|公斤|千克|克|吨|磅|升|公顷|亩|度|人|名|个|座|种|家|次|位|条|台|辆|艘|架|所|部|集|层)`,
      'gu',
    ),
  ],
  ['number', new RegExp(HAN_NUMBER, 'gu')],
  ['quote', /[《「『][^》」』]{1,80}[》」』]/gu],
  ['name', /[\p{Script=Han}]{2,8}·[\p{Script=Han}·]{1,12}/gu],
]

const PATTERNS: readonly (readonly [SpanKind, RegExp])[] = [
  [
    'money',
    new RegExp(
      `${CURRENCY}\\s?(?:${DIGITS})(?:\\s(?:thousand|million|billion|trillion))?(?:/\\p{L}+)?|${ALONE}${NUMBER}\\s${CURRENCY_WORD}\\b`,
      'giu',
    ),
  ],
  [
    'percent',
    new RegExp(
      `${ALONE}(?:${DIGITS})(?:\\s?[-–]\\s?(?:${DIGITS}))?\\s?(?:%|percent\\b|per cent\\b)|\\.\\d+%`,
      'giu',
    ),
  ],
  [
    'date',
    new RegExp(
      `\\b(?:(?:\\d{1,2}(?:st|nd|rd|th)?|${ORDINAL})\\s(?:of\\s)?${MONTH}(?:,?\\s\\d{3,4})?|${MONTH}\\s\\d{1,2}(?:st|nd|rd|th)?(?:,?\\s\\d{4})?|${MONTH}(?:\\sof)?\\s\\d{4}|\\d{4}-\\d{2}-\\d{2}|(?<![\\d./])(?:${PART}(?<dot>[./])${PART}\\k<dot>(?:1[89]|20)\\d{2}|\\d{2}(?<mark>[./])\\d{2}\\k<mark>\\d{2})(?![\\d/]|\\.\\d)|(?:early |mid-|late )?(?:1[0-9]|20)\\d{2}s?(?:[-–]\\d{2,4})?|\\d{1,2}(?:st|nd|rd|th) century(?: BCE?| AD)?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|\\d{1,4} (?:BCE?|AD)|\\d{1,2}:\\d{2}(?:\\s?[ap]\\.?m\\.?)?|\\d{1,2}\\s?[ap]\\.?m\\b\\.?)|(?<=\\b(?:in|on|since|until|by|of|during|last|next|every)\\s)(?:January|February|March|April|June|July|August|September|October|November|December)\\b`,
      'gu',
    ),
  ],
  ['duration', new RegExp(`${ALONE}${NUMBER}(?:\\s?(?:to|[-–])\\s?${NUMBER})?[\\s-]${TIME_UNIT}\\b`, 'giu')],
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

/** V8 compiles a pattern to machine code at once for texts of this length, and to byte code first for others. */
const LONG = 1000

/**
 * Compiles the patterns, once for texts of Latin letters and once for others, so that the first answer need not. To byte code and
 * then to machine code they take 27 ms, to machine code alone 10 ms.
 */
export function compileSpans(): void {
  for (const filler of [' ', '–'])
    for (const [, pattern] of [...PATTERNS, ...CHINESE_PATTERNS]) pattern.test(filler.repeat(LONG))
}

/** The patterns for a text, and the text as they read it. */
function patternsFor(text: string): { patterns: typeof PATTERNS; read: string } {
  return isUnspaced(text)
    ? { patterns: CHINESE_PATTERNS, read: simplified(text) }
    : { patterns: PATTERNS, read: text }
}

/** Every typed span of a statement, in order of kind then place. Spans of different kinds may overlap. */
export function typedSpans(text: string): readonly TypedSpan[] {
  const found: TypedSpan[] = []
  const { patterns, read } = patternsFor(text)
  for (const [kind, pattern] of patterns) {
    // `matchAll` would copy the pattern, and now and then compile the copy.
    pattern.lastIndex = 0
    for (let match = pattern.exec(read); match !== null; match = pattern.exec(read)) {
      const written = match[0].replace(/[.'’-]+$/u, '')
      if (written.length > 0) found.push({ kind, start: match.index, end: match.index + written.length })
    }
  }
  // They are kept, and a list that grew has room for many more.
  return found.length === 0 ? NONE : found.slice()
}

const NONE: readonly TypedSpan[] = Object.freeze([])

/** Which kinds of span answer which kind of question, the most fitting first. */
export const ANSWERED_BY: Readonly<Record<AnswerKind, readonly SpanKind[]>> = {
  number: ['number', 'quantity', 'money', 'percent'],
  quantity: ['quantity', 'percent', 'money', 'duration', 'number'],
  money: ['money', 'number'],
  percent: ['percent', 'number'],
  date: ['date'],
  duration: ['duration', 'quantity', 'date'],
  place: ['name'],
  person: ['name'],
  reason: [],
  manner: [],
  definition: [],
  'yes-no': [],
  thing: ['name', 'quote', 'number'],
}

/** Whether a text has what a kind of question asks for: an amount, a date, a name. */
export function hasAnswerOf(kind: AnswerKind, text: string): boolean {
  const { patterns, read } = patternsFor(text)
  return patterns.some(([typed, pattern]) => {
    if (!ANSWERED_BY[kind].includes(typed)) return false
    pattern.lastIndex = 0
    return pattern.test(read)
  })
}

/** Whether a question asks for an amount or a date, and a text has none. */
export function lacksAmount(kind: AnswerKind, text: string): boolean {
  return AMOUNTS.has(kind) && !hasAnswerOf(kind, text)
}
