import { contentWords } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import { type Field, fieldIn } from '../reading/cells.ts'
import type { Question } from '../reading/question.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** What is further behind the winner, in log-odds, answers something else. */
const APART = 5

/**
 * The statements by rank; a field that the question names by its key goes before one of another part of the same record that it does not: "What is the
 * tracking number of Nadia's order?" asks for "5502 · shipping · tracking", not for "5502 · customer · Nadia · city".
 */
export function byPart(
  { terms: asked }: Pick<Question, 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined) return ranked
  const passageOf = passagesIn(found)
  const told = new Set(asked.map(({ term }) => term))
  const fieldOf = (one: Ballot) => {
    const { kind } = passageOf(one).statements[one.statement] ?? {}
    return kind === 'field' ? fieldIn(textOf(passageOf(one), one)) : undefined
  }
  const shareOf = (text: string) => {
    const words = contentWords(text)
    return words.filter(({ term }) => told.has(term)).length / Math.max(1, words.length)
  }
  const own = fieldOf(winner)
  // The winner has the name of its record, and nothing else that is asked for.
  if (own === undefined || own.path.length < 2 || shareOf(own.key) > 0) return ranked
  if (![...own.path.slice(1), own.value].some((part) => shareOf(part) === 1)) return ranked
  const isAsked = (one: Field) =>
    one.path[0] === own.path[0] && one.path[1] !== own.path[1] && shareOf(one.key) === 1
  const better = ranked.ballots.find((one) => {
    const field = fieldOf(one)
    return (
      field !== undefined &&
      winner.score - one.score < APART &&
      passageOf(one).file === passageOf(winner).file &&
      isAsked(field)
    )
  })
  return better === undefined ? ranked : rankedFirst(ranked, better)
}
