import { words } from '../../knowledge/text/words.ts'
import type { ANSWER_TYPE_FEATURES } from '../calibration/features.ts'
import { type Candidate, type Found, type Page, pages } from './candidate.ts'
import { coverage, type Features } from './features.ts'
import type { Question } from './question.ts'
import { ANSWERED_BY, type TypedSpan } from './spans.ts'

type Weights = ReadonlyMap<string, number>

/**
 * `fits`: a span of a kind that answers the question and is not copied from it; `fitsBest`: of the first such
 * kind; `focus`: share of the asked-for noun phrase in the statement;
 * `near`: weight of the question's words around the best span; `defines` and `explains`: wording of a definition or a
 * reason, if one is asked for.
 */
export function answerTypeFeatures(
  question: Question,
  found: readonly Found[],
  read: readonly Page[] = pages(found),
): Features<typeof ANSWER_TYPE_FEATURES> {
  const asked = new Set(words(question.text).map((word) => word.term))
  const weights: Weights = new Map(question.terms.map((term) => [term.term, term.weight]))
  const total = question.terms.reduce((sum, term) => sum + term.weight, 0) || 1
  const kinds = ANSWERED_BY[question.kind]
  return read.flatMap(({ candidates }) =>
    candidates.map((candidate) => {
      const spans = kinds.length === 0 ? [] : freshSpans(question, candidate, asked)
      const own = spans.length === 0 ? [] : askedWords(candidate, weights)
      const near = spans.reduce((most, span) => Math.max(most, nearness(span, own)), 0) / total
      return [
        spans.length > 0 ? 1 : 0,
        spans.some((span) => span.kind === kinds[0]) ? 1 : 0,
        focusShare(question, candidate),
        near,
        question.kind === 'definition' && defines(candidate, weights) ? 1 : 0,
        question.kind === 'reason' && REASON.test(candidate.text) ? 1 : 0,
      ]
    }),
  )
}

const REASON =
  /\b(?:because|due|so that|therefore|since|reasons?|causes?|caused|in order to|result)\b|因为|由于|因此|所以|原因|为了|导致|故而|因而/iu

/** Spans that could answer the question: of a fitting kind, and new compared with the question. */
function freshSpans(question: Question, candidate: Candidate, asked: ReadonlySet<string>): TypedSpan[] {
  const kinds = ANSWERED_BY[question.kind]
  return candidate.typed.filter((span) => kinds.includes(span.kind) && isFresh(span, candidate, asked))
}

function isFresh(span: TypedSpan, candidate: Candidate, asked: ReadonlySet<string>): boolean {
  let inside = 0
  let fresh = false
  // A statement of numbers alone has as many spans as words.
  for (let word = candidate.from(span.start); word < candidate.length; word += 1) {
    if (candidate.end(word) > span.end) break
    inside += 1
    const term = candidate.term(word)
    fresh ||= !asked.has(term) && (term.length > 1 || /\p{N}/u.test(term))
  }
  // A capital at the start of a sentence does not make a name.
  return fresh && !(span.kind === 'name' && span.start === 0 && inside === 1)
}

/** The question's words in a statement: where each begins, and what it weighs. */
type Asked = readonly { readonly start: number; readonly weight: number }[]

function askedWords(candidate: Candidate, weights: Weights): Asked {
  const found: { start: number; weight: number }[] = []
  for (let word = 0; word < candidate.length; word += 1) {
    const weight = weights.get(candidate.term(word))
    if (weight !== undefined) found.push({ start: candidate.start(word), weight })
  }
  return found
}

const NEAR_CHARS = 20

function nearness(span: TypedSpan, asked: Asked): number {
  let sum = 0
  for (const { start, weight } of asked) sum += weight / (1 + Math.abs(start - span.start) / NEAR_CHARS)
  return sum
}

function focusShare(question: Question, candidate: Candidate): number {
  if (question.focus.length === 0) return 0
  const focus = question.terms.filter((term) => question.focus.includes(term.term))
  return coverage(focus, candidate)
}

/** "X is …" near the start. */
function defines(candidate: Candidate, weights: Weights): boolean {
  for (let word = 0; word < candidate.length; word += 1)
    if (weights.has(candidate.term(word)))
      return candidate.start(word) < 15 && /\b(?:is|are|was|were|means|refers)\b/.test(candidate.text)
  return false
}
