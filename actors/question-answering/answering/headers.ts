import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { rankedFirst, textOf } from './ballots.ts'
import { quotedFrom } from './quoted.ts'
import type { Ballot, Ranked } from './vote.ts'

const MAIL = /\.eml$/iu
const DATE = /(?:^|\n)Date: /u
/** Asked about the mail itself, its head answers. */
const OF_THE_MAIL =
  /\b(?:sent|send|sends|sender|wrote|write|writes|written|receive[ds]?|arrived?|repl(?:y|ied)|answer(?:ed)?|e-?mails?|mails?|messages?|letters?|dated?)\b/iu
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
    const whole = statements[one.statement]?.kind
    return whole !== 'sentence' && DATE.test(textOf(passageOf(one), one))
  }
  if (!MAIL.test(file) || !isHead(winner)) return ranked
  const quoted = quotedFrom(found.map(({ passage }) => passage).filter((one) => one.file === file))
  const lineOf = (one: Ballot) => passageOf(one).statements[one.statement]?.line ?? 0
  const said = ballots.find((one) => {
    if (quoted !== undefined && lineOf(one) >= quoted) return false
    const text = textOf(passageOf(one), one)
    const near = winner.score - one.score <= APART
    return near && passageOf(one).file === file && !isHead(one) && (kind !== 'date' || /\p{N}/u.test(text))
  })
  return said === undefined ? ranked : rankedFirst(ranked, said)
}
