import { terms } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { rankedFirst, textOf } from './ballots.ts'
import { AMOUNTS } from './doubt.ts'
import type { Ballot, Ranked } from './vote.ts'

/** The field that says what a record is about: "883 · subject: Office chair squeaks". */
const TITLE =
  /^(?:[^:]{1,120} · )?(?:title|subject|topic|summary|headline|heading|question|sujet|titre|titel|betreff|thema|asunto|tema|título|oggetto|titolo): /iu
/** Asked for it, it answers. */
const ASKED = /\b(?:titles?|subjects?|topics?|called|named?|headlines?|about)\b|^(?:what|which)\b/iu
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 3

/** Whether a statement of a passage is the title of a record. */
export function isTitle(text: string): boolean {
  return !text.includes('\n') && TITLE.test(text)
}

/**
 * The statements by rank; the title of a record has the words of a question, but what else the record says answers it: who, when, how many, or how,
 * where the title says no more than the question.
 */
export function byTitle(
  { text: question, kind, terms: asked }: Pick<Question, 'text' | 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined) return ranked
  const passageOf = ({ found: at }: Ballot) => (found[at] as Pick<Found, 'passage'>).passage
  const own = passageOf(winner)
  const text = textOf(own, winner)
  if (own.statements[winner.statement]?.kind !== 'field' || !isTitle(text)) return ranked
  const value = terms(text.replace(TITLE, ''))
  const has = new Set(asked.map(({ term }) => term))
  const repeats = value.filter((term) => has.has(term)).length >= REPEATED * value.length
  const wants = kind === 'person' || kind === 'reason' || AMOUNTS.has(kind)
  if (!repeats && (!wants || ASKED.test(question))) return ranked
  if (repeats && ASKED.test(question) && !wants) return ranked
  const record = (one: Ballot) => [passageOf(one).file, ...passageOf(one).trail].join('\n')
  const other = ranked.ballots.find(
    (one) =>
      winner.score - one.score < APART &&
      record(one) === record(winner) &&
      passageOf(one).statements[one.statement]?.kind !== 'list' &&
      !isTitle(textOf(passageOf(one), one)),
  )
  return other === undefined ? ranked : rankedFirst(ranked, other)
}

/** Of the words of the title. */
const REPEATED = 0.6
