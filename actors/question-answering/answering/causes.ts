import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** "22:31 INFO backup: job failed with code 28": a line of a log begins with a time, and says that something went wrong. */
const FAILED =
  /^[^\p{L}\n]{0,3}\p{N}[^\n]*\b(?:fail(?:s|ed|ure)?|abort(?:s|ed|ing)?|gave up|giving up|exit(?:s|ed|ing)?|crash(?:es|ed)?|stopped|cancel(?:l?ed)?|rolled back|unsuccessful(?:ly)?)\b/iu
/** A line that says what went wrong. */
const ERROR =
  /(?<!\p{L})(?:ERROR|ERR|FATAL|CRIT(?:ICAL)?|SEVERE|WARN(?:ING)?|Exception|Error|Caused by)(?!\p{L})/u
/** As many lines above are of the same event. */
const LINES_ABOVE = 3
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 4

/** The statements by rank; asked why, of a log the error just above goes before a line that only says that something failed. */
export function byCause(
  { kind }: Pick<Question, 'kind'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined || kind !== 'reason') return ranked
  const passageOf = passagesIn(found)
  const text = textOf(passageOf(winner), winner)
  if (!FAILED.test(text) || ERROR.test(text)) return ranked
  const { statements } = passageOf(winner)
  const above = statements
    .flatMap(({ kind: form }, i) => (form === 'list' || i >= winner.statement ? [] : [i]))
    .slice(-LINES_ABOVE)
  const isCause = (one: Ballot) =>
    one.found === winner.found &&
    above.includes(one.statement) &&
    winner.score - one.score <= APART &&
    ERROR.test(textOf(passageOf(one), one))
  const causes = ranked.ballots.filter(isCause).sort((a, b) => b.statement - a.statement)
  return causes[0] === undefined ? ranked : rankedFirst(ranked, causes[0])
}
