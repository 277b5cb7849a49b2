import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { contentWords, words } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { rankedFirst } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** "What comes right after draining?", "What do I do before I open the lid?", "Which step follows the rinse?" */
const ASKS = /\b(?:what|which)\b[^?]*?\b(?:comes?|next|steps?|do(?:es)?|done|happens?|follows?)\b/iu
/** Not "once a week", nor "which of the following". */
const NEIGHBOUR =
  /\b(?<way>after|(?<!\bthe )following|follows?|once(?! (?:an?|every|each|per|more|again)\b)|before|prior to)\b(?<what>[^?]*?)(?=\band (?:before|after)\b|\?|$)/iu
const BEFORE = /before|prior/iu

const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ')
/** What is next to "after" begins within as many characters. */
const BESIDE_CHARS = 16
/** "step 5", "point no. 3", "the fifth step". */
const NUMBERED = new RegExp(
  `\\b(?:(?:step|point|item|rule|instruction)s? (?:no\\.? ?|number |#)?(?<number>\\d{1,2})(?![\\d.,:]|\\p{L})|(?<ordinal>${ORDINALS.join('|')}) (?:step|point|item|rule|instruction)\\b)`,
  'iu',
)

/** The items by rank: asked for a step by its number, the item with it answers; asked what comes after or before a step of a numbered list, the step next to the one that is named answers. */
export function byStep(
  { text }: Pick<Question, 'text'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  const { way = '', what = '' } = NEIGHBOUR.exec(text)?.groups ?? {}
  const numbered = NUMBERED.exec(text)?.groups
  if (winner !== undefined && numbered !== undefined) {
    const { number, ordinal = '' } = numbered
    const own = number === undefined ? ORDINALS.indexOf(ordinal.toLowerCase()) + 1 : Number(number)
    // "What comes after step 4?"; not "After the power is on, what is step 4?"
    const beside = NUMBERED.test(what.slice(0, BESIDE_CHARS)) ? way : ''
    return byNumber(own + (beside === '' ? 0 : BEFORE.test(beside) ? -1 : 1), found, ranked, winner)
  }
  if (winner === undefined || !ASKS.test(text)) return ranked
  const asked = contentWords(what)
  if (asked.length === 0) return ranked
  const { passage } = found[winner.found] as Pick<Found, 'passage'>
  const steps = stepsAround(passage, winner)
  const has = steps.map((at) => coveredBy(asked, passage, at))
  const most = Math.max(...has)
  const at = has.indexOf(most)
  // Two steps may be about the same thing.
  if (2 * most < asked.length || most === 0 || has.lastIndexOf(most) !== at) return ranked
  const next = steps[at + (BEFORE.test(way) ? -1 : 1)]
  const ballot = ranked.ballots.find((one) => one.found === winner.found && one.statement === next)
  return ballot === undefined ? ranked : rankedFirst(ranked, ballot)
}

/** The item with a number, of the list that has won or one of whose items has; after "What comes after step 5?" the next. */
function byNumber(
  wanted: number,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
  winner: Ballot,
): Ranked {
  const { passage } = found[winner.found] as Pick<Found, 'passage'>
  const at = stepsAround(passage, winner).find((one) => numberOf(passage, one) === wanted)
  const ballot = ranked.ballots.find((one) => one.found === winner.found && one.statement === at)
  return ballot === undefined ? ranked : rankedFirst(ranked, ballot)
}

/** The number that stands before an item. */
function numberOf({ text, statements }: Passage, at: number): number {
  const { start } = statements[at] as Statement
  return Number(/(\p{N}+)\. $/u.exec(text.slice(Math.max(0, start - 8), start))?.[1])
}

/** The steps of the numbered list that has won, or one of whose steps has. */
function stepsAround({ text, statements }: Passage, { statement }: Ballot): number[] {
  const own = statements[statement] as Statement
  const list = statements.find(
    ({ kind, start, end }) => kind === 'list' && start <= own.start && end >= own.end,
  )
  if (list === undefined) return []
  return statements.flatMap(({ kind, start, end }, i) =>
    kind === 'item' &&
    start >= list.start &&
    end <= list.end &&
    /(?:^|\n)\p{N}+\. $/u.test(text.slice(Math.max(0, start - 8), start))
      ? [i]
      : [],
  )
}

function coveredBy(
  asked: readonly { readonly term: string }[],
  { text, statements }: Passage,
  at: number,
): number {
  const { start, end } = statements[at] as Statement
  const own = new Set(words(text.slice(start, end)).map(({ term }) => term))
  return asked.filter(({ term }) => own.has(term)).length
}
