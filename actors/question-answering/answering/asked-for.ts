import { AMOUNTS } from '../reading/answer-kind.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { hasAnswerOf } from '../reading/spans.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import { OFTEN } from './doubt.ts'
import type { Ballot, Ranked } from './vote.ts'

/** Words for what is so today. */
export const NOW = 'current|currently|now|nowadays|at present|presently|today|these days|at the moment'

/** "Target: 0.95": what should be, not what is. A goal that somebody scored is none. */
const WISH =
  '(?:\\b(?:goal|target|aim)s?\\b[^.\\n]{0,40}?(?:\\b(?:is|was|of)\\b|:)|\\b(?:planned|expected)\\b|\\bshould (?:be|reach)\\b)'

interface Sign {
  /** What a question may ask for by a word. */
  readonly asked: RegExp
  /** What a winner says that must give way; without it, any that does not tell gives way. */
  readonly wrong?: RegExp
  /** The words by which a statement tells that it has it. */
  readonly told: RegExp
  /** Whether the heading above may tell it: "Removed". */
  readonly headed?: boolean
  /** How far behind, in log-odds, it may be. */
  readonly apart: number
}

const SIGNS: readonly Sign[] = [
  {
    // "What did they finally decide?", "What did they agree on?": not what was said at first.
    asked:
      /\b(?:finally|in the end|end(?:ed)? up|eventually|ultimately|final (?:decision|choice|vote|say)|(?:agree|decide|settle|settled|agreed|decided) (?:on|upon)|(?:was|were|been|got) (?:agreed|decided|settled|resolved|approved|chosen|selected|picked|elected|adopted))\b/iu,
    told: /\b(?:agree|agreed|decided|decision|resolved|adopted|selected|picked|elected|settled|chose|chosen|final|finally|in the end|eventually|ultimately|instead|voted (?:to|for)|approved|confirmed|went (?:with|for))\b/iu,
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
    // "How many workers start if I say nothing?": not "What happens if I give notice?", nor the default of a loan.
    asked:
      /(?<!\bin )\bdefaults?\b(?! (?:on|of|judge?ment|interest|rate|risk)\b)|\bunless (?:i|you|we|one|it)\b[^?]{0,30}\b(?:say|says|set|sets|give|gives|given|specif(?:y|ies|ied)|pass|passed|choose|chosen|configured?)\b|\b(?:if|when)\b[^?]{0,40}(?:n['’]t|\b(?:not|nothing|none|nobody)\b)[^?]{0,10}\b(?:set|given|give (?:it|one|any|a value)|specif(?:y|ied)|configured?)\b|\b(?:if|when)\b[^?]{0,40}\b(?:(?:say|says|set|sets|give|gives|specify|pass|choose|configure) (?:nothing|none)|le(?:ave|ft)\b[^?]{0,40}\b(?:out|empty|blank|unset))\b/iu,
    told: /\b(?:default|defaults|unset|if (?:not|nothing is|none is) (?:set|given|specified))\b/iu,
    apart: 3.5,
  },
  {
    // "Which release removed it?": not the one that says it will be. What is asked for after something was removed is another matter.
    asked:
      /^(?:(?:in|with|since|from|as of) )?(?:which|what|when)\b(?![^?]*\b(?:will|after|before|once|if|while|until|because|who)\b)[^?]*\b(?:(?:removed|dropped|discontinued)|(?:releases?|versions?) (?:drops|removes))\b/iu,
    told: /^(?!.*\b(?:will|shall|may|might|to) (?:no longer|be (?:removed|dropped|discontinued))\b).*\b(?:no longer (?:supported|available|included|there|exists?|works?|part)|removed?|removes|drop(?:ped|s)?|gone|discontinued)\b/isu,
    apart: 2,
    headed: true,
  },
  {
    // "It is dead, what should I use instead?"
    asked:
      /\binstead\b|\b(?:successor|replacement|alternative)\b|\bwhat (?:has |have )?(?:replaced|replaces)\b/iu,
    told: /\b(?:instead|(?:replaced|superseded) (?:by|with)|(?:move|switch|migrate|change) to|moved to|in favou?r of|successor|replacement|alternative|(?:please )?use \S+ now)\b/iu,
    apart: 3,
  },
  {
    // "What accuracy did it reach?": not what it should reach.
    asked:
      /^(?:what|which|how)\b(?![^?]*\b(?:goals?|targets?|aims?|plan|planned|expect|expected|should|want|wanted|hope|hoped)\b)[^?]*(?:\bdid\b[^?]{0,60}\b(?:reach|achieve|score|(?:get on|get in))|\b(?:reached|achieved|scored|measured))\b/iu,
    wrong: new RegExp(WISH, 'iu'),
    told: new RegExp(`^(?!.*${WISH}).*\\p{N}`, 'isu'),
    apart: 3,
  },
]

/** Asked for an amount or a date, a statement without any is an introduction: "Next is the grant. It is due by 9 April." */
const AMOUNT_APART = 1

/** Of the best few: what is further down answers nothing. */
const AMONG = 5

/**
 * The statements by rank. Where the question asks for what was so in the end, is so now, is not so, is so by default or came about, or for an amount or
 * a date, and the winner has none, a statement near it of the same document that has goes first; for an amount one that a trained reader marks higher.
 */
export function byWhatIsAsked(
  { text: question, kind }: Pick<Question, 'text' | 'kind'>,
  found: readonly Pick<Found, 'passage'>[],
  ballots: readonly Ballot[],
): Ranked {
  const winner = ballots[0]
  const unchanged = { ballots, disputed: false }
  if (winner === undefined) return unchanged
  const passageOf = passagesIn(found)
  const saidBy = (one: Ballot) => textOf(passageOf(one), one)
  const better = (apart: number, tells: (one: Ballot) => boolean): Ranked | undefined => {
    if (tells(winner)) return undefined
    const near = ballots.slice(1, AMONG).filter((one) => winner.score - one.score < apart)
    const first = near.find((one) => passageOf(one).file === passageOf(winner).file && tells(one))
    return first === undefined ? undefined : rankedFirst(unchanged, first)
  }
  const hasAmount = (one: Ballot) => AMOUNTS.has(kind) && hasAnswerOf(kind, saidBy(one))
  for (const { asked, wrong, told, apart, headed } of SIGNS) {
    if (!asked.test(question) || wrong?.test(saidBy(winner)) === false) continue
    const isTold = (one: Ballot) =>
      told.test(saidBy(one)) || (headed === true && told.test(passageOf(one).trail.at(-1) ?? ''))
    // Of an amount or a date in its place another one.
    const ranked = better(apart, (one) => isTold(one) && (hasAmount(one) || !hasAmount(winner)))
    if (ranked !== undefined) return ranked
  }
  if (!AMOUNTS.has(kind) || OFTEN.test(question)) return unchanged
  return (
    better(
      AMOUNT_APART,
      (one) => (one === winner || one.marks.extraction > winner.marks.extraction) && hasAmount(one),
    ) ?? unchanged
  )
}
