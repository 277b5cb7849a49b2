import { DenseIndex, type QuantisedMatrix } from '../retrieval/dense-index.ts'
import { LexicalIndex } from '../retrieval/lexical-index.ts'
import type { Passage } from '../text/passages.ts'

/** The source of a team's answers: passages, and two indexes over them. Immutable, shared by all processors. */
export interface Corpus {
  readonly passages: readonly Passage[]
  readonly dense: DenseIndex
  readonly lexical: LexicalIndex
}

export function corpusOf(passages: readonly Passage[], matrix: QuantisedMatrix): Corpus {
  return { passages, dense: new DenseIndex(matrix), lexical: new LexicalIndex(passages) }
}
