import { calendarNames } from '../../knowledge/text/calendar.ts'
import { isQuestion } from '../../knowledge/text/headlike.ts'
import { contextOf, type Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { stem } from '../../knowledge/text/stem.ts'
import { pairTerms, terms, type Word, words } from '../../knowledge/text/words.ts'
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

/**
 * The words of a text in order, by column: the term of each, and where it starts and ends. Pages are kept, and an object for each word
 * would be most of them.
 */
export interface Wording {
  readonly terms: readonly string[]
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** One statement that may contain the answer, read once for all features. */
export interface Candidate {
  readonly text: string
  readonly words: Wording
  /** Including the words of what the statement belongs to. */
  readonly terms: ReadonlySet<string>
  /** Numbers, dates, names and other typed spans. */
  readonly typed: readonly TypedSpan[]
  /** A question, which answers none. */
  readonly asks: boolean
}

/** A passage, read: its statements as candidates, in their order, its terms and those of its title and headings. */
export interface Page {
  readonly candidates: readonly Candidate[]
  readonly terms: ReadonlySet<string>
  readonly context: ReadonlySet<string>
}

/** Reads the retrieved passages into candidates, in the order of passages and statements. */
export function pages(found: readonly Pick<Found, 'passage'>[]): Page[] {
  return found.map(({ passage }) => pageOf(passage))
}

/** "2021 – present": what began and has not ended is current. */
const OPEN_ENDED =
  /\p{N}{4}\s*(?:[-–—]|to|until)\s*(?:present|today|now|current|ongoing)\b|since \p{N}{4}\b|\p{N}{4}年?\s*(?:[-–—~]|至)\s*(?:今|现在)/iu
const PRESENT = terms('current currently present presently today 现 在 现在 目 前 目前')

/** True for a question, or a line of one: it answers none. */
export function asks({ kind }: Pick<Statement, 'kind'>, text: string): boolean {
  return (kind === 'sentence' || kind === 'code') && isQuestion(text)
}

function wordingOf(all: readonly Word[]): Wording {
  return {
    terms: all.map(({ term }) => term),
    starts: all.map(({ start }) => start),
    ends: all.map(({ end }) => end),
  }
}

/** Reads one passage: about a quarter of a millisecond. It doesn't depend on the question. */
export function pageOf(passage: Passage): Page {
  const candidates = passage.statements.map((statement) => {
    const text = passage.text.slice(statement.start, statement.end)
    const own = words(text)
    const around = statement.under === '' ? own : [...own, ...words(statement.under)]
    const held = new Set([...around.map((word) => word.term), ...pairTerms(around)])
    for (const name of calendarNames(text)) held.add(stem(name))
    if (OPEN_ENDED.test(text)) for (const term of PRESENT) held.add(term)
    return { text, words: wordingOf(own), terms: held, typed: typedSpans(text), asks: asks(statement, text) }
  })
  return {
    candidates,
    terms: new Set(candidates.flatMap((candidate) => [...candidate.terms])),
    context: new Set(terms(contextOf(passage))),
  }
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
