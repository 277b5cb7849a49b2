import { type Word, words } from '../../knowledge/text/words.ts'
import type { FeatureWeights } from '../calibration/calibration.ts'
import type { Terms } from './candidate.ts'
import type { Question, QuestionTerm } from './question.ts'

/** One row of numbers per candidate statement, in the order of `pages`; `N` names the columns. */
export type Features<N extends readonly string[]> = readonly (readonly number[] & {
  readonly '~columns'?: N
})[]

/** The weighted sum of every row. */
export function weigh<N extends readonly string[]>(
  features: Features<N>,
  names: N,
  weights: FeatureWeights<N>,
): Float64Array {
  const factors = names.map((name) => weights[name as N[number]])
  return Float64Array.from(features, (row) =>
    row.reduce((sum, value, i) => sum + value * (factors[i] ?? 0), 0),
  )
}

/** Share of the terms' weight that is in the set, 0 to 1. */
export function coverage(terms: readonly QuestionTerm[], set: Terms): number {
  let total = 0
  let covered = 0
  for (const { term, weight } of terms) {
    total += weight
    if (set.has(term)) covered += weight
  }
  return total === 0 ? 0 : covered / total
}

/** Two adjacent content words of the question, and the mean of their weights. */
export interface Pair {
  readonly left: string
  readonly right: string
  readonly weight: number
}

export function questionPairs(question: Question): Pair[] {
  const weights = new Map(question.terms.map((term) => [term.term, term.weight]))
  const content = words(question.text).filter((word) => weights.has(word.term))
  return content.slice(1).map((word, i) => {
    const left = (content[i] as Word).term
    const right = word.term
    return { left, right, weight: ((weights.get(left) ?? 0) + (weights.get(right) ?? 0)) / 2 }
  })
}

const BEFORE = 2
const AFTER = 3

/** Share of the pairs' weight whose words are near each other in the text, of which `terms` are the words; 0 to 1. */
export function pairCoverage(pairs: readonly Pair[], terms: readonly string[]): number {
  let total = 0
  let covered = 0
  for (const pair of pairs) {
    total += pair.weight
    if (terms.some((term, i) => term === pair.left && isNear(terms, i, pair.right))) covered += pair.weight
  }
  return total === 0 ? 0 : covered / total
}

function isNear(terms: readonly string[], at: number, term: string): boolean {
  for (let i = Math.max(0, at - BEFORE); i <= at + AFTER && i < terms.length; i += 1) {
    if (i !== at && terms[i] === term) return true
  }
  return false
}
