import { calendarNames } from './calendar.ts'
import { numerals } from './numerals.ts'
import { simplifiedCharacter } from './simplified.ts'
import { stem } from './stem.ts'
import { STOP_WORDS } from './stop-words.ts'

/** One word of a text: its place, its written form, and its index term. */
export interface Word {
  /** UTF-16 offsets in the text, end exclusive. */
  readonly start: number
  readonly end: number
  /** As written. */
  readonly text: string
  /** Lower case, without accents, possessive and thousands separators; simplified Chinese. */
  readonly form: string
  /** The stem of `form`: what the lexical index stores. */
  readonly term: string
}

/**
 * Numbers first ("4,853.5"), then dotted initials ("U.S."), then words with inner apostrophes ("don't"). A
 * possessive "'s" belongs to no word. Han, kana and Hangul have no spaces between words: each character is one.
 */
const WORD =
  /\p{N}{1,3}(?:,\p{N}{3})+(?:\.\p{N}+)?|\p{N}+(?:[.]\p{N}+)*|(?:\p{Lu}\.){2,}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|(?<!\p{L}['’](?=s\b))(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])[\p{L}\p{M}])+(?:\p{N}+)?(?:['’](?!s\b)\p{L}+)?/gu

const ASCII = /^[a-z0-9]+$/
const HAN = /^[\u3400-\u9fff]$/u

/** The plain form of a word: `Beyoncé’s` → `beyonce`, `4,853` → `4853`, `U.S.` → `us`, 書 → 书. */
export function plainForm(word: string): string {
  const lower = word.toLowerCase()
  if (ASCII.test(lower)) return lower
  if (HAN.test(lower)) return simplifiedCharacter(lower)
  return lower
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/['’]/gu, '')
    .replace(/(?<=\p{N}),(?=\p{N})/gu, '')
    .replace(/(?<=\p{L})\./gu, '')
}

/** The words of a text in order, with their offsets. */
export function words(text: string): Word[] {
  const found: Word[] = []
  // `matchAll` would copy the pattern.
  WORD.lastIndex = 0
  for (let match = WORD.exec(text); match !== null; match = WORD.exec(text)) {
    const written = match[0]
    const form = plainForm(written)
    if (form.length === 0) continue
    found.push({
      start: match.index,
      end: match.index + written.length,
      text: written,
      form,
      term: stem(form),
    })
  }
  return found
}

const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

/** A small word of English ("what", "of") counts as so many: names stand in texts of every script, such words in English alone. */
const SMALL_WORD = 3

/** Whether a text is in a script without spaces between words: more such characters than words of other scripts. */
export function isUnspaced(text: string): boolean {
  // Most texts have no such character: one look is enough.
  if (!UNSPACED_ANYWHERE.test(text)) return false
  let more = 0
  WORD.lastIndex = 0
  for (let match = WORD.exec(text); match !== null; match = WORD.exec(text)) {
    const [word] = match
    if (UNSPACED.test(word)) more += 1
    else if (/\p{L}/u.test(word)) more -= STOP_WORDS.has(word.toLowerCase()) ? SMALL_WORD : 1
  }
  return more > 0
}

/**
 * Neighbouring characters of a script without spaces, two by two: "北京大学" gives 北京, 京大, 大学. Most words of such scripts
 * have two characters. On CMRC 2018's 256 paragraphs, passage@1 of BM25 is 0.947 for characters, 0.971 for pairs, 0.976 for both,
 * and 0.974 for the words of `Intl.Segmenter`.
 */
export function pairTerms(all: readonly Pick<Word, 'start' | 'end' | 'term'>[]): string[] {
  const found: string[] = []
  for (let i = 1; i < all.length; i += 1) {
    const left = all[i - 1] as Word
    const right = all[i] as Word
    if (left.end === right.start && UNSPACED.test(left.term) && UNSPACED.test(right.term))
      found.push(left.term + right.term)
  }
  return found
}

/** The words of a text that count: no stop words. */
export function contentWords(text: string): Word[] {
  return words(text).filter(({ form }) => !STOP_WORDS.has(form))
}

/** The index terms of a text: its words, the days and months that it has in short, and the pairs of scripts without spaces. */
export function terms(text: string): string[] {
  if (UNSPACED_ANYWHERE.test(text)) {
    const all = words(text)
    return [...all.map(({ term }) => term), ...pairTerms(all), ...numerals(text)]
  }
  // Without the offsets: the fast way to build an index.
  const found: string[] = []
  for (const written of text.match(WORD) ?? []) {
    const form = plainForm(written)
    if (form.length > 0) found.push(stem(form))
  }
  for (const name of calendarNames(text)) found.push(stem(name))
  return found
}

const UNSPACED_ANYWHERE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u

/**
 * Approximate number of word pieces of a text in a BERT-like model, without its vocabulary: one piece per word, one more for
 * every six further letters, and one per punctuation mark. Within 10 % of the real count on English prose.
 */
export function pieceEstimate(text: string): number {
  let pieces = 0
  for (const match of text.matchAll(/[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu)) {
    const piece = match[0]
    pieces += /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(piece)
      ? Math.ceil(piece.length / 2)
      : 1 + Math.floor((piece.length - 1) / (/^\p{N}/u.test(piece) ? 3 : 8))
  }
  return pieces
}
