import type { Pauses } from '../../../src/kernel/pauses.ts'
import { DenseIndex, type QuantisedMatrix } from '../retrieval/dense-index.ts'
import { LexicalIndex } from '../retrieval/lexical-index.ts'
import type { Passage } from '../text/passages.ts'

/** The source of a team's answers: passages, and two indexes over them. Immutable, shared by all processors. */
export interface Corpus {
  readonly passages: readonly Passage[]
  readonly dense: DenseIndex
  readonly lexical: LexicalIndex
}

/** Indexes passages, with pauses. */
export async function corpusOf(
  passages: readonly Passage[],
  matrix: QuantisedMatrix,
  pauses: Pauses,
): Promise<Corpus> {
  return { passages, dense: new DenseIndex(matrix), lexical: await LexicalIndex.withPauses(passages, pauses) }
}
