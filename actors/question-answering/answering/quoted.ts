import type { Passage } from '../../knowledge/text/passages.ts'
import { SIGNATURE } from '../../knowledge/text/signature.ts'
import { words } from '../../knowledge/text/words.ts'
import { AMOUNTS } from '../reading/answer-kind.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { hasAnswerOf } from '../reading/spans.ts'
import { NOW } from './asked-for.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** The line above what a mail quotes, as mail programs write it, or as we tell the head of an older mail ("From: Ann Lee · Sent: Monday:"). */
const WROTE =
  /^(?:\p{L}{2,12}: [^\n]{1,200} · [\p{L} ]{2,20}: [^\n]{3,100}:|On [^\n]{5,120}\bwrote:|Am [^\n]{5,120}\bschrieb[^\n]{0,80}:|Le [^\n]{5,120}\ba écrit\s?:|-{2,} ?(?:Original|Forwarded) [Mm]essage ?-{2,})[ \t]*$/mu

/** Asked for what was said before, the quoted part answers. */
const BEFORE =
  /\b(?:first|initial|initially|original|originally|previous|previously|before|earlier|old|propos\w+|suggest\w*|ask(?:s|ed)?|quoted?|wrote|written|write|said|says?)\b/iu

/** "The kick-off moves to Thursday." */
const CHANGED =
  /\b(?:mov(?:e[sd]?|ing)|chang(?:e[sd]?|ing)|instead|no longer|postponed?|rescheduled?|brought forward|put off|updated?|correct(?:ed|ion)|actually)\b/iu
/** Asked for one of these, a reply without a number answers nothing. */
const NUMBERED = /\b(?:what|which) (?:time|version|code|number|size|date)\b/iu
/** How far behind, in log-odds, the reply may be. */
const APART = 4
/** The same for one that a trained reader marks higher, and that has what is asked for, or that tells of a change. */
const APART_MARKED = 6
/** The same where the question asks for what is so now, and the reply moves it: "we have to move the visit to Thursday". */
const APART_NOW = 14
const IS_NOW = new RegExp(`\\b(?:${NOW}|new|finally|in the end)\\b`, 'iu')

/**
 * The statements by rank; a sentence of a reply goes before one of the message that it quotes, if it has a word of the question, and an amount or a date where the
 * question asks for one: a reply changes what was said.
 */
export function byReply(
  { text: question, kind, terms }: Pick<Question, 'text' | 'kind' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const { ballots } = ranked
  const winner = ballots[0]
  if (winner === undefined || BEFORE.test(question)) return ranked
  const passageOf = passagesIn(found)
  const { file } = passageOf(winner)
  const from = quotedFrom(found, file)
  const lineOf = (one: Ballot) => lineIn(passageOf(one), one.statement)
  if (from === undefined || lineOf(winner) < from) return ranked
  const reply = ballots.find((one) => {
    const passage = passageOf(one)
    const apart = winner.score - one.score
    if (passage.file !== file || lineOf(one) >= from || apart > APART_NOW) return false
    const { kind: form, under } = passage.statements[one.statement] ?? {}
    if (form !== 'sentence' || under === SIGNATURE) return false
    const text = textOf(passage, one)
    const marked = one.marks.extraction > winner.marks.extraction
    const near = apart <= (CHANGED.test(text) ? APART_MARKED : APART)
    // "We now come on 12 June" and "It has moved to Friday" have no word of the question, but what it asks for.
    const moved = CHANGED.test(text) && kind === 'date'
    if (apart > APART_MARKED && !(moved && IS_NOW.test(question))) return false
    if ((marked || moved) && AMOUNTS.has(kind) && hasAnswerOf(kind, text)) return true
    const own = new Set(words(text).map(({ term }) => term))
    const told = !(AMOUNTS.has(kind) || NUMBERED.test(question)) || /\p{N}/u.test(text)
    return near && told && terms.some(({ term }) => own.has(term))
  })
  return reply === undefined ? ranked : rankedFirst(ranked, reply)
}

/** The line of a statement in its mail; none of what is attached is quoted. */
export function lineIn({ attached, statements }: Passage, statement: number): number {
  return attached === true ? 0 : (statements[statement]?.line ?? 0)
}

/** The line of a file from which on it is quoted, as far as the passages tell. */
export function quotedFrom(found: readonly Pick<Found, 'passage'>[], file: string): number | undefined {
  const lines = found.flatMap(({ passage: { file: own, text, statements, line, attached } }) => {
    if (own !== file || attached === true) return []
    const at = WROTE.exec(text)?.index
    if (at === undefined) return []
    return [statements.find(({ start }) => start > at)?.line ?? line + text.slice(0, at).split('\n').length]
  })
  return lines.length === 0 ? undefined : Math.min(...lines)
}
