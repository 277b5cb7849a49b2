import { terms } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** "22:31 INFO backup: job failed with code 28": a line of a log begins with a time, and says that something went wrong. */
const FAILED =
  /^[^\p{L}\n]{0,3}\p{N}[^\n]*\b(?:fail(?:s|ed|ure)?|abort(?:s|ed|ing)?|gave up|giving up|exit(?:s|ed|ing)?|crash(?:es|ed)?|stopped|cancel(?:l?ed)?|rolled back|unsuccessful(?:ly)?)\b/iu
/** "aborted at row 48210: no space left", "status=cancelled reason="heavy swell"". */
const SAYS_WHY = new RegExp(
  `${FAILED.source}[^\\n]*?(?:: \\S|\\breason\\s?[=:]|\\b(?:because|due to)\\b)`,
  'iu',
)
/** A line that says what went wrong. */
const ERROR =
  /(?<!\p{L})(?:ERROR|ERR|FATAL|CRIT(?:ICAL)?|SEVERE|WARN(?:ING)?|Exception|Error|Caused by)(?!\p{L})/u
/** Such a line says what went wrong, if it is not only that something failed. */
const ERROR_LEVEL = /(?<!\p{L})(?:ERROR|ERR|FATAL|CRIT(?:ICAL)?|SEVERE)(?!\p{L})/u
/** "OSError: [Errno 28] No space left": what a trace of a program ends with. */
const EXCEPTION = /^(?:Caused by: )?[\p{L}\p{N}_.$]*(?:Error|Exception|Failure|panic)\b[^\n]*: \S/u
/** "2025-04-02 01:07:31 WARN": a line of a log. */
const LINE = /^[^\p{L}\p{N}\n]{0,3}(?:\p{L}{3} )?\p{N}{1,4}[-/.:]?\s?\p{N}{0,2}[-/.:]\p{N}{2}/u
/** "What was the reason for the crash?" */
const ASKS = /\b(?:reasons?|causes?|caused|made|went wrong)\b/iu
/** "Root cause", above what was. */
const HEADS_CAUSE =
  /^(?:\P{L}*\p{N}[\p{N}.]*\s)?(?:(?:the |root |probable |likely |main )*(?:causes?|reasons?)|why it happened|ursache|grund)\b[^\n]{0,20}$/iu
/** A text that says why. */
const TELLS_WHY = /\b(?:because|since|due to|owing to|caused|reason|cause|as a result|weil|wegen)\b/iu
/** What stands below such a heading may be so far behind. */
const HEADED_APART = 7

/** As many lines above are of the same event. */
const LINES_ABOVE = 3
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 4

/**
 * The statements by rank; asked why, of a log the error that a trace ends with below a line with a word of the question, or the error just above,
 * goes before a line that only says that something failed; of a report what stands below "Root cause" before a sentence that does not say why.
 */
export function byCause(
  { text: question, kind, terms: asked }: Pick<Question, 'text' | 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined || !(kind === 'reason' || ASKS.test(question))) return ranked
  const passageOf = passagesIn(found)
  const text = textOf(passageOf(winner), winner)
  const { file, statements } = passageOf(winner)
  const isHeaded = (one: Ballot) => HEADS_CAUSE.test(passageOf(one).trail.at(-1) ?? '')
  if (kind === 'reason' && !isHeaded(winner) && !TELLS_WHY.test(text)) {
    const headed = ranked.ballots.find(
      (one) => winner.score - one.score <= HEADED_APART && passageOf(one).file === file && isHeaded(one),
    )
    if (headed !== undefined) return rankedFirst(ranked, headed)
  }
  const near = ranked.ballots.filter(
    (one) => winner.score - one.score <= APART && passageOf(one).file === file,
  )
  const last = (all: readonly Ballot[]) =>
    [...all].sort((a, b) => b.found - a.found || b.statement - a.statement)[0]
  const isOpen = LINE.test(text) && !SAYS_WHY.test(text) && (!ERROR_LEVEL.test(text) || FAILED.test(text))
  const isTraced = (one: Ballot) => {
    if (!EXCEPTION.test(textOf(passageOf(one), one))) return false
    const above = new Set(terms(passageOf(one).statements[one.statement]?.under ?? ''))
    return asked.some(({ term }) => above.has(term))
  }
  const traced = isOpen ? last(near.filter(isTraced)) : undefined
  if (traced !== undefined) return rankedFirst(ranked, traced)
  if (!FAILED.test(text) || SAYS_WHY.test(text)) return ranked
  const above = statements
    .flatMap(({ kind: form }, i) => (form === 'list' || i >= winner.statement ? [] : [i]))
    .slice(-LINES_ABOVE)
  const cause = last(
    near.filter(
      (one) =>
        one.found === winner.found &&
        above.includes(one.statement) &&
        ERROR.test(textOf(passageOf(one), one)),
    ),
  )
  return cause === undefined ? ranked : rankedFirst(ranked, cause)
}
