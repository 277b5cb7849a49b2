import { calendarNames } from '../../knowledge/text/calendar.ts'
import { isQuestion } from '../../knowledge/text/headlike.ts'
import { numerals } from '../../knowledge/text/numerals.ts'
import { contextOf, type Passage } from '../../knowledge/text/passages.ts'
import { segments } from '../../knowledge/text/segments.ts'
import { simplified } from '../../knowledge/text/simplified.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { stem } from '../../knowledge/text/stem.ts'
import { onlyHeard } from '../../knowledge/text/turns.ts'
import { isUnspaced, pairTerms, terms, type Word, words } from '../../knowledge/text/words.ts'
import { type TypedSpan, typedSpans } from './spans.ts'

/** A retrieved passage by its number in the collection, with the retrievers' scores. */
export interface Scored {
  readonly number: number
  /** Cosine of question and passage. */
  readonly dense: number
  /** BM25 score. */
  readonly lexical: number
}

/** A retrieved passage. */
export interface Found extends Scored {
  readonly passage: Passage
}

/** Tells which terms something has. */
export interface Terms {
  has(term: string): boolean
}

/**
 * What is known of all statements of a page, by column. Pages are kept, so each outlives some collections of the young heap, and an object
 * for each word and a set for each statement would be most of it.
 *
 *     statement   0             1        2
 *     terms     [ the euro is | in use | … ]     held   a row of bits a statement, one for each term of the page
 */
interface Columns {
  /** The words of all statements, in their order. */
  readonly terms: readonly string[]
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  /** Every term of the page, with its number. */
  readonly numbers: ReadonlyMap<string, number>
  readonly held: Uint8Array
}

/** One statement that may contain the answer, read once for all features. */
export class Candidate implements Terms {
  readonly text: string
  /** Numbers, dates, names and other typed spans. */
  readonly typed: readonly TypedSpan[]
  /** A question, which answers none. */
  readonly asks: boolean
  /** Number of its words. */
  readonly length: number
  /** What a dictionary takes for words of a text in a script without spaces, each on a line; others have none. */
  readonly #segments: string
  readonly #page: Columns
  /** Its first word, and where its terms begin. */
  readonly #from: number
  readonly #held: number

  constructor(
    page: Columns,
    {
      text,
      typed,
      asks,
      from,
      length,
      segments,
    }: Pick<Candidate, 'text' | 'typed' | 'asks' | 'length'> & { from: number; segments: string },
    held: number,
  ) {
    this.text = text
    this.typed = typed
    this.asks = asks
    this.length = length
    this.#segments = segments
    this.#page = page
    this.#from = from
    this.#held = held
  }

  /** Whether it has a term, or what it belongs to has it. */
  has(term: string): boolean {
    const number = this.#page.numbers.get(term)
    if (number === undefined) return false
    return ((this.#page.held[this.#held + (number >> 3)] as number) & (1 << (number & 7))) !== 0
  }

  /** Whether a dictionary finds this word in it. */
  hasSegment(segment: string): boolean {
    return this.#segments.includes(`\n${segment}\n`)
  }

  /** The term of a word. */
  term(word: number): string {
    return this.#page.terms[this.#from + word] as string
  }

  /** The first word that starts at a place or after it. */
  from(place: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.start(middle) < place) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Where a word starts. */
  start(word: number): number {
    return this.#page.starts[this.#from + word] as number
  }

  /** Where it ends, exclusive. */
  end(word: number): number {
    return this.#page.ends[this.#from + word] as number
  }
}

/** A passage, read: its statements as candidates, in their order, its terms and those of its title and headings. */
export interface Page {
  readonly candidates: readonly Candidate[]
  /** The words of all of them, in their order. */
  readonly words: readonly string[]
  readonly terms: Terms
  readonly context: Terms
}

/** Reads the retrieved passages into candidates, in the order of passages and statements. */
export function pages(found: readonly Pick<Found, 'passage'>[]): Page[] {
  return found.map(({ passage }) => pageOf(passage))
}

/** "2021 – present": what began and has not ended is current. */
const OPEN_ENDED =
  /\p{N}{4}\s*(?:[-–—]|to|until)\s*(?:present|today|now|current|ongoing)\b|since \p{N}{4}\b|\p{N}{4}年?\s*(?:[-–—~]|至)\s*(?:今|现在)/iu
const PRESENT = terms('current currently present presently today 现 在 现在 目 前 目前')

/** True for a question, or a line of one, and for who only says to have heard: it answers none. */
export function asks({ kind }: Pick<Statement, 'kind'>, text: string): boolean {
  if (kind === 'sentence' && onlyHeard(text)) return true
  return (kind === 'sentence' || kind === 'code' || kind === 'field') && isQuestion(text)
}

/** Reads one passage: about a quarter of a millisecond. It doesn't depend on the question. */
export function pageOf(passage: Passage): Page {
  const all: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  const numbers = new Map<string, number>()
  /** Of each statement the numbers of its terms. */
  const held: number[][] = []
  const read = passage.statements.map((statement) => {
    const text = passage.text.slice(statement.start, statement.end)
    const from = all.length
    const own = words(text)
    for (const { term, start, end } of own) {
      all.push(term)
      starts.push(start)
      ends.push(end)
    }
    held.push(heldBy(statement, text, own, numbers))
    return {
      text,
      typed: typedSpans(text),
      asks: asks(statement, text),
      from,
      length: own.length,
      segments: isUnspaced(text) ? `\n${segments(simplified(text)).join('\n')}\n` : '',
    }
  })
  const row = (numbers.size + 7) >> 3
  const page = {
    terms: all.slice(),
    starts: Uint32Array.from(starts),
    ends: Uint32Array.from(ends),
    numbers,
    held: new Uint8Array(row * held.length),
  }
  for (const [i, terms] of held.entries())
    for (const number of terms) {
      const at = i * row + (number >> 3)
      page.held[at] = (page.held[at] as number) | (1 << (number & 7))
    }
  return {
    candidates: read.map((one, i) => new Candidate(page, one, i * row)),
    words: page.terms,
    terms: numbers,
    context: new Set(terms(contextOf(passage))),
  }
}

/** The numbers of a statement's terms, and of those of what it belongs to. New ones get the next numbers of the page. */
function heldBy(
  { under }: Pick<Statement, 'under'>,
  text: string,
  own: readonly Word[],
  numbers: Map<string, number>,
): number[] {
  const held: number[] = []
  const hold = (term: string) => {
    const number = numbers.get(term) ?? numbers.size
    if (number === numbers.size) numbers.set(term, number)
    held.push(number)
  }
  const around = under === '' ? own : [...own, ...words(under)]
  for (const { term } of around) hold(term)
  for (const term of pairTerms(around)) hold(term)
  for (const name of calendarNames(text)) hold(stem(name))
  for (const number of numerals(text)) hold(number)
  if (OPEN_ENDED.test(text)) for (const term of PRESENT) hold(term)
  return held
}

/** The texts of all statements, in the order of `pages`, for the similarity reader to embed. */
export function statementTexts(found: readonly Pick<Found, 'passage'>[]): string[] {
  return found.flatMap(({ passage }) =>
    passage.statements.map(({ start, end, under }) => {
      const text = passage.text.slice(start, end)
      return under === '' ? text : `${under}: ${text}`
    }),
  )
}
