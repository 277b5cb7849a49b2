import type { Passage } from '../../knowledge/text/passages.ts'
import { words } from '../../knowledge/text/words.ts'
import type { Found } from '../reading/candidate.ts'
import type { Question } from '../reading/question.ts'
import { passagesIn, plain, rankedFirst } from './ballots.ts'
import type { Ranked } from './vote.ts'

/** Such words of a file's name don't say what it is about. */
const GENERIC =
  /\b(?:read ?me|change ?log|index|docs?|documentation|src|notes?|license|main|copy|final|draft)\b/gu
const NAME_CHARS_LEAST = 4
/** A name has a word that is about as rare in the folder as the rarest of the question: "time" and "office" name no document. */
const RARE = 0.7
/** What is further behind the winner, in log-odds, answers something else. */
const APART = 1.5

/**
 * The statements by rank: where the question names a document by its file, folder or title, what that document says goes before what is
 * nearly as good in another that does not have the name.
 */
export function byDocument(
  { text, terms, focus }: Pick<Question, 'text' | 'terms' | 'focus'>,
  found: readonly Pick<Found, 'passage'>[],
  ranked: Ranked,
): Ranked {
  const winner = ranked.ballots[0]
  if (winner === undefined) return ranked
  const asked = plain(text)
  const most = terms.reduce((weight, one) => (one.unknown ? weight : Math.max(weight, one.weight)), 0)
  const isTelling = (name: string) =>
    words(name).some(({ term }) =>
      terms.some((one) => one.term === term && one.weight >= RARE * most && !focus.includes(term)),
    )
  const passageOf = passagesIn(found)
  const namedOf = (passage: Passage) =>
    namesOf(passage).filter((name) => asked.includes(name) && isTelling(name))
  const own = passageOf(winner)
  if (namedOf(own).length > 0) return ranked
  const told = plain([own.title, ...own.trail, own.text].join(' '))
  const named = ranked.ballots.find((one) => {
    if (winner.score - one.score > APART) return false
    const names = namedOf(passageOf(one))
    return names.length > 0 && names.every((name) => !told.includes(name))
  })
  return named === undefined ? ranked : rankedFirst(ranked, named)
}

/** " croner ", " under pressure ", of the folders, the file and the title of a passage. */
function namesOf({ file, title }: Passage): string[] {
  const parts = [...file.replace(/\.\p{L}+$/u, '').split('/'), title]
  return parts
    .map((part) => plain(plain(part).replace(GENERIC, ' ')))
    .filter((name) => name.trim().length >= NAME_CHARS_LEAST && /\p{L}/u.test(name))
}
