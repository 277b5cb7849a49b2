import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** "Yes, two per booking." */
const SAYS =
  /^(?:(?:sorry|unfortunately|well|oh|sure)[,!]? )?(?:yes|no|yep|nope|only|of course|certainly|not (?:at|in|on|for|yet|without)|ja|nein|oui|non|s[ií])(?=[\s,.;:–—-])/iu
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 3

/** The statements by rank; whether something is so, the sentence of an answer that begins with yes or no goes before the one after it. */
export function byYesOrNo(
  { kind }: Pick<Question, 'kind'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined || kind !== 'yes-no') return ranked
  const passageOf = passagesIn(found)
  const { statements } = passageOf(winner)
  const own = statements[winner.statement]
  if (own?.kind !== 'sentence' || SAYS.test(textOf(passageOf(winner), winner))) return ranked
  const says = ranked.ballots.find((one: Ballot) => {
    const before = statements[one.statement]
    return (
      one.found === winner.found &&
      one.statement === winner.statement - 1 &&
      winner.score - one.score < APART &&
      before?.under === own.under &&
      SAYS.test(textOf(passageOf(one), one))
    )
  })
  return says === undefined ? ranked : rankedFirst(ranked, says)
}
