/** Where a text stands on the page, and the size of its letters. */
interface Place {
  readonly x: number
  readonly y: number
  readonly size: number
}

/** True for small letters directly after a line and above its baseline: the mark of a footnote, a power, "st" of "1st". */
export function isRaised(
  line: { readonly y: number; readonly size: number; readonly right: number },
  { x, y, size }: Place,
): boolean {
  const above = y - line.y
  return (
    size < 0.85 * line.size &&
    above > 0.15 * line.size &&
    above < 0.8 * line.size &&
    Math.abs(x - line.right) < 0.2 * line.size
  )
}

const POWERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'0123456789'].map((digit, i) => [digit, '⁰¹²³⁴⁵⁶⁷⁸⁹'[i] ?? digit])),
  '-': '⁻',
  '−': '⁻',
  '–': '⁻',
}
/** "40 m", "5 km": a unit that may be squared. */
const UNIT = /(?:^|[\d\s/·(])(?:[kcdmµμn]?m|ft|in|yd|mi|[kmµμ]?g|m?s|h|mol|K|W|ha|l|L)$/u
/** "x", "r": the name of a quantity; "10" is the base of its powers. */
const BASE = /(?:^|[^\p{L}\p{N}.,])(?:\p{L}|10)$/u
const FOOTNOTE = /^(?:[[(]?\d{1,3}(?:\s?[,–-]\s?\d{1,3})*[\])]?|[*†‡§¶]+|,)$/u
const CURRENCY_BEFORE = /[$€£]\s?\d{1,6}$/u
const CURRENCY_AFTER = /^\s*(?:[$€£]|EUR|USD|GBP|CHF)/u
/** "9", "17", with raised minutes. */
const HOUR = /(?:^|[^\d.,])(?:[01]?\d|2[0-4])$/u

/**
 * What raised letters between two texts add: a power is written with raised digits, cents and minutes with their point, and the mark of
 * a footnote, which stands directly after a word, says nothing.
 */
export function raisedText(before: string, raised: string, after: string): string {
  if (/^[-−–]?\d{1,3}$/u.test(raised) && (/^\D/u.test(raised) || UNIT.test(before) || BASE.test(before)))
    return [...raised].map((sign) => POWERS[sign] ?? sign).join('')
  if (/^\d\d$/u.test(raised) && (CURRENCY_BEFORE.test(before) || CURRENCY_AFTER.test(after)))
    return `.${raised}`
  if (/^(?:00|15|30|45)$/u.test(raised) && HOUR.test(before)) return `:${raised}`
  if (/^[a-f]$/u.test(raised) && /(?:\p{L}{3}|%)$/u.test(before)) return ''
  // "1/2" of a fraction.
  const isMark = FOOTNOTE.test(raised) && !/^\s*[/⁄]/u.test(after) && !/(?:^|\s)$/u.test(before)
  return isMark ? '' : raised
}
