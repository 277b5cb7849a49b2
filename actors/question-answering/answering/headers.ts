import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { hasAnswerOf } from '../reading/spans.ts'
import { rankedFirst, textOf } from './ballots.ts'
import { quotedFrom } from './quoted.ts'
import type { Ballot, Ranked } from './vote.ts'

const MAIL = /\.eml$/iu
const DATE = /(?:^|\n)Date: /u
/** Asked about the mail itself, its head answers. */
const OF_THE_MAIL =
  /\b(?:sent|send|sends|sender|wrote|write|writes|written|receive[ds]?|arrived?|repl(?:y|ied)|answer(?:ed)?|e-?mails?|mails?|messages?|letters?|dated?|confirm(?:s|ed)?|cancel(?:s|led|ed)?|complain(?:s|ed)?|announced?|invited?|request(?:s|ed)?|order(?:s|ed)?|ask(?:s|ed)?|offer(?:s|ed)?|made)\b/iu
/** How far behind, in log-odds, what the mail says may be. */
const APART = 5

/** The statements by rank; the date of a mail tells when it was sent: asked for another date or time, what the mail says goes before it. */
export function byText(
  { text: question, kind }: Pick<Question, 'text' | 'kind'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const { ballots } = ranked
  const winner = ballots[0]
  if (winner === undefined || OF_THE_MAIL.test(question)) return ranked
  const passageOf = ({ found: at }: Ballot) => (found[at] as Pick<Found, 'passage'>).passage
  const { file } = passageOf(winner)
  const isHead = (one: Ballot) => {
    const { statements } = passageOf(one)
    return statements[one.statement]?.kind !== 'sentence' && DATE.test(textOf(passageOf(one), one))
  }
  if (!MAIL.test(file) || !isHead(winner)) return ranked
  const quoted = quotedFrom(found, file)
  const lineOf = (one: Ballot) => passageOf(one).statements[one.statement]?.line ?? 0
  const said = ballots.find((one) => {
    if (winner.score - one.score > APART || passageOf(one).file !== file || isHead(one)) return false
    if (quoted !== undefined && lineOf(one) >= quoted) return false
    return kind !== 'date' || hasAnswerOf(kind, textOf(passageOf(one), one))
  })
  return said === undefined ? ranked : rankedFirst(ranked, said)
}
