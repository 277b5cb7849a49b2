import { contentWords } from '../../knowledge/text/words.ts'
import { AMOUNTS } from '../reading/answer-kind.ts'
import type { Found } from '../reading/candidate.ts'
import { CELLS, fieldIn } from '../reading/cells.ts'
import type { Question } from '../reading/question.ts'
import { OFFERS } from '../reading/reading-text.ts'
import { hasAnswerOf } from '../reading/spans.ts'
import { isWithin, passagesIn, rankedFirst, recordOf, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** "How was it solved?": not "Which ticket is solved?", which the field may answer. */
const ASKED = /^\s*(?:how|why|who|whom|where|when)\b/iu
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 3

/**
 * The statements by rank; a field whose value only repeats the question ("status: solved", asked how it was solved) gives way to what else its record
 * says. So does a record of which such a field is the best.
 */
export function byEcho(
  { text: question, kind, terms: asked }: Pick<Question, 'text' | 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined || kind === 'yes-no' || !ASKED.test(question) || OFFERS.test(question))
    return ranked
  const passageOf = passagesIn(found)
  const kindOf = (one: Ballot) => passageOf(one).statements[one.statement]?.kind
  const own =
    kindOf(winner) === 'list'
      ? ranked.ballots.find((one) => one !== winner && isWithin(passageOf(winner), winner, one))
      : winner
  const told = new Set(asked.map(({ term }) => term))
  const repeats = (one: Ballot) => {
    const value = kindOf(one) === 'field' ? fieldIn(textOf(passageOf(one), one))?.value : undefined
    const words = value === undefined ? [] : contentWords(value)
    return words.length > 0 && /\p{L}/u.test(value ?? '') && words.every(({ term }) => told.has(term))
  }
  if (own === undefined || !repeats(own)) return ranked
  const record = recordOf(passageOf(own))
  const path = [...(fieldIn(textOf(passageOf(own), own))?.path ?? []), ''].join(CELLS)
  const other = ranked.ballots.find((one) => {
    if (winner.score - one.score >= APART || kindOf(one) === 'list' || recordOf(passageOf(one)) !== record)
      return false
    const text = textOf(passageOf(one), one)
    // A field that is cut into its sentences has no path.
    const isOfIt = text.startsWith(path) || !text.includes(CELLS)
    return isOfIt && !repeats(one) && (!isOfFact(kind) || hasAnswerOf(kind, text.replace(path, '')))
  })
  return other === undefined ? ranked : rankedFirst(ranked, other)
}

function isOfFact(kind: Question['kind']): boolean {
  return kind === 'person' || AMOUNTS.has(kind)
}
