import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { asksForOpen, isHeadingNamed } from '../reading/tasks.ts'
import { passagesIn, rankedFirst, recordOf, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

const DONE = / \(done\)$/u
const OPEN = / \(open\)$/u
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 6

/** The statements by rank; asked for open tasks, one that is open goes before one of its file that is done, or of its heading if the question names that. */
export function byOpenTask(
  question: Pick<Question, 'text' | 'kind'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined || !asksForOpen(question)) return ranked
  const passageOf = passagesIn(found)
  if (!DONE.test(textOf(passageOf(winner), winner))) return ranked
  const isNamed = isHeadingNamed(question.text, passageOf(winner))
  const placeOf = (one: Ballot) => (isNamed ? recordOf(passageOf(one)) : passageOf(one).file)
  const open = ranked.ballots.find(
    (one) =>
      winner.score - one.score < APART &&
      placeOf(one) === placeOf(winner) &&
      OPEN.test(textOf(passageOf(one), one)),
  )
  return open === undefined ? ranked : rankedFirst(ranked, open)
}
