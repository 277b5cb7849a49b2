import { contextOf, type Passage } from '../../knowledge/text/passages.ts'
import { pairTerms, terms, type Word, words } from '../../knowledge/text/words.ts'

/** A retrieved passage, with the retrievers' scores. */
export interface Found {
  /** Number of the passage in the collection. */
  readonly number: number
  readonly passage: Passage
  /** Cosine of question and passage. */
  readonly dense: number
  /** BM25 score. */
  readonly lexical: number
}

/** One statement that may contain the answer, read once for all features. */
export interface Candidate {
  /** Index of the passage among those found, and of the statement in the passage. */
  readonly found: number
  readonly statement: number
  readonly text: string
  readonly words: readonly Word[]
  /** Including the words of what the statement belongs to. */
  readonly terms: ReadonlySet<string>
}

/** A retrieved passage, read: its statements as candidates, its terms and those of its title and headings. */
export interface Page {
  readonly candidates: readonly Candidate[]
  readonly terms: ReadonlySet<string>
  readonly context: ReadonlySet<string>
}

/** Reads the retrieved passages into candidates, in the order of passages and statements. */
export function pages(found: readonly Found[]): Page[] {
  return found.map(({ passage }, i) => {
    const candidates = passage.statements.map((statement, j) => {
      const text = passage.text.slice(statement.start, statement.end)
      const own = words(text)
      const around = statement.under === '' ? own : [...own, ...words(statement.under)]
      const held = new Set([...around.map((word) => word.term), ...pairTerms(around)])
      return { found: i, statement: j, text, words: own, terms: held }
    })
    return {
      candidates,
      terms: new Set(candidates.flatMap((candidate) => [...candidate.terms])),
      context: new Set(terms(contextOf(passage))),
    }
  })
}

/** The texts of all statements, in the order of `pages`, for the similarity reader to embed. */
export function statementTexts(found: readonly Found[]): string[] {
  return found.flatMap(({ passage }) =>
    passage.statements.map(({ start, end, under }) => {
      const text = passage.text.slice(start, end)
      return under === '' ? text : `${under}: ${text}`
    }),
  )
}
