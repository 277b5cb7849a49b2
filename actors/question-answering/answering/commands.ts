import type { Passage } from '../../knowledge/text/passages.ts'
import type { Statement } from '../../knowledge/text/statements.ts'
import { terms } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { passagesIn, rankedFirst, textOf } from './ballots.ts'
import type { Ballot, Ranked } from './vote.ts'

/** "What port does the deploy script use?" asks for none. */
const ASKS =
  /\b(?:what|which|the|a|give me|show me)\s(?:[\p{L}-]+\s){0,2}?(?:commands?|cmd|one-liner|flags?|switch|option)\b(?!\s(?:do|does|did|use|uses|need|needs|have|has)\s\p{L}+\s)|^(?:which|what) (?:script|argument|parameter)\b|\b(?:commands?|one-liner)\s(?:for|to)\b/iu
/** These say that a command is asked for, not which one. */
const EMPTY = new Set(
  terms('command cmd script liner shell flag switch option argument parameter run use type execute enter'),
)
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 5
/** "PORT=8080" */
const SET = /^[\p{L}_]\w*=\S*$/u
/** "mail" in "mailgate" may be the name of the program. */
const INSIDE = 1.5
/** A shorter word stands inside of others by chance. */
const LETTERS_LEAST = 4

/** What takes something back has many names. */
const UNDO =
  /\b(?:roll(?:s|ed|ing)?[ -]?back|revert\p{L}*|undo|undone|downgrad\p{L}*|go(?:es)? back to|back(?:s|ed|ing)? out)\b/iu

/**
 * The statements by rank: asked for a command, of the lines of code in one file the one with the most words of the question in it, or in the
 * sentence or heading above it, goes first ("reindex" has the word "index"). Models that read prose tell commands apart badly.
 */
export function byCommand(
  { text: question, terms: all }: Pick<Question, 'text' | 'terms'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined || !ASKS.test(question)) return ranked
  const passageOf = passagesIn(found)
  const statementOf = (one: Ballot) => passageOf(one).statements[one.statement] as Statement
  if (statementOf(winner).kind !== 'code') return ranked
  const asked = all.filter(({ term }) => !EMPTY.has(term)).map(({ term }) => term)
  const { file } = passageOf(winner)
  const undoes = (one: Ballot) => (UNDO.test(question) && UNDO.test(toldBy(passageOf(one), one)) ? UNDONE : 0)
  const countOf = (one: Ballot) => namedBy(asked, passageOf(one), one) + undoes(one)
  let [first, most] = [winner, countOf(winner)]
  for (const one of ranked.ballots) {
    if (winner.score - one.score >= APART || passageOf(one).file !== file) continue
    if (statementOf(one).kind !== 'code' || SET.test(textOf(passageOf(one), one))) continue
    const named = countOf(one)
    if (named > most) [first, most] = [one, named]
  }
  return first === winner ? ranked : rankedFirst(ranked, first)
}

/** As much as a word of the question in the line and above it. */
const UNDONE = 3

/** A command with what stands above it. */
function toldBy(passage: Passage, ballot: Ballot): string {
  const { under = '' } = passage.statements[ballot.statement] ?? {}
  return `${under} ${passage.trail.at(-1) ?? ''} ${textOf(passage, ballot)}`
}

/** How much of the question a command has: its words in the line count double, inside of others a bit less, those above the line once. */
function namedBy(asked: readonly string[], passage: Passage, ballot: Ballot): number {
  const line = textOf(passage, ballot)
  const small = line.toLowerCase()
  const own = new Set(terms(line))
  const { under = '' } = passage.statements[ballot.statement] ?? {}
  const above = new Set(terms(`${under} ${passage.trail.at(-1) ?? ''}`))
  return asked.reduce((sum, term) => {
    const inside = own.has(term) ? 2 : term.length >= LETTERS_LEAST && small.includes(term) ? INSIDE : 0
    return sum + inside + (above.has(term) ? 1 : 0)
  }, 0)
}
