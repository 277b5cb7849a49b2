import { segments } from '../../knowledge/text/segments.ts'
import { simplified } from '../../knowledge/text/simplified.ts'
import type { Candidate, Page } from './candidate.ts'
import { withoutAsking } from './chinese-question.ts'
import { coverage } from './features.ts'
import type { Question, QuestionTerm } from './question.ts'

/** Between the clauses of a sentence. */
const CLAUSE_ENDS = /[，；：,;:。！？]+/u

/**
 * Shares of the question's weight: in the statement with the opening of its passage, which names the subject that later sentences leave
 * out; and what tells the right statement from this opening: in the statement, where a term counts by how few of the statements read
 * have it; in its best clause; in the opening and not here. Then the share of the question's words, shared runs of characters, long ones
 * more, and the square of the share in the statement.
 */
export function chineseOverlap(question: Question, read: readonly Page[]): number[][] {
  const asked = withoutAsking(simplified(question.text))
  const said = segments(asked)
  const written = plain(asked)
  const letters = written.replaceAll(' ', '').length || 1
  const among = weightsAmong(question.terms, read)
  return read.flatMap(({ candidates }) =>
    candidates.map((candidate) => {
      const own = coverage(question.terms, candidate)
      const opening = candidates[0] as Candidate
      const text = simplified(candidate.text)
      return [
        coverage(question.terms, { has: (term) => candidate.has(term) || opening.has(term) }),
        coverage(among, candidate),
        bestClause(question.terms, text),
        coverage(question.terms, { has: (term) => opening.has(term) && !candidate.has(term) }),
        said.filter((segment) => candidate.hasSegment(segment)).length / (said.length || 1),
        Math.sqrt(sharedRuns(written, plain(text))) / letters,
        own * own,
      ]
    }),
  )
}

/** The terms, each weighed by how few of the statements that are read have it. */
function weightsAmong(terms: readonly QuestionTerm[], read: readonly Page[]): QuestionTerm[] {
  const all = read.flatMap(({ candidates }) => candidates)
  return terms.map((one) => {
    const having = all.filter((candidate) => candidate.has(one.term)).length
    return { ...one, weight: Math.log(1 + all.length / (having + 0.5)) }
  })
}

function bestClause(terms: readonly QuestionTerm[], text: string): number {
  return text
    .toLowerCase()
    .split(CLAUSE_ENDS)
    .reduce((most, clause) => Math.max(most, coverage(terms, { has: (term) => clause.includes(term) })), 0)
}

function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
}

const RUN_LEAST = 2

/** The sum of the squares of the runs of the question that a text has too. */
function sharedRuns(asked: string, own: string): number {
  let sum = 0
  for (let from = 0; from < asked.length; ) {
    let to = from
    while (to < asked.length && asked[to] !== ' ' && own.includes(asked.slice(from, to + 1))) to += 1
    if (to - from < RUN_LEAST) from += 1
    else {
      sum += (to - from) ** 2
      from = to
    }
  }
  return sum
}
