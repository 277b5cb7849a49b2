import type { Statement } from '../../knowledge/text/statements.ts'
import { terms } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

const ASKS = /\b(?:commands?|cmd|scripts?|one-liner|shell|flags?|switch|option|argument|parameter)\b/iu
/** These say that a command is asked for, not which one. */
const EMPTY = new Set(
  terms('command cmd script liner shell flag switch option argument parameter run use type execute enter'),
)
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 5
const LETTERS_LEAST = 4

/**
 * The statements by rank: asked for a command, of the lines of code in one file the one with the most words of the question in it, or in the
 * sentence or heading above it, goes first. "Reindex" has the word "index". Models that read prose tell commands apart badly.
 */
export function byCommand(
  { text: question, terms: all }: Pick<Question, 'text' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined || !ASKS.test(question)) return ranked
  const passageOf = ({ found: at }: Ballot) => (found[at] as Pick<Found, 'passage'>).passage
  const statementOf = (one: Ballot) => passageOf(one).statements[one.statement] as Statement
  if (statementOf(winner).kind !== 'code') return ranked
  const asked = all.filter(({ term }) => !EMPTY.has(term)).map(({ term }) => term)
  const wordsOf = (one: Ballot) => {
    const line = textOf(passageOf(one), one).toLowerCase()
    const around = new Set(terms(`${statementOf(one).under} ${passageOf(one).trail.at(-1) ?? ''}`))
    const own = new Set(terms(line))
    return asked.reduce((sum, term) => {
      const inside = own.has(term) || (term.length >= LETTERS_LEAST && line.includes(term))
      return sum + (inside ? 2 : 0) + (around.has(term) ? 1 : 0)
    }, 0)
  }
  const { file } = passageOf(winner)
  const others = ranked.ballots.filter(
    (one) =>
      winner.score - one.score < APART && statementOf(one).kind === 'code' && passageOf(one).file === file,
  )
  const most = others.reduce((best, one) => (wordsOf(one) > wordsOf(best) ? one : best), winner)
  return most === winner ? ranked : rankedFirst(ranked, most)
}
