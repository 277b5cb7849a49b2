import type { STANDING_FEATURES } from '../calibration/features.ts'
import { type Found, type Page, pages } from './candidate.ts'
import { coverage, type Features, pairCoverage, questionPairs } from './features.ts'
import type { Question } from './question.ts'

/** `dense` cosine; `coverage` of the question's weight by the passage (and with title and headings); of its names; of its word pairs. */
export function standingFeatures(
  question: Question,
  found: readonly Found[],
  read: readonly Page[] = pages(found),
): Features<typeof STANDING_FEATURES> {
  const pairs = questionPairs(question)
  const named = question.terms.filter((term) => term.named)
  return read.flatMap((page, i) => {
    const one = found[i] as Found
    const both = { has: (term: string) => page.terms.has(term) || page.context.has(term) }
    const row = [
      one.dense,
      coverage(question.terms, page.terms),
      coverage(question.terms, both),
      named.length === 0 ? 1 : coverage(named, both),
      pairCoverage(pairs, page.words),
    ]
    return page.candidates.map(() => row)
  })
}
