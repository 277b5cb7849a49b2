import { AMOUNTS } from '../reading/answer-kind.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { hasAnswerOf } from '../reading/spans.ts'
import { rankedFirst, textOf } from './ballots.ts'
import { OFTEN } from './doubt.ts'
import type { Ballot, Ranked } from './vote.ts'

/** Words for what is so today. */
export const NOW = 'current|currently|now|nowadays|at present|presently|today|these days|at the moment'

/** What a question may ask for by a word, the words by which a statement tells that it has it, and how far behind, in log-odds, it may be. */
const SIGNS = [
  {
    // "What did they finally decide?", "What did they agree on?": not what was said at first.
    asked:
      /\b(?:finally|in the end|end(?:ed)? up|eventually|ultimately|final (?:decision|choice|vote|say)|(?:agree|decide|settle|settled|agreed|decided) (?:on|upon)|(?:was|were|been) (?:agreed|decided|settled|resolved|approved))\b/iu,
    told: /\b(?:agree|agreed|decided|resolved|settled|chose|chosen|final|finally|in the end|eventually|ultimately|instead|voted (?:to|for)|approved|confirmed|went (?:with|for))\b/iu,
    apart: 4,
  },
  {
    asked: new RegExp(`\\b(?:${NOW}|so far)\\b`, 'iu'),
    told: new RegExp(`\\b(?:${NOW}|so far|to date)\\b`, 'iu'),
    apart: 1,
  },
  {
    // "What must I not do?", "What can't be returned?"
    asked: /^(?:what|which|who|where|when)\b[^?]{0,60}?(?:n['’]t\b|\bnot\b|\bnever\b)/iu,
    told: /\b(?:not|never|no|cannot|avoid|without|forbidden|prohibited|nor|none|nobody|excluded)\b|n['’]t\b/iu,
    apart: 1.5,
  },
  {
    // "How many workers start if I say nothing?"
    asked:
      /\bdefaults?\b|\b(?:if|when|unless) (?:i|you|we|one|it|nothing|none|nobody)\b[^?]{0,30}\b(?:say|says|set|sets|give|gives|given|specif(?:y|ied)|pass|passed|choose|chosen|configured)\b|\bnot (?:set|specified|given|configured)\b|\b(?:leave|left) (?:it|this|that)? ?(?:out|empty|blank|unset)\b/iu,
    told: /\b(?:default|defaults|otherwise|unset|if (?:not|nothing is|none is) (?:set|given|specified))\b/iu,
    apart: 3.5,
  },
  {
    // "Which release removed it?": not the one that says it will be.
    asked: /\b(?:removed|dropped|drops|removes|discontinued|ended)\b/iu,
    told: /^(?![^.]*\bwill\b)[^.]*\b(?:no longer|removed?|dropped?|drops|gone|ended|discontinued)\b/iu,
    apart: 2,
  },
  {
    // "What accuracy did it reach?": not what it should reach.
    asked:
      /^(?:what|which|how)\b[^?]*\bdid\b[^?]*\b(?:reach|achieve|get|score)\b|\b(?:reached|achieved|scored|measured)\b/iu,
    told: /^(?!.*\b(?:goals?|targets?|aims?|planned|expected|should|wanted)\b).*\p{N}/isu,
    apart: 2,
  },
] as const

/** Asked for an amount or a date, a statement without any is an introduction: "Next is the grant. It is due by 9 April." */
const AMOUNT_APART = 1

/** Of the best few: what is further down answers nothing. */
const AMONG = 5

/**
 * The statements by rank. Where the question asks for what was so in the end, is so now, or is not so, or for an amount or a date, and the
 * winner has none, a statement near it of the same document that has goes first; for an amount one that a trained reader marks higher.
 */
export function byWhatIsAsked(
  { text: question, kind }: Pick<Question, 'text' | 'kind'>,
  found: readonly Pick<Found, 'passage'>[],
  ballots: readonly Ballot[],
): Ranked {
  const winner = ballots[0]
  const unchanged = { ballots, disputed: false }
  if (winner === undefined) return unchanged
  const passageOf = ({ found: at }: Ballot) => (found[at] as Found).passage
  const saidBy = (one: Ballot) => textOf(passageOf(one), one)
  const better = (apart: number, tells: (one: Ballot) => boolean): Ranked | undefined => {
    if (tells(winner)) return undefined
    const near = ballots.slice(1, AMONG).filter((one) => winner.score - one.score < apart)
    const first = near.find((one) => passageOf(one).file === passageOf(winner).file && tells(one))
    return first === undefined ? undefined : rankedFirst(unchanged, first)
  }
  for (const { asked, told, apart } of SIGNS) {
    if (!asked.test(question)) continue
    const ranked = better(apart, (one) => told.test(saidBy(one)))
    if (ranked !== undefined) return ranked
  }
  if (!AMOUNTS.has(kind) || OFTEN.test(question)) return unchanged
  const hasAmount = (one: Ballot) => hasAnswerOf(kind, saidBy(one))
  return (
    better(
      AMOUNT_APART,
      (one) => (one === winner || one.marks.extraction > winner.marks.extraction) && hasAmount(one),
    ) ?? unchanged
  )
}
