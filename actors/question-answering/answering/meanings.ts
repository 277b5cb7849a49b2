import { MONTHS } from '../../knowledge/text/calendar.ts'
import { contextOf } from '../../knowledge/text/passages.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { lacksAmount } from '../reading/spans.ts'
import { isWithin, passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

interface Meaning {
  /** Words of a question. */
  readonly asked: RegExp
  /** Words that say the same, and units. */
  readonly told: RegExp
}

const ENDED =
  /\b(?:expire[sd]?|expir(?:y|ation|ing)|out of date|ran out|runs? out|run out|timed? out|no longer valid|abgelaufen)\b/iu
const DAY_NAMED = `(?:the )?(?:\\p{N}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:${MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|')})\\b)`
const DUE = new RegExp(
  `\\b(?:due(?! to\\b)|deadline|no later than|at the latest|by when)\\b|\\b(?:pay|pays|paid|payable|submit(?:ted)?|hand(?:ed)? in|return(?:ed)?|repl(?:y|ied)|appl(?:y|ied)|register(?:ed)?)\\b[^.?\\n]{0,30}\\bby ${DAY_NAMED}`,
  'iu',
)

const MEANINGS: readonly Meaning[] = [
  { asked: ENDED, told: ENDED },
  { asked: DUE, told: DUE },
  {
    // "How much does it weigh?"
    asked: /^\s*(?:how|what|which)\b[^?]*\b(?:weighs?|weight|heavy)\b/iu,
    told: /\b(?:weigh(?:s|t)?|mass|tare|payload|load|capacity|kg|kilos?|lbs?|pounds|oz|tonnes?|tons?)\b|\d\s?(?:g|t)\b/iu,
  },
  {
    // "Which port do we use to send mail?"
    asked:
      /^(?=.*\b(?:ports?|servers?|hosts?|protocols?|settings?)\b).*\bsend(?:s|ing)?\b[^?]*\be?-?mails?\b/isu,
    told: /smtp|\bout(?:going|bound)/iu,
  },
  {
    asked:
      /^(?=.*\b(?:ports?|servers?|hosts?|protocols?|settings?)\b).*\b(?:receiv(?:e|es|ing)|fetch(?:es|ing)?|collect(?:s|ing)?|read(?:s|ing)?)\b[^?]*\be?-?mails?\b/isu,
    told: /imap|pop3|\bin(?:coming|bound)/iu,
  },
  {
    // "How high can it pump?"
    asked:
      /\bhow (?:high|tall)\b(?![^?]*\b(?:deposit|fees?|fines?|prices?|costs?|rents?|rates?|tax(?:es)?|charges?|salar(?:y|ies)|score|share|turnout|discount|bills?|budget|level|risk)\b)/iu,
    told: /\b(?:height|head|high|tall|lift|altitude|elevation|ceiling|cm|mm|ft|feet|metres?|meters?)\b|\d\s?m\b|\(m\)/iu,
  },
]
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 3

/**
 * The statements by rank; one that has what is asked in other words ("has expired" for "is out of date", kilograms for "heavy") goes before one of
 * its document that has it in none.
 */
export function byMeaning(
  { text: question, kind }: Pick<Question, 'text' | 'kind'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  const meaning = MEANINGS.find(({ asked }) => asked.test(question))
  if (winner === undefined || meaning === undefined) return ranked
  const passageOf = passagesIn(found)
  const passage = passageOf(winner)
  const whole = passage.statements[winner.statement]
  // Of a list that has won, the item that came first.
  const own =
    whole?.kind !== 'list'
      ? winner
      : ranked.ballots.find((one) => one !== winner && isWithin(passage, winner, one))
  if (own === undefined) return ranked
  const around = `${contextOf(passage)} ${passage.statements[own.statement]?.under ?? ''}`
  const { told } = meaning
  if (told.test(textOf(passage, own)) || (meaning.asked === told && told.test(around))) return ranked
  const tells = (one: Ballot) => {
    const text = textOf(passageOf(one), one)
    if (!told.test(text)) return false
    return meaning.asked === told ? !lacksAmount(kind, text) : /\p{N}/u.test(text)
  }
  const better = ranked.ballots.find(
    (one) =>
      winner.score - one.score <= APART &&
      passageOf(one).file === passage.file &&
      one !== winner &&
      tells(one),
  )
  return better === undefined ? ranked : rankedFirst(ranked, better)
}
