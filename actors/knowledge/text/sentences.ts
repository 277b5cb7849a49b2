import { STOP_WORDS } from './stop-words.ts'

/** A stretch of a text: UTF-16 offsets, end exclusive. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** Abbreviations followed by more of the same sentence, in lower case, without the last dot. */
const ALWAYS_OPEN = new Set(
  `mr mrs ms dr prof st mt ft gen gov sen rep lt col sgt capt cmdr adm rev hon pres fig figs eq no nos vol pp ed eds
  vs v cf e.g i.e viz ca approx est al ch sec art ave blvd rd ph.d nr jr sr bros dept univ assn messrs mme mlle ing dipl bzw ggf inkl zzgl`.split(
    /\s+/,
  ),
)
/** Abbreviations that may end a sentence: the next word decides (a small letter or a digit continues). */
const MAYBE_OPEN = new Set(
  `etc inc ltd co corp llc plc a.m p.m am pm u.s u.k u.n e.u u.s.a d.c b.c a.d jan feb mar apr jun jul aug sep sept oct
  nov dec mon tue wed thu fri sat sun sq km ft in lb lbs oz min max hr hrs tel ext
  op opp std pcs pc abs rm excl fl lit trans orig incl esp resp abbr pt bk pl ser supp pos`.split(/\s+/),
)

/**
 * A full stop, question or exclamation mark (or several), closing quotes and brackets, a footnote mark; the full stops of East Asia, of
 * India, of Arabic, Urdu, Armenian, Ethiopic, Burmese, Khmer, Tibetan, Mongolian, Santali, Manipuri and Sinhala; after a Greek word ";"
 * (or U+037E), which asks there; between Thai or Lao words white space, as they have no full stop.
 */
const TERMINATOR =
  /[.!?…]+["'”’»)\]]*(?:\[\d+\])*(?=\s|$)|[。！？｡]+[」』”’）]*|(?:[।॥۔؟։።፧။។།༎᠃᱾᱿꯫෴]+|(?<=\p{Script=Greek}{2})[;\u037e]+)["'”’»)\]]*(?=\s|$)|(?<=[\p{Script=Thai}\p{Script=Lao}])(?<![ๆฯໆຯ])\s+(?=[\p{Script=Thai}\p{Script=Lao}])/gu
const ENDED = /(?:[.!?…。！？｡।॥۔؟։።፧။។།༎᠃᱾᱿꯫෴]|(?<=\p{Script=Greek}{2})[;\u037e])["'”’»)\]]*$/u

/** A Thai or Lao phrase with fewer characters is a part of the sentence: spaces also stand around names and between parts of a list. */
const PHRASE_LEAST = 12

/** True for a text that ends as a sentence does. */
export function isEnded(text: string): boolean {
  return ENDED.test(text)
}
const OPENS_LOW = /^[\s"'“‘«([]*[\p{Ll}\p{N},;:)\]§&+=/–—-]/u

/** "No. 12", "Document no. QP-417". */
const NUMBER = /^\s*(?:\p{Lu}{1,5}[-./]?)?\p{N}/u

/** True if the text after an abbreviation looks like a new sentence: the end, a quote, or a word that opens one. */
function opensSentence(rest: string): boolean {
  if (OPENS_LOW.test(rest)) return false
  const next = /^[\s"'“‘«([]*(\p{L}+)/u.exec(rest)?.[1]
  return next === undefined || STOP_WORDS.has(next.toLowerCase())
}

/** "6. UTILITIES. Tenant pays for gas": capitals alone say what the sentence is about. */
const RUN_IN = /^\s*(?:[\p{L}\p{N}]{1,4}[.)]\s+)?\p{Lu}[\p{Lu} &/-]{3,40}$/u

/** "Step 1. Shut the valve": it says which of several the sentence is. */
const COUNTED = /^\s*\p{Lu}\p{L}+ (?:\p{N}{1,3}|[IVX]{1,5})$/u

/** "Section 4.1 Duration. The term is five years": so does the name of a section. */
export const SECTION_NAME =
  "(?:Section|Article|Clause|Artikel|Abschnitt|§) ?\\p{N}{1,3}(?:\\.\\p{N}{1,3}){0,3}\\.? \\p{Lu}[\\p{L}’'-]{1,20}(?: (?:\\p{Lu}[\\p{L}’'-]{1,20}|of|and|the|for|to|in|on|or|with|by|von|und|der|des|zur|zum)){0,4}"
const SECTION = new RegExp(`^\\s*${SECTION_NAME}$`, 'u')

/** "3. Press the button", "1.2. Fees", "ii. Oil it", "1986. It was built": a number or letter alone at the start is no sentence. */
const MARKER = /^\s*\(?(?:\p{N}{1,3}|\p{N}{1,3}(?:\.\p{N}{1,3}){1,4}|\p{Ll}|[ivx]{2,5}|[IVX]{2,5})$/u

/** "ul. Piotrkowska 118", "av. de Mayo 4": what begins an address in short is no sentence; "ok. Then we go" has two. */
const SHORT = /^\s*(?!(?:yes|yep|no|nope|ok|hi|hey|oh|ah|well|sure|done|fine|so|too)$)\p{Ll}{2,4}$/u
const NAMED_WITH_NUMBER = /^\s+\p{Lu}[^.\n]{0,40}\p{N}/u

const YEAR = /^\s*\p{N}{4}$/u
const LINE_START = /(?:^|\n)\s{0,8}$/u

/** "within about\n30. days", "jeder 2. gerade Tag": no sentence begins with a small letter behind such a number. */
const ORDINAL =
  /(?:\n\s{0,8}|(?:^|\s)(?:der|die|das|dem|den|des|am|im|vom|zum|zur|ab|bis|und|jede[rsnm]?)\s)\p{N}{1,2}$/iu

/** "am 4. März 2024", "vom 3. bis 5. Mai": the day of a month, in German. Names that English has too need a year or such a word before. */
const DAY = /(?<!\p{N})\p{N}{1,2}$/u
const GERMAN_DAY =
  /(?:^|\s)(?:on|until|from|by|ab|am|bis|dem|den|der|des|vom|zum|und|\p{L}{3,5}tag,)\s\p{N}{1,2}$/iu
const MONTH = /^\s(?:Jänner|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)\b/u
/** "& Co. KG", "Hafenstr. 12". */
const FIRM = /^\s+(?:KG|GmbH|OHG|AG|KGaA|Ltd|Inc)\b/u
const STREET = /\p{L}str$/iu
const ANY_MONTH =
  /^\s(?:January|February|March|May|June|July|October|December|April|August|September|November)(\s(?:1[89]|20)\p{N}{2})?\b/u

function isDay(before: string, rest: string): boolean {
  if (!DAY.test(before)) return false
  const any = ANY_MONTH.exec(rest)
  return MONTH.test(rest) || (any !== null && (any[1] !== undefined || GERMAN_DAY.test(before)))
}

/** The letters and dots at the end of a text. Scripts without spaces join no word of others: "由St. John所建". */
const WRITTEN = /(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])[\p{L}.])+$/u

/** True if the dot at `at` belongs to an abbreviation, an initial or a list number and does not end a sentence. */
function isOpen(text: string, from: number, at: number, rest: string): boolean {
  const sofar = text.slice(from, at)
  if ((RUN_IN.test(sofar) || COUNTED.test(sofar) || SECTION.test(sofar)) && /^\s+\p{Lu}\p{Ll}/u.test(rest))
    return true
  if (MARKER.test(sofar) || (SHORT.test(sofar) && NAMED_WITH_NUMBER.test(rest))) return true
  if (YEAR.test(sofar) && LINE_START.test(text.slice(Math.max(0, from - 10), from))) return true
  const before = text.slice(Math.max(from, at - 24), at)
  if (ORDINAL.test(before) && /^\s+\p{Ll}/u.test(rest)) return true
  // "EUR 1. 200", wrapped before the figures.
  if (/\n\s{0,8}\p{N}{1,3}$/u.test(before) && /^\s+\p{N}/u.test(rest)) return true
  const word = WRITTEN.exec(before)?.[0] ?? ''
  const plain = word.toLowerCase()
  if (plain === 'co' && FIRM.test(rest)) return true
  // "incl. VAT".
  if (/^(?:in|ex)cl$/u.test(plain) && /^\s+\p{Lu}{2,5}\b/u.test(rest)) return true
  if (STREET.test(word)) return /^\s+\p{N}/u.test(rest)
  if (ALWAYS_OPEN.has(plain)) return plain !== 'no' || NUMBER.test(rest)
  if (MAYBE_OPEN.has(plain) && !/^(?:\p{Lu}\.)+\p{Lu}$/u.test(word)) return OPENS_LOW.test(rest)
  // "c. 1450", "r. 1572–1620", "i. e.": no sentence ends with a lone small letter before such a thing.
  if (/^\p{Ll}$/u.test(word)) return OPENS_LOW.test(rest)
  // "J. S. Bach" continues, "vitamin C. It helps" ends: the next word decides; "It" or "The" opens a sentence.
  if (/^\p{Lu}$/u.test(word)) {
    const left = text.slice(from, at - 1).trimEnd()
    return left === '' || /^\s+\p{Lu}\./u.test(rest) || !opensSentence(rest)
  }
  // "the U.S. Senate", "a B.Sc. (Tech.)", but "in the U.S. The".
  if (/^(?:\p{Lu}\p{Ll}{0,3}\.)+\p{Lu}\p{Ll}?$/u.test(word)) return !opensSentence(rest)
  return isDay(before, rest)
}

/** True if white space between Thai or Lao words, from `at` to `next`, stands inside a sentence: a short phrase is on one of its sides. */
function isPart(text: string, from: number, at: number, next: number): boolean {
  const after = text.slice(next, next + PHRASE_LEAST)
  return at - from < PHRASE_LEAST || /\s/u.test(after) || after.length < PHRASE_LEAST
}

/** What stands between these marks of East Asia is a part of the sentence around it, up to this length: a title, an aside, what somebody says. */
const ENCLOSING: readonly (readonly [string, string])[] = [
  ['《', '》'],
  ['〈', '〉'],
  ['「', '」'],
  ['『', '』'],
  ['“', '”'],
  ['（', '）'],
]
const ENCLOSED_MOST = 160

/** True if a full stop of East Asia, from `at` to `end`, stands between two such marks. */
function isEnclosed(text: string, from: number, at: number, end: number): boolean {
  const before = text.slice(Math.max(from, at - ENCLOSED_MOST), at)
  return ENCLOSING.some(([open, close]) => {
    const opened = before.lastIndexOf(open)
    if (opened < 0 || before.includes(close, opened) || text.slice(at, end).includes(close)) return false
    const after = text.slice(end, end + ENCLOSED_MOST - (before.length - opened))
    const closed = after.indexOf(close)
    return closed >= 0 && !after.slice(0, closed).includes(open)
  })
}

const BRACKETED_MOST = 200

/** True if the mark, from `at` to `end`, stands in brackets that open inside the sentence and close after it: "(r. 1572–1620)", "(lit. 'A thing')". */
function isBracketed(text: string, from: number, at: number, end: number): boolean {
  if (/[)\]]/u.test(text.slice(at, end))) return false
  const before = text.slice(Math.max(from, at - BRACKETED_MOST), at)
  const opened = openBracket(before)
  // Brackets around whole sentences hold sentences.
  if (opened < 0 || text.slice(from, at - before.length + opened).trim() === '') return false
  return closes(text.slice(end, end + BRACKETED_MOST))
}

/** Where the last bracket opens that is not closed; -1 for none. */
function openBracket(text: string): number {
  let inner = 0
  for (let i = text.length - 1; i >= 0; i -= 1) {
    const mark = text.charAt(i)
    if (mark === ')' || mark === ']') inner += 1
    else if (mark === '(' || mark === '[') {
      if (inner === 0) return i
      inner -= 1
    }
  }
  return -1
}

/** True if a bracket closes that does not open in the text. */
function closes(text: string): boolean {
  let inner = 0
  for (const mark of text) {
    if (mark === '(' || mark === '[') inner += 1
    else if (mark === ')' || mark === ']') {
      if (inner === 0) return true
      inner -= 1
    }
  }
  return false
}

/**
 * Splits running text into sentences. Abbreviations ("Dr.", "e.g."), initials, decimals, dotted acronyms, ellipses,
 * closing quotes and what stands in brackets stay inside. Every part is trimmed of white space; together they cover everything else.
 */
export function sentences(text: string, from = 0, to = text.length): Stretch[] {
  const found: Stretch[] = []
  const body = text.slice(from, to)
  let start = 0
  const close = (end: number) => {
    let s = start
    let e = end
    while (s < e && /\s/u.test(body.charAt(s))) s += 1
    while (e > s && /\s/u.test(body.charAt(e - 1))) e -= 1
    if (e > s) found.push({ start: from + s, end: from + e })
    start = end
  }
  for (const match of body.matchAll(TERMINATOR)) {
    const mark = match[0]
    const end = match.index + mark.length
    if (/^\s/u.test(mark) && isPart(body, start, match.index, end)) continue
    const rest = body.slice(end, end + 24)
    if (
      /^[。！？｡]/u.test(mark) &&
      (isEnclosed(body, start, match.index, end) || /^[，、；：。！？]/u.test(rest))
    )
      continue
    if (/^[.!?…]/u.test(mark) && isBracketed(body, start, match.index, end)) continue
    const dot = mark.startsWith('.') && !mark.startsWith('..')
    if (dot && isOpen(body, start, match.index, rest)) continue
    // A sentence continues after an ellipsis or a quoted question if a small letter follows.
    if (!dot && /^[.!?…]/u.test(mark) && /^\s+\p{Ll}/u.test(rest)) continue
    if (dot && /^\s+\p{Ll}/u.test(rest) && mark.length > 1) continue
    close(end)
  }
  close(body.length)
  return found
}
