import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { terms } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { lacksAmount } from '../reading/spans.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** What is further behind the winner, in log-odds, answers something else. */
const APART = 2

/**
 * The statements by rank; of the rows of a document one that alone has a word of the question goes before a row that has no word of it but those
 * of its heads: "Which port serves metrics?" asks for "Purpose: Metrics endpoint · Port: 9464".
 */
export function byRow(
  { kind, terms: asked }: Pick<Question, 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined) return ranked
  const passageOf = passagesIn(found)
  const isRow = (one: Ballot) => passageOf(one).statements[one.statement]?.kind === 'row'
  if (!isRow(winner)) return ranked
  const { file } = passageOf(winner)
  const near = ranked.ballots.filter(
    (one) => winner.score - one.score < APART && passageOf(one).file === file && isRow(one),
  )
  if (near.length < 2) return ranked
  const { rows, counts } = rowsOf(found.flatMap(({ passage }) => (passage.file === file ? [passage] : [])))
  const wordsOf = (one: Ballot) => new Set(terms(textOf(passageOf(one), one)))
  const told = wordsOf(winner)
  if (asked.some(({ term }) => told.has(term) && (counts.get(term) ?? 0) < rows)) return ranked
  const telling = asked.filter(({ term }) => counts.get(term) === 1)
  const hasAmount = (one: Ballot) => !lacksAmount(kind, textOf(passageOf(one), one))
  const better = near.find((one) => {
    const own = wordsOf(one)
    return telling.some(({ term }) => own.has(term)) && (hasAmount(one) || !hasAmount(winner))
  })
  return better === undefined ? ranked : rankedFirst(ranked, better)
}

/** "What does the whole kitchen come to?" */
const OF_ALL =
  /\b(?:altogether|all together|in total|in all(?=\W*$)|overall)\b|\b(?:whole|entire|everything|total)\b[^?]*\b(?:costs?|comes?|pay|paid|spend|spent|price|bill|sum)\b/iu
const SUM = /(?:^|:\s)(?:grand |overall )?(?:total|sum|sums|gesamt|summe)\b/iu
/** The same for the row of a sum. */
const SUM_APART = 3

/** The statements by rank; asked for all of it, the row with the sum goes before a row of its document. */
export function bySum(
  { text: question }: Pick<Question, 'text'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined || !OF_ALL.test(question)) return ranked
  const passageOf = passagesIn(found)
  const isRow = (one: Ballot) => passageOf(one).statements[one.statement]?.kind === 'row'
  const isSum = (one: Ballot) => isRow(one) && SUM.test(textOf(passageOf(one), one))
  if (!isRow(winner) || isSum(winner)) return ranked
  const sum = ranked.ballots.find(
    (one) =>
      winner.score - one.score < SUM_APART && passageOf(one).file === passageOf(winner).file && isSum(one),
  )
  return sum === undefined ? ranked : rankedFirst(ranked, sum)
}

/** How many rows there are, and how many of them have each term. */
function rowsOf(passages: readonly Passage[]): { rows: number; counts: ReadonlyMap<string, number> } {
  const counts = new Map<string, number>()
  let rows = 0
  for (const { text, statements } of passages) {
    for (const { start, end } of statements.filter(({ kind }: Statement) => kind === 'row')) {
      rows += 1
      for (const term of new Set(terms(text.slice(start, end)))) counts.set(term, (counts.get(term) ?? 0) + 1)
    }
  }
  return { rows, counts }
}
