import { isUnspaced } from '../../knowledge/text/words.ts'
import { CHINESE_OVERLAP_FEATURES, type OVERLAP_FEATURES } from '../calibration/features.ts'
import { type Candidate, type Found, type Page, pages, type Terms } from './candidate.ts'
import { chineseOverlap } from './chinese-overlap.ts'
import { coverage, type Features } from './features.ts'
import type { Question } from './question.ts'

/**
 * Shares of the question's weight: in the statement, with both neighbours, close together; of its names; shared runs of letters; then the
 * statement's own length (log), whether it is a fragment, opens its passage, or is itself a question. In Chinese also what
 * `chineseOverlap` finds.
 */
export function overlapFeatures(
  question: Question,
  found: readonly Found[],
  read: readonly Page[] = pages(found),
): Features<typeof OVERLAP_FEATURES> {
  const named = question.terms.filter((term) => term.named)
  const asked = new Set(question.terms.map((term) => term.term))
  const letters = letterRuns(plainLetters(question.terms.map((term) => term.text).join(' ')))
  const chinese = isUnspaced(question.text) ? chineseOverlap(question, read) : undefined
  let at = 0
  return read.flatMap(({ candidates }) =>
    candidates.map((candidate, i) => {
      const covered = coverage(question.terms, candidate)
      return [
        covered,
        coverage(question.terms, withNeighbours(candidates, i)),
        covered / (1 + spread(candidate, asked)),
        named.length === 0 ? 1 : coverage(named, candidate),
        sharedRuns(letters, plainLetters(candidate.text)),
        Math.log(1 + candidate.length),
        candidate.length < 5 ? 1 : 0,
        i === 0 ? 1 : 0,
        /[?？]\s*$/u.test(candidate.text) ? 1 : 0,
        ...(chinese?.[at++] ?? NONE),
      ]
    }),
  )
}

function withNeighbours(candidates: readonly Candidate[], i: number): Terms {
  const near = [candidates[i - 1], candidates[i], candidates[i + 1]]
  return { has: (term) => near.some((candidate) => candidate?.has(term) === true) }
}

const NONE = CHINESE_OVERLAP_FEATURES.map(() => 0)

/** How much of the statement lies between the first and the last word of the question, log(1 + share). */
function spread(candidate: Candidate, asked: ReadonlySet<string>): number {
  let first = -1
  let last = -1
  for (let word = 0; word < candidate.length; word += 1) {
    if (!asked.has(candidate.term(word))) continue
    if (first < 0) first = word
    last = word
  }
  if (first === last) return 1
  return Math.log(1 + (candidate.start(last) - candidate.start(first)) / (candidate.text.length + 1))
}

/** Every run of four letters: finds "founder" in "founded" and misspelt words where stems differ. */
function letterRuns(plain: string): Set<string> {
  const runs = new Set<string>()
  for (let i = 0; i + RUN <= plain.length; i += 1) runs.add(plain.slice(i, i + RUN))
  return runs
}

const RUN = 4

function plainLetters(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')
}

function sharedRuns(asked: ReadonlySet<string>, own: string): number {
  let shared = 0
  for (const run of asked) if (own.includes(run)) shared += 1
  return asked.size === 0 ? 0 : shared / asked.size
}
