import { contentWords } from '../../knowledge/text/words.ts'
import { AMOUNTS } from '../reading/answer-kind.ts'
import type { Found } from '../reading/candidate.ts'
import { CELLS } from '../reading/cells.ts'
import type { Question } from '../reading/question.ts'
import { hasAnswerOf } from '../reading/spans.ts'
import { passagesIn, rankedFirst, recordOf, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** The field that says what a record is about: "883 · subject: Office chair squeaks". */
const TITLE =
  /^(?<path>[^:\n]{1,120} · )?(?:title|subject|topic|summary|headline|heading|question|sujet|titre|titel|betreff|thema|asunto|tema|título|oggetto|titolo): /iu
/** Asked for it, it answers. */
const ASKED = /\b(?:titles?|subjects?|topics?|called|named?|headlines?|about)\b|^(?:what|which)\b/iu
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 3

/**
 * The statements by rank; the title of a record has the words of a question, but what else the record says answers it: who, when, how many, or how,
 * where the title says no more than the question.
 */
export function byTitle(
  question: Pick<Question, 'text' | 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined) return ranked
  const passageOf = passagesIn(found)
  const kindOf = (one: Ballot) => passageOf(one).statements[one.statement]?.kind
  const title = textOf(passageOf(winner), winner)
  const [key, path = ''] = TITLE.exec(title) ?? []
  if (key === undefined || kindOf(winner) !== 'field' || tells(question, title.slice(key.length)))
    return ranked
  const own = recordOf(passageOf(winner))
  const other = ranked.ballots.find((one) => {
    if (winner.score - one.score >= APART || kindOf(one) === 'list' || recordOf(passageOf(one)) !== own)
      return false
    const text = textOf(passageOf(one), one)
    // A field that is cut into its sentences has no path.
    const ofIt = (text.startsWith(path) || !text.includes(CELLS)) && !TITLE.test(text)
    return ofIt && (!isOfFact(question) || hasAnswerOf(question.kind, text.replace(path, '')))
  })
  return other === undefined ? ranked : rankedFirst(ranked, other)
}

/** Whether it asks for a person, an amount or a date, which a text has or has not. */
function isOfFact({ kind }: Pick<Question, 'kind'>): boolean {
  return kind === 'person' || AMOUNTS.has(kind)
}

/** Of the words of the title. */
const REPEATED = 0.6
/** "Ada Lin wins the cup", "Ferrari wins in Monza": who did it begins the title. */
const FULL_NAME = /\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+|^\s*\p{Lu}\p{L}+ \p{Ll}+s\b/u

/** Whether the title itself may be the answer. */
function tells({ text, kind, terms }: Pick<Question, 'text' | 'kind' | 'terms'>, title: string): boolean {
  const asked = new Set(terms.map(({ term }) => term))
  const own = contentWords(title)
  const same = own.filter(({ term }) => asked.has(term))
  const wants = isOfFact({ kind })
  const repeats = own.length > 0 && same.length >= REPEATED * own.length
  // A title that says more may say why: "Login fails: token expired".
  if (!wants && !repeats) return true
  if (!(wants && repeats) && ASKED.test(text)) return true
  const fresh = same.reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    title,
  )
  if (kind === 'person') return FULL_NAME.test(fresh)
  return AMOUNTS.has(kind) && hasAnswerOf(kind, fresh)
}
